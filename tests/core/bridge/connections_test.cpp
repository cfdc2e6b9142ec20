#include <algorithm>

#include <gtest/gtest.h>

#include "support/bridge_script.hpp"

// People of one room ("one") in a channel that each goes to over a connection of their own ("two").
namespace dragoman::bridge {
namespace {

using test::BridgeScript;
using Lines = std::vector<std::string>;
using namespace std::chrono_literals;

struct BridgeConnections : testing::Test {
  BridgeConnections() {
    script.leg(1).connects = true;
    script.leg(1).puppets = PuppetPlan{};
    speakers();
    script.is_up();
    script.told("two");
  }

  test::FakeNetwork& speakers() { return script.puppets_of("two"); }
  void hears(const chat::Event& event) { script.puppet_hears("two", event); }
  /// The command of this kind that a speaker gave last.
  template <class Command>
  std::pair<chat::CommandId, Command> asks() {
    auto& commands = speakers().commands;
    const auto found = std::find_if(commands.rbegin(), commands.rend(),
                                    [](const auto& each) { return std::holds_alternative<Command>(each.second); });
    if (found != commands.rend()) return {found->first, std::get<Command>(found->second)};
    ADD_FAILURE() << "nothing of the kind was asked";
    return {};
  }
  void connects_as(const std::string& nick) { hears(chat::Ready{nick, {}}); }
  void is_in_again(const std::string& nick) {
    chat::RoomJoined joined;
    joined.room = chat::RoomId{"#two"};
    joined.self = speakers().names().acquire(RealmId{}, nick, nick, nick);
    hears(joined);
  }
  void room_lets_in(const std::string& nick) {
    const auto [id, join] = asks<chat::JoinRoom>();
    EXPECT_EQ(join.room.text, "#two");
    is_in_again(nick);
    hears(chat::Done{id, {}});
  }
  void room_refuses(Fault fault) {
    const auto [id, join] = asks<chat::JoinRoom>();
    hears(chat::Failed{id, chat::Failed::Outcome::refused, fault, "no", {}});
  }
  Lines speaker_said() {
    Lines all;
    for (const auto& [id, command] : std::exchange(speakers().commands, {})) {
      const auto* send = std::get_if<chat::SendMessage>(&command);
      if (send == nullptr) continue;
      all.push_back(send->content.shown_author + send->content.text);
      hears(chat::Done{id, chat::Sent{}});
    }
    return all;
  }
  void alice_is_there() {
    script.hears("one", "alice", "hello");
    connects_as("alice");
    script.says("two", chat::OccupantsJoined{chat::RoomId{"#two"}, {{script.name("two", "alice"), {}}}});
    room_lets_in("alice");
    EXPECT_EQ(speaker_said(), Lines{"hello"});
  }
  void sees_leave(const std::string& nick) {
    chat::OccupantsLeft left;
    left.room = chat::RoomId{"#two"};
    left.occupants = {script.name("two", nick)};
    script.says("two", left);
  }

