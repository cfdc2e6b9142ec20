#include <gtest/gtest.h>

#include "support/bridge_script.hpp"

// People of an IRC channel ("one") in an XMPP room ("two"): each an occupant of their own.
namespace dragoman::bridge {
namespace {

using chat::Feature;
using test::BridgeScript;
using Texts = std::vector<std::string>;
using namespace std::chrono_literals;

struct PuppetsTest : testing::Test {
  PuppetsTest() {
    script.leg(1).is_xmpp = true;
    script.leg(1).puppets = PuppetPlan{};
    script.network("two").can(Feature::edit);
    script.network("two").can(Feature::retract);
    script.network("two").can(Feature::react);
    script.puppets_of("one");
    script.is_up();
    script.told("two");
  }

  template <class Command>
  std::pair<chat::CommandId, Command> puppet_asks() {
    for (const auto& [id, command] : script.puppets_of("one").commands) {
      if (const auto* found = std::get_if<Command>(&command)) return {id, *found};
    }
    ADD_FAILURE() << "nothing of the kind was asked";
    return {};
  }
  void room_lets_in(const std::string& nick) {
    const auto [id, join] = puppet_asks<chat::JoinRoom>();
    EXPECT_EQ(join.room.text, "#two");
    chat::RoomJoined joined;
    joined.room = join.room;
    joined.self = script.puppets_of("one").names().acquire(RealmId{}, nick, nick, nick);
    script.puppet_hears("one", joined);
    script.puppet_hears("one", chat::Done{id, {}});
  }
  void room_refuses(Fault fault) {
    const auto [id, join] = puppet_asks<chat::JoinRoom>();
    script.puppets_of("one").commands.clear();
    script.puppet_hears("one", chat::Failed{id, chat::Failed::Outcome::refused, fault, "no", {}});
  }
  /// What they have said in the room, which has taken it and calls it so.
  Texts puppet_said(const std::string& id = {}) {
    Texts all;
    for (const auto& [command_id, command] : std::exchange(script.puppets_of("one").commands, {})) {
      if (const auto* send = std::get_if<chat::SendMessage>(&command)) {
        all.push_back(send->conversation.person.text + send->content.shown_author + send->content.text);
      } else if (const auto* edit = std::get_if<chat::EditMessage>(&command)) {
        all.push_back("edit " + edit->edited.text + ": " + edit->content.text);
      } else if (const auto* retract = std::get_if<chat::RetractMessage>(&command)) {
        all.push_back("retract " + retract->retracted.text);
      } else if (const auto* react = std::get_if<chat::React>(&command)) {
        all.push_back("react " + react->message.text + std::to_string(react->emoji.size()));
      } else {
        continue;
      }
      if (id.empty()) continue;
      chat::Sent sent;
      sent.ids.emplace_back(id);
      script.puppet_hears("one", chat::Done{command_id, sent});
    }
    return all;
  }
  void leaves(chat::RoomLeft::Why why) {
    script.puppet_hears("one", chat::RoomLeft{chat::RoomId{"#two"}, why, Fault::closed, {}, {}, {}});
  }
  void alice_is_there() {
    script.hears("one", "alice", "hello", "m1");
    room_lets_in("alice");
    EXPECT_EQ(puppet_said("x1"), Texts{"hello"});
  }

