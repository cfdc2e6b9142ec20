#include "bridge/own_nicks.hpp"

#include <gtest/gtest.h>

// The names of those whom the bridge itself has brought, as the bot hears of them over a link of its own.
namespace dragoman::bridge {
namespace {

using namespace std::chrono_literals;

struct OwnNicksTest : testing::Test {
  bool ours(std::string_view nick) const { return nicks.is_ours(nick, now); }
  Instant now{1h};
  OwnNicks nicks;
};

TEST_F(OwnNicksTest, IsOursBeforeTheBotSeesIt) {
  nicks.add("alice");
  EXPECT_TRUE(ours("alice"));
  EXPECT_FALSE(ours("bob"));
}

TEST_F(OwnNicksTest, IsOursUntilTheBotHasSeenItLeave) {
  nicks.add("alice");
  nicks.seen("alice");
  nicks.drop("alice", now);
  now += 1h;
  EXPECT_TRUE(ours("alice")) << "what was said under it is still on its way";
  nicks.left("alice");
  EXPECT_FALSE(ours("alice")) << "whoever is called so now is somebody else";
}

TEST_F(OwnNicksTest, IsForgottenWhenTheBotNeverSawIt) {
  nicks.add("alice");
  nicks.drop("alice", now);
  now += 59s;
  EXPECT_TRUE(ours("alice"));
  now += 1s;
  EXPECT_FALSE(ours("alice"));
}

TEST_F(OwnNicksTest, StaysWithWhoHasItWhenTheBotSeesThemLeaveTheRoom) {
  nicks.add("alice");
  nicks.seen("alice");
  nicks.left("alice");
  EXPECT_TRUE(ours("alice")) << "they come in again";
}

TEST_F(OwnNicksTest, FollowsANewNameWhicheverLinkHearsOfItFirst) {
  for (const bool bot_first : {true, false}) {
    OwnNicks each;
    each.add("alice");
    each.seen("alice");
    if (bot_first) each.renamed("alice", "alicia");
    each.drop("alice", now);
    each.add("alicia");
    if (!bot_first) {
      EXPECT_TRUE(each.is_ours("alice", now + 1h)) << "the bot may hear something that was said under it";
      each.renamed("alice", "alicia");
    }
    EXPECT_TRUE(each.is_ours("alicia", now + 1h));
    EXPECT_FALSE(each.is_ours("alice", now + 1h));
  }
}

TEST_F(OwnNicksTest, IsLookedForAnewWhenTheBotComesInAgain) {
  nicks.add("alice");
  nicks.seen("alice");
  nicks.drop("alice", now);
  now += 2min;
  nicks.look_anew();
  EXPECT_FALSE(ours("alice"));
}

}  // namespace
}  // namespace dragoman::bridge
