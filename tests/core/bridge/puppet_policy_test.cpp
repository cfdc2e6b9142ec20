#include "bridge/puppet_policy.hpp"

#include <gtest/gtest.h>

#include "support/manual_clock.hpp"

namespace dragoman::bridge {
namespace {

using namespace std::chrono_literals;
using Voice = PuppetPolicy::Voice;

/// A room in which the first `cap` may come.
struct PuppetPolicyTest : testing::Test {
  PuppetPlan plan;
  test::ManualClock clock;
  PuppetPolicy policy{plan};

  Voice speaks(const std::string& who) { return policy.speaks(who, clock.now()); }
  void is(PuppetPlan changed) {
    plan = changed;
    policy.set(plan);
  }
};

TEST_F(PuppetPolicyTest, WhoSpeaksComesOnceAndIsThere) {
  EXPECT_EQ(speaks("alice"), Voice::comes);
  EXPECT_EQ(speaks("alice"), Voice::own);
  EXPECT_EQ(policy.size(), 1U);
}

TEST_F(PuppetPolicyTest, NobodyComesWhereTheBotSpeaks) {
  is({PuppetPlan::Policy::off});
  EXPECT_EQ(speaks("alice"), Voice::relay);
}

TEST_F(PuppetPolicyTest, TheBotSpeaksForThoseOverTheCap) {
  is({PuppetPlan::Policy::active, 2});
  EXPECT_EQ(speaks("a"), Voice::comes);
  EXPECT_EQ(speaks("b"), Voice::comes);
  EXPECT_EQ(speaks("c"), Voice::relay);
  policy.left("a");
  EXPECT_EQ(speaks("c"), Voice::comes) << "there is room again";
}

TEST_F(PuppetPolicyTest, HalfOfTheRoomIsForThoseWhoAreThereThemselves) {
  policy.room_takes(5);
  EXPECT_EQ(speaks("a"), Voice::comes);
  EXPECT_EQ(speaks("b"), Voice::comes);
  EXPECT_EQ(speaks("c"), Voice::relay);
}

TEST_F(PuppetPolicyTest, AFullRoomIsNotTriedAgainUntilTheBotHasComeAnew) {
  speaks("a");
  speaks("b");
  policy.refused("b", Fault::full, clock.now());
  EXPECT_EQ(policy.most(), 1U);
  EXPECT_EQ(speaks("c"), Voice::relay);
  policy.room_is_new();
  EXPECT_EQ(speaks("c"), Voice::comes);
}

TEST_F(PuppetPolicyTest, ComesAtAPace) {
  PuppetPlan slow;
  slow.pace = 2;
  is(slow);
  EXPECT_EQ(speaks("a"), Voice::comes);
  EXPECT_EQ(speaks("b"), Voice::comes);
  EXPECT_EQ(speaks("c"), Voice::relay);
  clock.advance(600ms);
  EXPECT_EQ(speaks("c"), Voice::comes);
}

TEST_F(PuppetPolicyTest, WhoIsThrownOutStaysOutForADay) {
  speaks("a");
  policy.kicked("a", clock.now());
  EXPECT_EQ(policy.size(), 0U);
  clock.advance(23h);
  EXPECT_EQ(speaks("a"), Voice::relay);
  clock.advance(2h);
  EXPECT_EQ(speaks("a"), Voice::comes);
}

TEST_F(PuppetPolicyTest, NobodySpeaksForWhoIsBanned) {
  speaks("a");
  policy.banned("a");
  clock.advance(48h);
  policy.room_is_new();
  EXPECT_EQ(speaks("a"), Voice::silent);
  EXPECT_TRUE(policy.is_silent("a"));
  speaks("b");
  policy.refused("b", Fault::forbidden, clock.now());
  EXPECT_EQ(speaks("b"), Voice::silent) << "the ban came before they did";
}

TEST_F(PuppetPolicyTest, WhoSaysNothingForLongLeaves) {
  speaks("a");
  clock.advance(6h);
  speaks("b");
  clock.advance(6h);
  EXPECT_EQ(policy.idle(clock.now()), std::vector<std::string>{"a"});
  EXPECT_EQ(policy.next_idle(), clock.now());
  policy.left("a");
  EXPECT_EQ(policy.next_idle(), clock.now() + 6h);
}

TEST_F(PuppetPolicyTest, ARoomForMembersIsLeftAloneForAnHour) {
  speaks("a");
  policy.refused("a", Fault::members_only, clock.now());
  policy.closed(clock.now());
  EXPECT_EQ(speaks("b"), Voice::relay);
  clock.advance(61min);
  EXPECT_EQ(speaks("b"), Voice::comes);
}

TEST_F(PuppetPolicyTest, OnlyWhereAllAreWishedDoThoseComeWhoSayNothing) {
  EXPECT_EQ(policy.appears("a", clock.now()), Voice::relay);
  is({PuppetPlan::Policy::all});
  EXPECT_EQ(policy.appears("a", clock.now()), Voice::comes);
  EXPECT_EQ(policy.appears("a", clock.now()), Voice::own);
}

TEST_F(PuppetPolicyTest, AnotherNameIsTheSamePerson) {
  speaks("a");
  policy.is_now("a", "b");
  EXPECT_EQ(speaks("b"), Voice::own);
  EXPECT_EQ(speaks("a"), Voice::comes) << "somebody else";
  EXPECT_EQ(policy.size(), 2U);
}

}  // namespace
}  // namespace dragoman::bridge
