#include "net/attempts.hpp"

#include <gtest/gtest.h>

#include "support/manual_clock.hpp"

namespace dragoman::net {
namespace {

using namespace std::chrono_literals;

TEST(Attempts, AreSoManyAtOnceThenOneInAnInterval) {
  test::ManualClock clock;
  Attempts attempts{clock, 10, 6s};
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(attempts.take("192.0.2.1")) << i;
  EXPECT_FALSE(attempts.take("192.0.2.1"));
  EXPECT_TRUE(attempts.take("192.0.2.2")) << "others are not hindered";
  EXPECT_EQ(attempts.refused(), 1U);
  clock.advance(5s);
  EXPECT_FALSE(attempts.take("192.0.2.1"));
  clock.advance(1s);
  EXPECT_TRUE(attempts.take("192.0.2.1"));
  EXPECT_FALSE(attempts.take("192.0.2.1"));
}

TEST(Attempts, OfMoreCallersThanThereAreAreOneAttack) {
  test::ManualClock clock;
  Attempts attempts{clock, 10, 6s};
  for (int i = 0; i < 1024; ++i) EXPECT_TRUE(attempts.take("2001:db8:0:" + std::to_string(i) + "::1"));
  EXPECT_FALSE(attempts.take("192.0.2.1"));
  EXPECT_TRUE(attempts.take("2001:db8:0:7::1")) << "who is known goes on";
  clock.advance(60s);
  EXPECT_TRUE(attempts.take("192.0.2.1"));
}

TEST(Attempts, AreThoseOfASubscriberWhateverAddressTheyTake) {
  test::ManualClock clock;
  Attempts attempts{clock, 2, 6s};
  EXPECT_TRUE(attempts.take("2001:db8:0:1::1"));
  EXPECT_TRUE(attempts.take("2001:db8:0:1:ffff::2"));
  EXPECT_FALSE(attempts.take("2001:db8:0:1::3"));
  EXPECT_TRUE(attempts.take("2001:db8:0:2::1"));
}

}  // namespace
}  // namespace dragoman::net
