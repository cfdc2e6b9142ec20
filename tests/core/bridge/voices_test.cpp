#include <algorithm>

#include <gtest/gtest.h>

#include "bridge/speaker_account.hpp"
#include "support/bridge_script.hpp"

// People of an IRC channel ("one") in a room of a network that lends voices ("two"): each as a user of their own.
namespace dragoman::bridge::voices_test {
namespace {

using chat::Feature;
using test::BridgeScript;
using test::FakeNetwork;
using Texts = std::vector<std::string>;
using namespace std::chrono_literals;

struct VoicesTest : testing::Test {
  VoicesTest() {
    script.network("two").lends = true;
    script.leg(1).puppets = PuppetPlan{};
    script.plan.status = StatusLines::summary;
    for (const Feature each : {Feature::edit, Feature::retract, Feature::react, Feature::typing}) {
      script.network("two").can(each);
    }
    script.is_up();
    ear = script.network("two").session;
    script.told("two");
  }

  template <class Command>
  std::pair<chat::CommandId, Command> asked() {
    for (const auto& [id, command] : script.network("two").commands) {
      if (const auto* found = std::get_if<Command>(&command)) return {id, *found};
    }
    ADD_FAILURE() << "nothing of the kind was asked";
    return {};
  }
  template <class Command>
  bool was_asked() {
    return std::any_of(script.network("two").commands.begin(), script.network("two").commands.end(),
                       [](const auto& each) { return std::holds_alternative<Command>(each.second); });
  }
  void room_lets_in(const std::string& nick) {
    const auto id = asked<chat::JoinRoom>().first;
    chat::RoomJoined joined;
    joined.room = chat::RoomId{"#two"};
    joined.self = script.name("two", nick);
    script.says("two", joined);  // the newest session is theirs
    script.says("two", chat::Done{id, {}});
    std::erase_if(script.network("two").commands,
                  [](const auto& each) { return std::holds_alternative<chat::JoinRoom>(each.second); });
  }
  void alice_is_there() {
    script.hears("one", "alice", "hello", "m1");
    room_lets_in("alice");
    EXPECT_EQ(script.told("two"), Texts{"hello"});
    script.takes("two", "x1");
  }
  /// Somebody in the room, as the bot's session tells it.
  void ear_hears(const chat::Event& event) {
    ear->says(event);
    script.end_turn();
  }
  chat::Author voice_of_alice() const {
    return {chat::PersonId{"voice of one.test/alice"}, "voice of one.test/alice", "voice", false};
  }

