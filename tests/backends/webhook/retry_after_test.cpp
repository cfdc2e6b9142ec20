#include "backends/webhook/retry_after.hpp"

#include <gtest/gtest.h>

namespace dragoman::backends::webhook {
namespace {

/// Sun, 06 Nov 1994 08:49:37 GMT, the example of RFC 9110 5.6.7.
constexpr Timestamp now{std::chrono::seconds{784111777}};

std::optional<long> seconds_in(const std::string& retry_after, const std::string& date = {}) {
  net::HttpFields fields{{"Retry-After", retry_after}};
  if (!date.empty()) fields.set("Date", date);
  const auto seconds = read_retry_after(fields, now);
  return seconds ? std::optional<long>{seconds->count()} : std::nullopt;
}

TEST(WebhookRetryAfter, IsANumberOfSeconds) {
  EXPECT_EQ(seconds_in("120"), 120);
  EXPECT_EQ(seconds_in(" 0 "), 0);
  EXPECT_EQ(seconds_in("99999999999"), 1'000'000);
  EXPECT_EQ(seconds_in("-5"), std::nullopt);
  EXPECT_EQ(seconds_in("soon"), std::nullopt);
  EXPECT_EQ(seconds_in(""), std::nullopt);
}

TEST(WebhookRetryAfter, IsADateInAnyFormOfHttp) {
  EXPECT_EQ(seconds_in("Sun, 06 Nov 1994 08:50:37 GMT"), 60);
  EXPECT_EQ(seconds_in("Sunday, 06-Nov-94 08:50:37 GMT"), 60);
  EXPECT_EQ(seconds_in("Sun Nov  6 08:50:37 1994"), 60);
  EXPECT_EQ(seconds_in("Sun, 06 Nov 1994 08:00:00 GMT"), 0) << "it is over";
  EXPECT_EQ(seconds_in("Sun, 06 Nov 1994 08:50:37 GMT tomorrow"), std::nullopt);
}

TEST(WebhookRetryAfter, IsMeasuredByTheOtherSidesOwnClock) {
  EXPECT_EQ(seconds_in("Sun, 06 Nov 1994 12:00:30 GMT", "Sun, 06 Nov 1994 12:00:00 GMT"), 30);
}

}  // namespace
}  // namespace dragoman::backends::webhook
