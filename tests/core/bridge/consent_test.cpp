#include "support/bridge_script.hpp"

// A bridge whose rooms have not agreed yet, and what it takes for an order.

namespace dragoman::bridge {
namespace {

using test::BridgeScript;
using Texts = std::vector<std::string>;

constexpr chat::Standing moderator{chat::Role::moderator, chat::Affiliation::none};

TEST(BridgeConsent, TellsNothingUntilTheRoomsHaveAgreed) {
  BridgeScript script;
  script.is_up();
  script.bridge->wait_for_consent();
  script.hears("one", "alice", "hello", "m1");
  script.passes(std::chrono::hours{1});
  EXPECT_EQ(script.told("two"), Texts{});
  script.bridge->say(1, "Agree?");
  EXPECT_EQ(script.told("two"), Texts{"notice: Agree?"});
  script.bridge->agreed();
  script.hears("one", "alice", "hello again", "m2");
  EXPECT_EQ(script.told("two"), Texts{"<alice> hello again"});
}

TEST(BridgeConsent, AModeratorIsWhoTheRoomShowsAsOne) {
  BridgeScript script;
  script.starts();
  script.lets_in("one", {"alice"});
  script.lets_in("two");
  const chat::RoomId room{"#one"};
  const auto gives_order = [&](const std::string& who) {
    script.hears("one", who, "!unlink");
    return script.orders.back().moderator;
  };
  EXPECT_FALSE(gives_order("alice"));
  script.says("one", chat::OccupantChanged{room, {script.name("one", "alice"), moderator}, {}});
  EXPECT_TRUE(gives_order("alice"));
  script.says("one", chat::OccupantRenamed{room, script.name("one", "alice"), script.name("one", "bob")});
  EXPECT_FALSE(gives_order("alice"));
  EXPECT_TRUE(gives_order("bob"));
  script.says("one", chat::OccupantsLeft{room, {script.name("one", "bob")}, chat::OccupantsLeft::Why::left, {}, {}});
  EXPECT_FALSE(gives_order("bob"));
  script.says("one", chat::OccupantsJoined{room, {{script.name("one", "carol"), moderator}}});
  EXPECT_TRUE(gives_order("carol"));
  EXPECT_EQ(script.told("two"), Texts{}) << "orders are for the bot";
}

TEST(BridgeConsent, WhatIsNoOrderOfOursIsForTheOthers) {
  BridgeScript script;
  script.is_up();
  script.takes_orders = false;
  script.hears("one", "alice", "!unlink");
  EXPECT_EQ(script.told("two"), Texts{"<alice> !unlink"});
}

TEST(BridgeConsent, NobodyOrdersForSomebodyElse) {
  BridgeScript script;
  script.is_up();
  auto relayed = script.said("one", "alice", "!unlink");
  relayed.author.relayed_by = "relay";
  script.says("one", relayed);
  auto shown = script.said("one", "relay", "!unlink");
  shown.content.shown_author = "alice";
  script.says("one", shown);
  EXPECT_TRUE(script.orders.empty());
}

}  // namespace
}  // namespace dragoman::bridge
