#include <gtest/gtest.h>

#include "support/bridge_script.hpp"

// A room that its network knows under another address than the bridge.
namespace dragoman::bridge::room_session_test {
namespace {

using test::BridgeScript;
using Texts = std::vector<std::string>;

struct RoomSessionTest : testing::Test {
  RoomSessionTest() {
    script.starts();
    script.lets_in("one");
    script.says("two", chat::Ready{"bridge", {}});
  }

  chat::CommandId asks_for(const std::string& room) {
    for (const auto& [id, command] : std::exchange(script.network("two").commands, {})) {
      const auto* join = std::get_if<chat::JoinRoom>(&command);
      if (join != nullptr && join->room.text == room) return id;
    }
    ADD_FAILURE() << room << " was not asked for";
    return {};
  }
  void is_in(const std::string& room, chat::CommandId join) {
    chat::RoomJoined joined;
    joined.room = chat::RoomId{room};
    joined.self = script.name("two", "bridge");
    script.says("two", joined);
    script.says("two", chat::Done{join, {}});
    script.network("two").commands.clear();
  }
  void moved(const std::string& from, const std::string& to) {
    chat::RoomLeft left;
    left.room = chat::RoomId{from};
    left.why = chat::RoomLeft::Why::moved;
    left.moved_to = chat::RoomId{to};
    script.says("two", left);
  }
  void refuses(chat::CommandId id) {
    script.says("two", chat::Failed{id, chat::Failed::Outcome::refused, Fault::not_found, "it is another one", {}});
  }
  /// The network says at once that the alias is another room's.
  void is_in_under_another_name() {
    const auto id = asks_for("#two");
    moved("#two", "#canonical");
    refuses(id);
    is_in("#canonical", asks_for("#canonical"));
  }
  void hears_in(const std::string& room, const std::string& text) {
    chat::MessageReceived message = script.said("two", "bob", text);
    message.conversation.room = chat::RoomId{room};
    script.says("two", message);
  }

  BridgeScript script;
};

LegPlan twin_of_two() {
  LegPlan twin = BridgeScript::leg_plan("two");
  twin.room = chat::RoomId{"#other"};
  twin.address = "#other@two.test";
  return twin;
}

TEST_F(RoomSessionTest, ARoomIsFollowedToItsOtherAddress) {
  is_in_under_another_name();
  EXPECT_EQ(script.leg_overview(1).state, LegState::joined);
  EXPECT_TRUE(script.operator_heard.empty());
}

TEST_F(RoomSessionTest, WhatIsSaidThereIsHeard) {
  is_in_under_another_name();
  hears_in("#canonical", "hello");
  EXPECT_EQ(script.told("one"), Texts{"<bob> hello"});
  hears_in("#two", "of a room that only has its name");
  EXPECT_EQ(script.told("one"), Texts{});
}

TEST_F(RoomSessionTest, ItIsToldUnderThatAddress) {
  is_in_under_another_name();
  script.hears("one", "alice", "hello");
  ASSERT_EQ(script.network("two").commands.size(), 1u);
  const auto* said = std::get_if<chat::SendMessage>(&script.network("two").commands.front().second);
  ASSERT_NE(said, nullptr);
  EXPECT_EQ(said->conversation.room.text, "#canonical");
}

TEST_F(RoomSessionTest, ARoomThatGoesOnElsewhereIsFollowed) {
  is_in("#two", asks_for("#two"));
  moved("#two", "#newer");
  EXPECT_EQ(script.leg_overview(1).state, LegState::lost);
  script.hears("one", "alice", "meanwhile");
  const auto join = asks_for("#newer");
  is_in("#newer", join);
  EXPECT_EQ(script.leg_overview(1).state, LegState::joined);
  hears_in("#newer", "hello");
  EXPECT_EQ(script.told("one"), Texts{"<bob> hello"});
}

TEST_F(RoomSessionTest, WhereItMayNotGoItIsOutAndTriesAgain) {
  is_in("#two", asks_for("#two"));
  moved("#two", "#newer");
  refuses(asks_for("#newer"));
  EXPECT_EQ(script.leg_overview(1).state, LegState::out);
  script.passes(std::chrono::minutes{2});
  const auto join = asks_for("#newer");
  script.says("two", chat::Failed{join, chat::Failed::Outcome::refused, Fault::members_only, "by invitation", {}});
  EXPECT_EQ(script.operator_heard.size(), 1u);
}

TEST_F(RoomSessionTest, ARoomThatLeadsBackIsNotFollowedForEver) {
  const auto id = asks_for("#two");
  moved("#two", "#canonical");
  refuses(id);
  const auto again = asks_for("#canonical");
  moved("#canonical", "#two");
  refuses(again);
  EXPECT_EQ(script.leg_overview(1).state, LegState::out);
  EXPECT_TRUE(script.network("two").commands.empty());
}

TEST(TwinLegsTest, TwoRoomsOfOneNetworkKeepWhatTheyKnowApart) {
  BridgeScript script;
  script.is_up();
  EXPECT_EQ(script.network("two").account.settings.get("leg"), "") << "where a bridge has one room it is as ever";
  script.plan.legs.push_back(twin_of_two());
  script.bridge->take(script.plan);
  EXPECT_EQ(script.network("two").account.settings.get("leg"), "#other");
}

TEST(TwinLegsTest, TwoLegsInOneRoomAreOneTooMany) {
  BridgeScript script;
  script.is_up();
  script.plan.legs.push_back(twin_of_two());
  script.bridge->take(script.plan);
  script.network("two").commands.clear();
  script.says("two", chat::Ready{"bridge", {}});  // to the newest session, the other leg's
  chat::RoomLeft moved;
  moved.room = chat::RoomId{"#other"};
  moved.why = chat::RoomLeft::Why::moved;
  moved.moved_to = chat::RoomId{"#two"};
  chat::RoomJoined joined;
  joined.room = chat::RoomId{"#two"};
  joined.self = script.name("two", "bridge");
  script.says("two", moved);
  script.says("two", joined);
  EXPECT_EQ(script.leg_overview(1).state, LegState::joined);
  EXPECT_EQ(script.leg_overview(2).state, LegState::out);
  ASSERT_EQ(script.operator_heard.size(), 1u);
  EXPECT_NE(script.operator_heard[0].find("this is the room of #two@two.test under another name"), std::string::npos);
}

}  // namespace
}  // namespace dragoman::bridge::room_session_test
