#include "gateway/clock_reply.hpp"

#include <gtest/gtest.h>

// CTCP TIME has no format: what clients really write, and what is no time at all.

namespace dragoman::gateway::clock_reply_test {
namespace {

using std::chrono::minutes;

// 2026-11-20 13:47:12 UTC
const Timestamp now = std::chrono::sys_days{std::chrono::year{2026} / 11 / 20} + std::chrono::hours{13} + minutes{47} +
                      std::chrono::seconds{12};

TEST(ClockReply, ReadsATimeWithItsZone) {
  const ClockReading berlin{now, minutes{60}};
  EXPECT_EQ(read_clock("Fri, 20 Nov 2026 14:47:12 +0100", now), berlin);
  EXPECT_EQ(read_clock("2026-11-20T14:47:12+01:00", now), berlin);
  EXPECT_EQ(read_clock("2026-11-20T13:47:12Z", now), (ClockReading{now, minutes{0}}));
  EXPECT_EQ(read_clock("2026-11-20 13:47:12.250 UTC", now), (ClockReading{now, minutes{0}}));
}

TEST(ClockReply, TakesTheNearestZoneWhenNoneIsSaid) {
  EXPECT_EQ(read_clock("Fri Nov 20 14:47:12 2026", now), (ClockReading{now, minutes{60}}));
  EXPECT_EQ(read_clock("Friday, November 20, 2026, 07:17:12 PM", now), (ClockReading{now, minutes{330}}));
  // A clock that is three minutes late is still in this zone.
  EXPECT_EQ(read_clock("Fri Nov 20 05:44:12 2026", now), (ClockReading{now - minutes{3}, minutes{-480}}));
  EXPECT_EQ(read_clock("Nov 20 13:47:12", now), (ClockReading{now, minutes{0}}));
}

TEST(ClockReply, IsNothingWhenItIsNoTimeOfTheEarth) {
  for (const char* text : {"", "it is late", "13:47", "Fri Nov 20 2026", "Fri Nov 31 14:47:12 2026",
                           "Fri Nov 20 25:47:12 2026", "Fri Nov 10 14:47:12 2026", "99999999999999999999"}) {
    EXPECT_EQ(read_clock(text, now), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace dragoman::gateway::clock_reply_test
