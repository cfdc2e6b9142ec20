#include "xmpp/timestamps.hpp"

#include <gtest/gtest.h>

#include "tests/support/fixed_random.hpp"

namespace dragoman::xmpp {
namespace {

using namespace std::chrono_literals;

Timestamp at(int year, unsigned month, unsigned day, std::chrono::milliseconds of_day) {
  return Timestamp{std::chrono::sys_days{std::chrono::year{year} / static_cast<int>(month) / static_cast<int>(day)}} +
         of_day;
}

TEST(Timestamps, AreWrittenInUtc) {
  EXPECT_EQ(to_datetime(at(2026, 11, 20, 9h)), "2026-11-20T09:00:00Z");
  EXPECT_EQ(to_datetime(at(2026, 1, 2, 3h + 4min + 5s + 6ms)), "2026-01-02T03:04:05.006Z");
  EXPECT_EQ(to_datetime(at(1969, 12, 31, 23h + 59min + 59s + 999ms)), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(to_legacy_datetime(at(2002, 9, 10, 23h + 8min + 25s + 999ms)), "20020910T23:08:25");
}

// XEP-0082 4: the same moment in three spellings.
TEST(Timestamps, AreReadWithTheirOffset) {
  const auto moon = at(1969, 7, 21, 2h + 56min + 15s);
  EXPECT_EQ(read_datetime("1969-07-21T02:56:15Z"), moon);
  EXPECT_EQ(read_datetime("1969-07-20T21:56:15-05:00"), moon);
  EXPECT_EQ(read_datetime("1969-07-21T08:26:15+05:30"), moon);
}

TEST(Timestamps, CutFractionsToMilliseconds) {
  EXPECT_EQ(read_datetime("2026-11-20T09:00:00.1Z"), at(2026, 11, 20, 9h + 100ms));
  EXPECT_EQ(read_datetime("2026-11-20T09:00:00.123456789123456789Z"), at(2026, 11, 20, 9h + 123ms));
}

TEST(Timestamps, RefuseWhatIsNone) {
  for (const std::string_view text :
       {"", "2026-11-20", "2026-11-20T09:00:00", "2026-11-20 09:00:00Z", "2026-02-30T09:00:00Z", "2026-13-01T09:00:00Z",
        "2026-11-20T24:00:00Z", "2026-11-20T09:60:00Z", "2026-11-20T09:00:61Z", "2026-11-20T09:00:00.Z",
        "2026-11-20T09:00:00Zx", "2026-11-20T09:00:00+0100", "+026-11-20T09:00:00Z", "20261120T09:00:00",
        "2026-11-20T09:00:00+24:00"}) {
    EXPECT_FALSE(read_datetime(text)) << text;
  }
  for (const std::string_view text :
       {"", "20261120", "2026-11-20T09:00:00Z", "20261120T09:00:00Z", "20261320T09:00:00"}) {
    EXPECT_FALSE(read_legacy_datetime(text)) << text;
  }
}

TEST(Timestamps, ComeBack) {
  test::FixedRandom random;
  for (int i = 0; i < 2000; ++i) {
    const Timestamp time{std::chrono::milliseconds{random.below(4'000'000'000'000)}};
    EXPECT_EQ(read_datetime(to_datetime(time)), time);
    EXPECT_EQ(read_legacy_datetime(to_legacy_datetime(time)), std::chrono::floor<std::chrono::seconds>(time));
  }
}

}  // namespace
}  // namespace dragoman::xmpp