  BridgeScript script;
};

TEST_F(PuppetsTest, WhoSpeaksComesInAndSaysItThemselves) {
  script.hears("one", "alice", "hello", "m1");
  const chat::Account& account = script.puppets_of("one").account;
  EXPECT_EQ(account.settings.get("voice"), "alice");
  EXPECT_TRUE(account.settings.flag("deaf"));
  EXPECT_EQ(puppet_asks<chat::SetPresence>().second.status, "from TestNet, through a bridge");
  EXPECT_EQ(puppet_asks<chat::JoinRoom>().second.nickname, "alice");
  EXPECT_EQ(puppet_said(), Texts{}) << "not yet in the room";
  EXPECT_EQ(script.told("two"), Texts{});
}

TEST_F(PuppetsTest, WhatIsSaidMeanwhileWaitsBehindTheFirst) {
  script.hears("one", "alice", "one");
  script.hears("one", "alice", "two");
  room_lets_in("alice");
  EXPECT_EQ(puppet_said("x"), (Texts{"one", "two"})) << "nobody's name stands in front";
}

TEST_F(PuppetsTest, TheBotSaysItForWhoIsNotLetInInTime) {
  script.hears("one", "alice", "hello");
  script.passes(6s);
  EXPECT_EQ(script.told("two"), Texts{"<alice> hello"});
  script.takes("two", "x1");
  room_lets_in("alice");
  script.hears("one", "alice", "again");
  EXPECT_EQ(puppet_said("x2"), Texts{"again"});
}

TEST_F(PuppetsTest, TheBotSaysItForWhoIsRefused) {
  script.hears("one", "alice", "hello");
  room_refuses(Fault::conflict);
  EXPECT_EQ(script.told("two"), Texts{"<alice> hello"});
}

TEST_F(PuppetsTest, EditsAndRetractionsAreOfTheSameOccupant) {
  alice_is_there();
  script.says(
      "one", chat::MessageEdited{
                 {chat::RoomId{"#one"}, {}}, script.author("alice"), {}, chat::MessageId{"m1"}, chat::plain("hello!")});
  EXPECT_EQ(puppet_said("x2"), Texts{"edit x1: hello!"});
  script.says("one",
              chat::MessageRetracted{{chat::RoomId{"#one"}, {}}, script.author("op"), chat::MessageId{"m1"}, {}});
  EXPECT_EQ(puppet_said("x3"), Texts{"retract x1"});
  EXPECT_EQ(script.told("two"), Texts{});
}

TEST_F(PuppetsTest, AnEditAfterARestartIsStillTheirs) {
  alice_is_there();
  script.ends();
  script.puppets_of("one").commands.clear();
  script.is_up();
  script.told("two");
  script.says(
      "one", chat::MessageEdited{
                 {chat::RoomId{"#one"}, {}}, script.author("alice"), {}, chat::MessageId{"m1"}, chat::plain("hello!")});
  room_lets_in("alice");
  EXPECT_EQ(puppet_said("x2"), Texts{"edit x1: hello!"});
}

TEST_F(PuppetsTest, AnEditIsANewTextWhenItsOccupantMayNotCome) {
  alice_is_there();
  leaves(chat::RoomLeft::Why::kicked);
  script.says(
      "one", chat::MessageEdited{
                 {chat::RoomId{"#one"}, {}}, script.author("alice"), {}, chat::MessageId{"m1"}, chat::plain("hello!")});
  EXPECT_EQ(script.told("two"), Texts{"<alice> hello! (edited)"});
  script.takes("two");
  script.says("one",
              chat::MessageRetracted{{chat::RoomId{"#one"}, {}}, script.author("alice"), chat::MessageId{"m1"}, {}});
  EXPECT_EQ(script.told("two"), Texts{}) << "nobody else can take it back";
  EXPECT_EQ(script.rows_in(store::State::held), 0U);
}

TEST_F(PuppetsTest, ReactionsAreThoseOfOnePerson) {
  script.network("one").can(Feature::react);
  script.hears("two", "xaver", "tea?", "t1");
  script.takes("one");
  script.told("one");
  script.takes("one", "m9");
  script.says("one",
              chat::ReactionsChanged{{chat::RoomId{"#one"}, {}}, script.author("alice"), chat::MessageId{"m9"}, {"y"}});
  room_lets_in("alice");
  EXPECT_EQ(puppet_said("r1"), Texts{"react t11"});
}

TEST_F(PuppetsTest, WhoIsThrownOutIsSpokenFor) {
  alice_is_there();
  leaves(chat::RoomLeft::Why::kicked);
  script.hears("one", "alice", "still here");
  EXPECT_EQ(script.told("two"), Texts{"<alice> still here"});
}

TEST_F(PuppetsTest, WhoIsBannedIsNotHeardThereAndTheirRoomIsTold) {
  alice_is_there();
  leaves(chat::RoomLeft::Why::banned);
  EXPECT_EQ(script.told("one"), Texts{"notice: alice is banned from #two@two.test and is not heard there any more."});
  script.takes("one");
  script.hears("one", "alice", "hello?");
  script.hears("one", "bob", "hi");
  room_lets_in("bob");
  EXPECT_EQ(puppet_said("x2"), Texts{"hi"});
  EXPECT_EQ(script.told("two"), Texts{});
  EXPECT_EQ(script.rows_in(store::State::held), 0U) << "that is no matter for the operator";
}

TEST_F(PuppetsTest, ARoomForMembersIsAskedToTakeThem) {
  script.hears("one", "alice", "hello");
  room_refuses(Fault::members_only);
  const auto& [id, command] = script.network("two").commands.back();
  const auto& member = std::get<chat::SetStanding>(command);
  EXPECT_EQ(member.mask, "alice@one.test");
  EXPECT_EQ(member.affiliation, chat::Affiliation::member);
  script.says("two", chat::Done{id, {}});
  room_lets_in("alice");
  EXPECT_EQ(puppet_said("x"), Texts{"hello"});
}

TEST_F(PuppetsTest, WhereTheBotMayNotMakeMembersItSpeaks) {
  script.hears("one", "alice", "hello");
  room_refuses(Fault::members_only);
  const chat::CommandId asked = script.network("two").commands.back().first;
  script.network("two").commands.clear();
  script.says("two", chat::Failed{asked, chat::Failed::Outcome::refused, Fault::forbidden, "no", {}});
  EXPECT_EQ(script.told("two"), Texts{"<alice> hello"});
}

TEST_F(PuppetsTest, WhereTheyMayNotSpeakTheBotDoes) {
  script.hears("one", "alice", "hello");
  room_lets_in("alice");
  for (const auto& [id, command] : std::exchange(script.puppets_of("one").commands, {})) {
    if (!std::holds_alternative<chat::SendMessage>(command)) continue;
    script.puppet_hears("one", chat::Failed{id, chat::Failed::Outcome::refused, Fault::forbidden, "no voice", {}});
    break;
  }
  script.passes(2s);
  EXPECT_EQ(script.told("two"), Texts{"<alice> hello"});
}

TEST_F(PuppetsTest, AnotherNicknameFollows) {
  alice_is_there();
  script.says("one", chat::OccupantsJoined{chat::RoomId{"#one"}, {{script.name("one", "alice"), {}}}});
  script.says("one", chat::OccupantRenamed{chat::RoomId{"#one"}, script.name("one", "alice"),
                                           script.name("one", "alicia"), false, false});
  EXPECT_EQ(puppet_asks<chat::SetNickname>().second.nickname, "alicia");
  script.puppets_of("one").commands.clear();
  script.hears("one", "alicia", "me");
  EXPECT_EQ(puppet_said("x3"), Texts{"me"}) << "the same occupant";
}

TEST_F(PuppetsTest, WhoSaysNothingForLongLeaves) {
  alice_is_there();
  script.passes(12h + 1s);
  EXPECT_EQ(script.puppets_of("one").log.back(), "stop has said nothing for a while");
  EXPECT_EQ(script.puppets_of("one").session, nullptr);
}

TEST_F(PuppetsTest, AllLeaveWhenTheBotIsThrownOut) {
  alice_is_there();
  script.says("two", chat::RoomLeft{chat::RoomId{"#two"}, chat::RoomLeft::Why::banned, Fault::forbidden, {}, {}, {}});
  EXPECT_EQ(script.puppets_of("one").session, nullptr);
}

TEST_F(PuppetsTest, WhatABotThereSaysForSomebodyIsSaidByTheBot) {
  auto relayed = script.said("one", "otherbot", "hello");
  relayed.content.shown_author = "carol";
  script.says("one", relayed);
  EXPECT_EQ(script.told("two"), Texts{"<carol> hello"});
}

TEST_F(PuppetsTest, PrivateWordsReachThePersonAndTheAnswerComesBack) {
  alice_is_there();
  chat::MessageReceived whisper;
  whisper.conversation = {chat::RoomId{"#two"}, chat::PersonId{"#two/xaver"}};
  whisper.author = script.author("xaver");
  whisper.content = chat::plain("psst");
  script.puppet_hears("one", whisper);
  const auto said = std::get<chat::SendMessage>(script.network("one").commands.back().second);
  EXPECT_EQ(said.conversation, (chat::Conversation{{}, chat::PersonId{"alice"}}));
  EXPECT_EQ(said.content.text, "<xaver in #two@two.test> psst");
  script.told("one");

  auto answer = script.said("one", "alice", "what?");
  answer.conversation = {{}, chat::PersonId{"alice"}};
  script.says("one", answer);
  EXPECT_EQ(puppet_said(), Texts{"#two/xaverwhat?"});
  EXPECT_EQ(script.told("two"), Texts{}) << "nobody else reads it";
}

TEST_F(PuppetsTest, WhatMayHaveBeenSaidBeforeARestartIsLookedForFirst) {
  script.hears("one", "alice", "hello", "m1");
  script.ends();
  script.puppets_of("one").commands.clear();
  script.is_up();
  EXPECT_FALSE(script.puppets_of("one").account.settings.get("doubts_since").empty());
  room_lets_in("alice");
  EXPECT_EQ(puppet_said("x"), Texts{"hello"});
}

TEST_F(PuppetsTest, TheyDoNotCountAsPeopleOfTheRoom) {
  script.plan.status = StatusLines::summary;
  script.bridge->take(script.plan);
  script.hears("one", "alice", "hello");
  script.says("two", chat::OccupantsJoined{chat::RoomId{"#two"}, {{script.name("two", "alice"), {}}}});
  script.told("one");
  script.passes(2min);
  EXPECT_EQ(script.told("one"), Texts{});
}

TEST(PuppetsOfAll, ComeWhenTheyAreThere) {
  BridgeScript script;
  script.leg(1).is_xmpp = true;
  script.leg(1).puppets = PuppetPlan{PuppetPlan::Policy::all};
  script.puppets_of("one");
  script.starts();
  script.lets_in("two");
  script.lets_in("one", {"alice"});
  EXPECT_EQ(script.puppets_of("one").account.nickname, "alice");
}

}  // namespace
}  // namespace dragoman::bridge
