#include "base/token_bucket.hpp"

#include <gtest/gtest.h>

#include "support/manual_clock.hpp"

namespace dragoman {
namespace {

using namespace std::chrono_literals;

struct TokenBucketTest : ::testing::Test {
  int take_all(TokenBucket& bucket) {
    int taken = 0;
    while (taken < 1'000 && bucket.take(clock.now())) ++taken;
    return taken;
  }
  test::ManualClock clock;
};

TEST_F(TokenBucketTest, AllowsABurstAndThenOneForEachInterval) {
  TokenBucket bucket{10, 2s};
  EXPECT_EQ(take_all(bucket), 10);
  clock.advance(1999ms);
  EXPECT_EQ(take_all(bucket), 0);
  clock.advance(1ms);
  EXPECT_EQ(take_all(bucket), 1);
}

TEST_F(TokenBucketTest, NeverSavesMoreThanItsBurst) {
  TokenBucket bucket{3, 1s};
  take_all(bucket);
  clock.advance(24h);
  EXPECT_EQ(take_all(bucket), 3);
}

TEST_F(TokenBucketTest, HasATokenAtTheTimeThatItNames) {
  TokenBucket bucket{1, 3s};
  EXPECT_EQ(bucket.ready_at(clock.now()), clock.now());
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(bucket.take(clock.now()));
    clock.advance(7ms);
    const Instant ready = bucket.ready_at(clock.now());
    EXPECT_LE(ready - clock.now(), 3s);
    clock.advance(ready - clock.now());
  }
}

TEST_F(TokenBucketTest, AllowsEverythingWithoutAnInterval) {
  TokenBucket bucket{1, 0s};
  EXPECT_EQ(take_all(bucket), 1'000);
}

}  // namespace
}  // namespace dragoman