  BridgeScript script;
};

TEST_F(BridgeConnections, AreThoseOfOnePersonEach) {
  alice_is_there();  // what bob says waits for what she has said
  const chat::Account account = speakers().account;
  EXPECT_EQ(account.nickname, "alice");
  EXPECT_TRUE(account.settings.flag("deaf"));
  EXPECT_EQ(account.settings.get("realname"), "alice, from TestNet through a bridge");
  script.hears("one", "bob", "hi");
  EXPECT_EQ(speakers().account.nickname, "bob");
  EXPECT_NE(speakers().account.owner, account.owner) << "nothing is derived from it that they would share";
}

TEST_F(BridgeConnections, SayWhatTheirPersonSaysAndNobodyHearsItAgain) {
  alice_is_there();
  script.hears("two", "alice", "hello");
  EXPECT_EQ(script.told("one"), Lines{}) << "the bot hears it, and knows whose it is";
  script.hears("two", "carol", "hi alice");
  EXPECT_EQ(script.told("one"), Lines{"<carol> hi alice"});
}

TEST_F(BridgeConnections, AreKnownUnderTheNameThatTheServerGaveThem) {
  script.hears("one", "alice", "hello");
  connects_as("alice_");
  room_lets_in("alice_");
  EXPECT_EQ(speaker_said(), Lines{"hello"});
  script.hears("two", "alice_", "hello");
  EXPECT_EQ(script.told("one"), Lines{});
  script.hears("two", "alice", "I was here first");
  EXPECT_EQ(script.told("one"), Lines{"<alice> I was here first"});
}

TEST_F(BridgeConnections, AreOursUntilTheBotHasSeenThemLeave) {
  alice_is_there();
  hears(chat::RoomLeft{chat::RoomId{"#two"}, chat::RoomLeft::Why::kicked, Fault::closed, "op", {}, {}});
  script.hears("two", "alice", "hello");
  EXPECT_EQ(script.told("one"), Lines{}) << "the bot's link was slower";
  sees_leave("alice");
  script.hears("two", "alice", "somebody else took the name");
  EXPECT_EQ(script.told("one"), Lines{"<alice> somebody else took the name"});
}

TEST_F(BridgeConnections, AreNotAwaitedForLong) {
  script.hears("one", "alice", "hello");
  script.passes(9s);
  EXPECT_EQ(script.told("two"), Lines{});
  script.passes(2s);
  EXPECT_EQ(script.told("two"), Lines{"<alice> hello"});
  script.takes("two");
  connects_as("alice");
  room_lets_in("alice");
  script.hears("one", "alice", "again");
  EXPECT_EQ(speaker_said(), Lines{"again"});
}

TEST_F(BridgeConnections, ThatTheNetworkRefusesAreTheBotsAndTheOperatorsMatter) {
  script.hears("one", "alice", "hello");
  hears(chat::Lost{Fault::forbidden, "K-lined: no bots", std::nullopt});
  EXPECT_EQ(script.told("two"), Lines{"<alice> hello"});
  script.takes("two");
  EXPECT_EQ(script.operator_heard, Lines{"Bridge dev: alice cannot speak themselves in #two@two.test: K-lined: no "
                                         "bots. The bot speaks for them."});
  script.hears("one", "bob", "hi");
  EXPECT_EQ(script.told("two"), Lines{"<bob> hi"}) << "nobody else tries for an hour";
  script.takes("two");
  script.passes(61min);
  script.hears("one", "bob", "hi");
  EXPECT_EQ(speakers().account.nickname, "bob");
  EXPECT_EQ(script.told("two"), Lines{}) << "it waits for the connection";
}

TEST_F(BridgeConnections, ThatAreTooManyAreTriedAnHourLater) {
  script.hears("one", "alice", "hello");
  hears(chat::Lost{Fault::limited, "Too many connections from your address", script.clock.now() + 2min});
  EXPECT_EQ(script.told("two"), Lines{"<alice> hello"});
  script.takes("two");
  script.passes(61min);
  script.hears("one", "alice", "again");
  EXPECT_EQ(script.told("two"), Lines{});
  connects_as("alice");
  room_lets_in("alice");
  EXPECT_EQ(speaker_said(), Lines{"again"});
}

/// What a kicked speaker was given a moment before.
struct BridgeConnectionsKickedWhileTheySpeak : BridgeConnections {
  BridgeConnectionsKickedWhileTheySpeak() {
    alice_is_there();
    script.hears("one", "alice", "the last word");
    said = asks<chat::SendMessage>().first;
    hears(chat::RoomLeft{chat::RoomId{"#two"}, chat::RoomLeft::Why::kicked, Fault::closed, "op", {}, {}});
    script.hears("one", "bob", "later");
  }
  chat::CommandId said{};
};

TEST_F(BridgeConnectionsKickedWhileTheySpeak, AreNotRepeatedByTheBotWhenTheServerHasTakenIt) {
  script.passes(2s);
  EXPECT_EQ(script.told("two"), Lines{}) << "it is not known yet whether it was said";
  EXPECT_EQ(speakers().account.nickname, "alice");
  EXPECT_NE(speakers().log.back().substr(0, 4), "stop");
  hears(chat::Done{said, chat::Sent{}});  // a channel without +n takes it from outside
  EXPECT_EQ(speakers().log.back().substr(0, 4), "stop");
  EXPECT_EQ(speakers().account.nickname, "bob") << "and bob comes behind it";
  script.hears("two", "alice", "the last word");
  EXPECT_EQ(script.told("one"), Lines{}) << "the bot has heard it from outside";
}

TEST_F(BridgeConnectionsKickedWhileTheySpeak, AreSpokenForWhenTheServerHasRefusedIt) {
  EXPECT_EQ(script.told("two"), Lines{});
  hears(chat::Failed{said, chat::Failed::Outcome::refused, Fault::forbidden, "Cannot send to channel", {}});
  EXPECT_EQ(script.told("two"), Lines{"<alice> the last word"}) << "before what was said behind it";
}

TEST_F(BridgeConnectionsKickedWhileTheySpeak, AreNotWaitedForWithoutEnd) {
  script.passes(59s);
  EXPECT_EQ(script.told("two"), Lines{});
  script.passes(2s);
  EXPECT_EQ(script.told("two"), Lines{"[09:00] <alice> the last word"})
      << "a lost message is worse than one said twice";
}

TEST_F(BridgeConnections, AreLetInAgainWhenAModeratorSaysSo) {
  alice_is_there();
  hears(chat::RoomLeft{chat::RoomId{"#two"}, chat::RoomLeft::Why::kicked, Fault::closed, "op", {}, {}});
  sees_leave("alice");
  chat::Standing moderator;
  moderator.role = chat::Role::moderator;
  script.says("two", chat::OccupantsJoined{chat::RoomId{"#two"}, {{script.name("two", "carol"), moderator}}});
  script.hears("two", "dave", "!unkick alice");
  EXPECT_EQ(script.told("one"), Lines{"<dave> !unkick alice"}) << "not his to say";
  script.hears("two", "carol", "!unkick Alice");
  EXPECT_EQ(script.told("one"), Lines{});
  EXPECT_EQ(script.told("two"), Lines{"notice: Alice may come in again."});
  script.takes("two");
  script.hears("one", "alice", "thanks");
  connects_as("alice");
  room_lets_in("alice");
  EXPECT_EQ(speaker_said(), Lines{"thanks"});
}

TEST_F(BridgeConnections, ThatAreLostComeBackByThemselves) {
  alice_is_there();
  hears(chat::Lost{Fault::unavailable, "reset", script.clock.now() + 2s});
  script.hears("one", "alice", "more");
  EXPECT_EQ(script.told("two"), Lines{}) << "it waits for her";
  connects_as("alice");
  is_in_again("alice");
  EXPECT_EQ(speaker_said(), Lines{"more"});
}

TEST_F(BridgeConnections, AreInvitedWhereOnlyTheInvitedComeIn) {
  script.hears("one", "alice", "hello");
  connects_as("alice_");
  room_refuses(Fault::members_only);
  const auto [id, command] = script.network("two").commands.back();
  ASSERT_TRUE(std::holds_alternative<chat::Invite>(command));
  EXPECT_EQ(std::get<chat::Invite>(command).person.text, "alice_");
  script.says("two", chat::Done{id, {}});
  room_lets_in("alice_");
  EXPECT_EQ(speaker_said(), Lines{"hello"});
}

TEST_F(BridgeConnections, ThatAMaskKeepsOutAreSpokenFor) {
  script.hears("one", "alice", "hello");
  connects_as("alice");
  room_refuses(Fault::forbidden);
  EXPECT_EQ(script.told("two"), Lines{"<alice> hello"});
  EXPECT_EQ(script.operator_heard.size(), 1U);
}

TEST_F(BridgeConnections, ThatWereBannedInThePresenceOfAllAreSilent) {
  alice_is_there();
  hears(chat::RoomLeft{chat::RoomId{"#two"}, chat::RoomLeft::Why::banned, Fault::closed, "op", "spam", {}});
  EXPECT_EQ(script.told("one"),
            Lines{"notice: alice is banned from #two@two.test and is not heard there any more: spam"});
  script.hears("one", "alice", "hello?");
  EXPECT_EQ(script.told("two"), Lines{});
}

TEST_F(BridgeConnections, TakePrivateWordsToTheirPersonButNotWhatServicesSay) {
  alice_is_there();
  speakers().confidant = "NickServ";
  const auto alone = [](const std::string& from, chat::Content::Kind kind) {
    chat::MessageReceived message;
    message.conversation.person = chat::PersonId{from};
    message.author = {chat::PersonId{from}, from, from + "@home", false};
    message.content = chat::plain("psst");
    message.content.kind = kind;
    return message;
  };
  hears(alone("NickServ", chat::Content::Kind::text));
  hears(alone("irc.test", chat::Content::Kind::notice));
  EXPECT_EQ(script.told("one"), Lines{});
  hears(alone("carol", chat::Content::Kind::text));
  EXPECT_EQ(script.told("one"), Lines{"<carol in #two@two.test> psst"});
}

TEST_F(BridgeConnections, AreCountedWhereTheyAre) {
  alice_is_there();
  EXPECT_EQ(script.leg_overview(0).speakers, 0U);
  EXPECT_EQ(script.leg_overview(1).speakers, 1U);
}

TEST_F(BridgeConnections, EndWhenTheConfigurationWantsNoneAnyMore) {
  alice_is_there();
  script.leg(1).connects = false;
  script.bridge->take(script.plan);
  EXPECT_EQ(speakers().log.back(), "stop The bot speaks for everybody from now on");
  script.hears("one", "alice", "again");
  EXPECT_EQ(script.told("two"), Lines{"<alice> again"});
}

}  // namespace
}  // namespace dragoman::bridge
