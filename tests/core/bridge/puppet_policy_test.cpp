#include "bridge/puppet_policy.hpp"

#include <gtest/gtest.h>

#include "support/manual_clock.hpp"

namespace dragoman::bridge {
namespace {

using namespace std::chrono_literals;
using Says = PuppetPolicy::Voice;

/// A room in which the first `cap` may come.
struct PuppetPolicyTest : testing::Test {
  PuppetPlan plan;
  test::ManualClock clock;
  PuppetPolicy policy{plan};

  Says speaks(const std::string& who) { return policy.speaks(who, clock.now()); }
  void is(PuppetPlan changed) {
    plan = changed;
    policy.set(plan);
  }
};

TEST_F(PuppetPolicyTest, WhoSpeaksComesOnceAndIsThere) {
  EXPECT_EQ(speaks("alice"), Says::comes);
  EXPECT_EQ(speaks("alice"), Says::own);
  EXPECT_EQ(policy.size(), 1U);
}

TEST_F(PuppetPolicyTest, NobodyComesWhereTheBotSpeaks) {
  is({PuppetPlan::Policy::off});
  EXPECT_EQ(speaks("alice"), Says::relay);
}

TEST_F(PuppetPolicyTest, TheBotSpeaksForThoseOverTheCap) {
  is({PuppetPlan::Policy::active, 2});
  EXPECT_EQ(speaks("a"), Says::comes);
  EXPECT_EQ(speaks("b"), Says::comes);
  EXPECT_EQ(speaks("c"), Says::relay);
  policy.left("a");
  EXPECT_EQ(speaks("c"), Says::comes) << "there is room again";
}

TEST_F(PuppetPolicyTest, HalfOfTheRoomIsForThoseWhoAreThereThemselves) {
  policy.room_takes(5);
  EXPECT_EQ(speaks("a"), Says::comes);
  EXPECT_EQ(speaks("b"), Says::comes);
  EXPECT_EQ(speaks("c"), Says::relay);
}

TEST_F(PuppetPolicyTest, AFullRoomIsNotTriedAgainUntilTheBotHasComeAnew) {
  speaks("a");
  speaks("b");
  policy.refused("b", Fault::full, clock.now());
  EXPECT_EQ(policy.most(), 1U);
  EXPECT_EQ(speaks("c"), Says::relay);
  policy.room_is_new();
  EXPECT_EQ(speaks("c"), Says::comes);
}

TEST_F(PuppetPolicyTest, ComesAtAPace) {
  PuppetPlan slow;
  slow.pace = 2;
  is(slow);
  EXPECT_EQ(speaks("a"), Says::comes);
  EXPECT_EQ(speaks("b"), Says::comes);
  EXPECT_EQ(speaks("c"), Says::relay);
  clock.advance(600ms);
  EXPECT_EQ(speaks("c"), Says::comes);
}

TEST_F(PuppetPolicyTest, WhoIsThrownOutStaysOutForADay) {
  speaks("a");
  policy.kicked("a", clock.now());
  EXPECT_EQ(policy.size(), 0U);
  clock.advance(23h);
  EXPECT_EQ(speaks("a"), Says::relay);
  clock.advance(2h);
  EXPECT_EQ(speaks("a"), Says::comes);
}

TEST_F(PuppetPolicyTest, NobodySpeaksForWhoIsBanned) {
  speaks("a");
  policy.banned("a");
  clock.advance(48h);
  policy.room_is_new();
  EXPECT_EQ(speaks("a"), Says::silent);
  EXPECT_TRUE(policy.is_silent("a"));
  speaks("b");
  policy.refused("b", Fault::forbidden, clock.now());
  EXPECT_EQ(speaks("b"), Says::silent) << "the ban came before they did";
}

TEST_F(PuppetPolicyTest, WhoWasPardonedComesAgain) {
  speaks("alice");
  policy.banned("alice");
  policy.pardoned("bob");
  EXPECT_EQ(speaks("alice"), Says::silent);
  policy.pardoned("alice");
  EXPECT_EQ(speaks("alice"), Says::comes);
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
  EXPECT_EQ(speaks("b"), Says::relay);
  clock.advance(61min);
  EXPECT_EQ(speaks("b"), Says::comes);
}

TEST_F(PuppetPolicyTest, OnlyWhereAllAreWishedDoThoseComeWhoSayNothing) {
  EXPECT_EQ(policy.appears("a", clock.now()), Says::relay);
  is({PuppetPlan::Policy::all});
  EXPECT_EQ(policy.appears("a", clock.now()), Says::comes);
  EXPECT_EQ(policy.appears("a", clock.now()), Says::own);
}

TEST_F(PuppetPolicyTest, AnotherNameIsTheSamePerson) {
  speaks("a");
  policy.is_now("a", "b");
  EXPECT_EQ(speaks("b"), Says::own);
  EXPECT_EQ(speaks("a"), Says::comes) << "somebody else";
  EXPECT_EQ(policy.size(), 2U);
}

}  // namespace
}  // namespace dragoman::bridge