  BridgeScript script;
  FakeNetwork::Session* ear = nullptr;
};

TEST_F(VoicesTest, WhoSpeaksIsAUserOfTheirOwn) {
  script.hears("one", "alice", "hello", "m1");
  const chat::Account& account = script.network("two").account;
  EXPECT_EQ(account.settings.get("voice"), "one.test/alice");
  EXPECT_FALSE(account.settings.flag("hidden"));
  EXPECT_TRUE(account.settings.flag("deaf"));
  EXPECT_EQ(account.nickname, "alice");
  EXPECT_EQ(asked<chat::JoinRoom>().second.room.text, "#two");
  EXPECT_EQ(script.told("two"), Texts{}) << "not yet in the room";
}

TEST_F(VoicesTest, NoNameStandsInFrontOfWhatTheySay) {
  alice_is_there();
  script.hears("one", "alice", "again");
  EXPECT_EQ(script.told("two"), Texts{"again"});
}

TEST_F(VoicesTest, TheBotSaysItForWhoIsNotLetInInTime) {
  script.hears("one", "alice", "hello");
  script.passes(6s);
  EXPECT_EQ(script.told("two"), Texts{"<alice> hello"});
}

TEST_F(VoicesTest, WhatTheySayIsNotToldAgain) {
  alice_is_there();
  chat::MessageReceived message = script.said("two", "bob", "milk?", "x9");
  message.author = voice_of_alice();
  ear_hears(message);
  EXPECT_EQ(script.told("one"), Texts{});
  message.author = script.author("bob");
  ear_hears(message);
  EXPECT_EQ(script.told("one"), Texts{"<bob> milk?"}) << "others are heard by the same session";
}

TEST_F(VoicesTest, ThatTheyComeAndGoIsNobodysNews) {
  alice_is_there();
  chat::OccupantsJoined joined{chat::RoomId{"#two"}, {{script.name("two", "voice of one.test/alice"), {}}}};
  ear_hears(joined);
  script.passes(2min);
  EXPECT_EQ(script.told("one"), Texts{});
  joined.occupants = {{script.name("two", "bob"), {}}};
  ear_hears(joined);
  script.passes(2min);
  EXPECT_EQ(script.told("one").size(), 1u) << "of others it is";
}

TEST_F(VoicesTest, TheBotInvitesThemWhereItHasTo) {
  script.hears("one", "alice", "hello");
  const auto join = asked<chat::JoinRoom>().first;
  script.network("two").commands.clear();
  script.says("two", chat::Failed{join, chat::Failed::Outcome::refused, Fault::members_only, "by invitation", {}});
  const auto [id, member] = asked<chat::SetStanding>();
  EXPECT_EQ(member.mask, "voice of one.test/alice");
  EXPECT_EQ(member.affiliation, chat::Affiliation::member);
  ear_hears(chat::Done{id, {}});
  room_lets_in("alice");
  EXPECT_EQ(script.told("two"), Texts{"hello"});
}

TEST_F(VoicesTest, WhoHasSaidNothingForLongLeavesTheRoom) {
  alice_is_there();
  script.network("two").commands.clear();
  script.passes(13h);
  const auto out = asked<chat::SetStanding>().second;
  EXPECT_EQ(out.affiliation, chat::Affiliation::none);
  EXPECT_EQ(out.nickname, "alice");
  script.says("two", chat::RoomLeft{chat::RoomId{"#two"}, chat::RoomLeft::Why::left, Fault::closed, {}, {}, {}});
  EXPECT_EQ(script.network("two").session, nullptr) << "and the session ends";
}

TEST_F(VoicesTest, WhoWasThrownOutIsSpokenForADay) {
  alice_is_there();
  script.says("two", chat::RoomLeft{chat::RoomId{"#two"}, chat::RoomLeft::Why::kicked, Fault::closed, {}, {}, {}});
  script.hears("one", "alice", "but");
  const auto [id, said] = asked<chat::SendMessage>();
  EXPECT_EQ(said.content.text, "<alice> but");
  ear_hears(chat::Done{id, chat::Sent{}});
  script.network("two").commands.clear();
  script.passes(25h);
  script.hears("one", "alice", "again");
  EXPECT_TRUE(was_asked<chat::JoinRoom>());
}

TEST_F(VoicesTest, WhoIsBannedIsNotHeard) {
  alice_is_there();
  script.says("two", chat::RoomLeft{chat::RoomId{"#two"}, chat::RoomLeft::Why::banned, Fault::closed, {}, "spam", {}});
  EXPECT_EQ(script.told("one"),
            Texts{"notice: alice is banned from #two@two.test and is not heard there any more: spam"});
  script.hears("one", "alice", "but");
  EXPECT_EQ(script.told("two"), Texts{});
}

TEST_F(VoicesTest, AnEditIsTheirs) {
  alice_is_there();
  script.says(
      "one", chat::MessageEdited{
                 {chat::RoomId{"#one"}, {}}, script.author("alice"), {}, chat::MessageId{"m1"}, chat::plain("hello!")});
  EXPECT_EQ(script.told("two"), Texts{"edit x1: hello!"});
}

TEST_F(VoicesTest, ANewNameElsewhereIsTheirNameEverywhere) {
  alice_is_there();
  chat::OccupantsJoined here{chat::RoomId{"#one"}, {{script.name("one", "alice"), {}}}};
  script.says("one", here);
  script.network("two").commands.clear();
  script.says("one", chat::OccupantRenamed{chat::RoomId{"#one"}, script.name("one", "alice"),
                                           script.name("one", "alicia"), false, false});
  const auto changed = asked<chat::SetNickname>().second;
  EXPECT_EQ(changed.nickname, "alicia");
  EXPECT_TRUE(changed.room.empty());
}

TEST_F(VoicesTest, WhoTypesIsSeenTyping) {
  alice_is_there();
  script.network("two").commands.clear();
  script.says("one", chat::Typing{{chat::RoomId{"#one"}, {}}, script.author("alice"), true});
  EXPECT_TRUE(asked<chat::SetTyping>().second.typing);
  script.network("two").commands.clear();
  script.says("one", chat::Typing{{chat::RoomId{"#one"}, {}}, script.author("bob"), true});
  EXPECT_FALSE(was_asked<chat::SetTyping>()) << "who is not there types nowhere";
}

TEST_F(VoicesTest, TheyLookAsOnTheirOwnSide) {
  script.network("one").can(Feature::pictures);
  script.network("two").can(Feature::set_picture);
  const auto asks_for = [this](const std::string& picture) {
    std::vector<chat::CommandId> ids;
    for (const auto& [id, command] : std::exchange(script.network("one").commands, {})) {
      const auto* get = std::get_if<chat::GetPicture>(&command);
      if (get != nullptr && get->picture == picture) ids.push_back(id);
    }
    return ids;
  };
  const auto looks = [this](const std::string& picture) {
    chat::Profile profile;
    profile.picture = picture;
    script.says("one", chat::PersonChanged{chat::PersonId{"alice"}, profile});
  };
  looks("p1");
  EXPECT_TRUE(asks_for("p1").empty()) << "nobody sees her yet";
  alice_is_there();
  const auto first = asks_for("p1");
  ASSERT_EQ(first.size(), 1u);
  script.network("two").commands.clear();
  script.says("one", chat::Done{first[0], chat::Picture{"PNG one"}});
  EXPECT_EQ(asked<chat::SetPicture>().second.bytes, "PNG one");
  looks("p1");
  EXPECT_TRUE(asks_for("p1").empty()) << "it is there";
  script.network("two").commands.clear();
  looks("");
  EXPECT_EQ(asked<chat::SetPicture>().second.bytes, "");
}

TEST_F(VoicesTest, WhatIsSaidToThemAloneReachesThem) {
  alice_is_there();
  chat::MessageReceived psst = script.said("two", "bob", "psst");
  psst.conversation = {{}, chat::PersonId{"bob"}};
  script.says("two", psst);  // to their session
  EXPECT_EQ(script.told("one"), Texts{"<bob in #two@two.test> psst"});
}

TEST_F(VoicesTest, WhoIsInTheRoomIsThereAgainAfterARestart) {
  alice_is_there();
  script.ends();
  script.is_up();
  EXPECT_EQ(script.network("two").account.settings.get("voice"), "one.test/alice") << "she can be written to";
  room_lets_in("alice");
  script.passes(13h);
  EXPECT_EQ(asked<chat::SetStanding>().second.affiliation, chat::Affiliation::none) << "and leaves when she is idle";
  script.says("two", chat::RoomLeft{chat::RoomId{"#two"}, chat::RoomLeft::Why::left, Fault::closed, {}, {}, {}});
  script.ends();
  script.is_up();
  EXPECT_EQ(script.network("two").account.settings.get("voice"), "") << "who has left is not brought back";
}

TEST_F(VoicesTest, WithTheBotForEverybodyTheyLeave) {
  alice_is_there();
  script.network("two").commands.clear();
  script.plan.legs[1].puppets.policy = PuppetPlan::Policy::off;
  script.bridge->take(script.plan);
  EXPECT_EQ(asked<chat::SetStanding>().second.affiliation, chat::Affiliation::none);
}

TEST(VoiceAccountTest, SomebodyInAnXmppRoomIsNamedByWhatStaysTheirs) {
  Persona who;
  who.place = "irc.test dev@muc.test";
  who.user = "dev@muc.test/alice";
  who.nick = "alice";
  who.identity = "alice@home.test";
  FakeNetwork network;
  network.lends = true;
  const chat::Account account = account_of("dev", BridgeScript::leg_plan("two"), who, network, std::nullopt);
  EXPECT_EQ(account.settings.get("voice"), "dev@muc.test/alice@home.test");
  EXPECT_TRUE(account.settings.flag("hidden")) << "the room may hide who they are";
}

}  // namespace
}  // namespace dragoman::bridge::voices_test
