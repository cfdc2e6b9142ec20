#include "net/backoff.hpp"

#include <gtest/gtest.h>

#include "support/fixed_random.hpp"

namespace dragoman::net {
namespace {

using namespace std::chrono_literals;

TEST(Backoff, StaysBetweenItsBoundsWhichDoubleUpToTheMost) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    test::FixedRandom random{seed};
    Backoff backoff{1s, 5min, random};
    Duration ceiling = 1s;
    for (int attempt = 0; attempt < 100; ++attempt) {
      const Duration delay = backoff.next();
      EXPECT_GE(delay, 1s);
      EXPECT_LE(delay, ceiling);
      EXPECT_LE(delay, 5min);
      ceiling = std::min<Duration>(ceiling * 2, 5min);
    }
  }
}

TEST(Backoff, SpreadsThoseThatLostTheSameLink) {
  test::FixedRandom random;
  int early = 0;
  for (int owner = 0; owner < 1'000; ++owner) {
    Backoff backoff{1s, 5min, random};
    for (int attempt = 0; attempt < 19; ++attempt) backoff.next();
    if (backoff.next() < 150s) ++early;
  }
  EXPECT_GT(early, 400);
  EXPECT_LT(early, 600);
}

TEST(Backoff, BeginsAnewAfterALinkThatWorked) {
  test::FixedRandom random;
  Backoff backoff{1s, 5min, random};
  for (int attempt = 0; attempt < 10; ++attempt) backoff.next();
  backoff.reset();
  EXPECT_EQ(backoff.next(), 1s);
}

TEST(Backoff, NeverAttemptsAtOnceAndNeverOverflows) {
  test::FixedRandom random;
  Backoff none{0s, 0s, random};
  Backoff upside_down{10s, 1s, random};
  Backoff endless{1s, Duration::max(), random};
  for (int attempt = 0; attempt < 200; ++attempt) {
    EXPECT_EQ(none.next(), 1ms);
    EXPECT_EQ(upside_down.next(), 10s);
    EXPECT_GE(endless.next(), 1s);
  }
}

}  // namespace
}  // namespace dragoman::net
