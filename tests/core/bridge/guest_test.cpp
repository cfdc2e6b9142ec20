#include "support/guest_script.hpp"

// Somebody of another network in a room: who lets them in, what they say and hear.

namespace dragoman::bridge {
namespace {

using namespace std::chrono_literals;
using chat::Role;
using test::GuestScript;
using Texts = std::vector<std::string>;

constexpr const char* asks_alice =
    "alice@test invites the hook ci into this room. A moderator connects it with \"ci: connect\"; nothing is said or "
    "heard before.";
constexpr const char* is_connected = " connected the hook ci. A moderator disconnects it with \"ci: remove\".";

void invite(GuestScript& script, const std::string& inviter = "alice@test", bool through_room = true) {
  script.guest->invited({inviter, through_room});
  script.end_turn();
}

TEST(BridgeGuest, IsLetInByAModeratorWhoseAddressIsSeen) {
  GuestScript script;
  script.comes();
  invite(script, "alice@test", false);
  script.is_let_in({{"Al", Role::moderator, "alice@test"}, {"bob", Role::participant, "bob@test"}});
  EXPECT_EQ(script.heard, Texts{"welcome by alice@test"});
  EXPECT_EQ(script.told(), Texts{std::string{"alice@test"} + is_connected});
  EXPECT_EQ(script.network.account.settings.get("voice"), "ci") << "it enters under its own address";
}

TEST(BridgeGuest, IsNotLetInByWhoDoesNotModerate) {
  GuestScript script;
  script.comes();
  invite(script);
  script.is_let_in({{"Al", Role::participant, "alice@test"}, {"bob", Role::moderator, "bob@test"}});
  EXPECT_EQ(script.heard, Texts{});
  EXPECT_EQ(script.told(), Texts{asks_alice});
  script.say("secret");
  script.hears("Al", "ci: hello");
  EXPECT_EQ(script.told(), Texts{}) << "nothing is said before";
  EXPECT_EQ(script.heard, Texts{}) << "nor heard";
}

TEST(BridgeGuest, BelievesARoomThatHidesAddressesWhenAllOfItsPeopleModerate) {
  GuestScript script;
  script.comes();
  invite(script);
  script.is_let_in({{"Al", Role::moderator}});
  EXPECT_EQ(script.heard, Texts{"welcome by alice@test"});
}

TEST(BridgeGuest, AsksWhereItMayHaveBeenSomebodyElse) {
  GuestScript script;
  script.comes();
  invite(script);
  script.is_let_in({{"Al", Role::moderator}, {"bob", Role::participant}});
  EXPECT_EQ(script.told(), Texts{asks_alice});
  script.hears("bob", "ci: connect");
  EXPECT_EQ(script.told(), Texts{"Only who moderates this room may do that."});
  script.hears("Al", "connect");
  EXPECT_EQ(script.heard, Texts{}) << "that was not said to it";
  script.hears("Al", "CI, !Connect");
  EXPECT_EQ(script.heard, Texts{"welcome by Al"});
  EXPECT_EQ(script.told(), Texts{std::string{"Al"} + is_connected});
}

TEST(BridgeGuest, IsSpokenToByItsNameWhereOneAccountSpeaksForAll) {
  for (const char* called : {"ci", "relay"}) {
    GuestScript script;
    script.own_name = "relay";
    script.comes();
    invite(script, "alice@test", false);
    script.is_let_in({{"Al", Role::moderator}, {"bob", Role::participant}});
    EXPECT_EQ(script.told(), Texts{asks_alice});
    script.hears("Al", std::string{called} + ": connect");
    EXPECT_EQ(script.heard, Texts{"welcome by Al"}) << called;
    EXPECT_EQ(script.told(), Texts{std::string{"Al"} + is_connected});
  }
}

TEST(BridgeGuest, LeavesItsNameToWhoHasItInTheRoom) {
  GuestScript script;
  script.own_name = "ci_";
  script.comes();
  invite(script, "alice@test", false);
  script.is_let_in({{"Al", Role::moderator}, {"ci", Role::participant}});
  script.told();
  script.hears("Al", "ci: connect");
  EXPECT_EQ(script.heard, Texts{}) << "said to somebody else";
  script.hears("Al", "ci_: connect");
  EXPECT_EQ(script.heard, Texts{"welcome by Al"});
}

TEST(BridgeGuest, DoesNotBelieveAnybodyWhoIsPerhapsNotInTheRoom) {
  GuestScript script;
  script.comes();
  invite(script, "mallory@elsewhere", false);
  script.is_let_in({{"Al", Role::moderator}});
  EXPECT_EQ(script.heard, Texts{});
}

TEST(BridgeGuest, KnowsAnInviterByTheNicknameThatTheRoomSays) {
  GuestScript script;
  script.comes();
  invite(script, "tea@rooms.test/bob");
  script.is_let_in({{"Al", Role::moderator}, {"bob", Role::participant}});
  EXPECT_EQ(script.heard, Texts{});
  invite(script, "tea@rooms.test/Al");
  EXPECT_EQ(script.heard, Texts{"welcome by Al"});
}

TEST(BridgeGuest, AsksWhenItHasAVoiceAndItsHostKnowsUntilThen) {
  GuestScript script;
  script.comes();
  invite(script, "alice@test", false);
  script.is_let_in({{"Al", Role::moderator}, {"bob", Role::participant}});
  EXPECT_EQ(script.told(), Texts{asks_alice}) << "that the room is moderated is not known yet";
  script.has_role(Role::visitor);
  script.has_role(Role::visitor);
  EXPECT_EQ(script.heard, Texts{"no voice"}) << "once";
  EXPECT_EQ(script.told(), Texts{});
  script.has_role(Role::participant);
  EXPECT_EQ(script.told(), Texts{asks_alice}) << "nobody has heard it before";
}

TEST(BridgeGuest, IsLetInWhereItMayNotSpeak) {
  GuestScript script;
  script.comes();
  invite(script, "alice@test", false);
  script.is_let_in({{"Al", Role::moderator}, {"bob", Role::participant}});
  script.has_role(Role::visitor);
  script.told();
  script.hears("Al", "ci: connect");
  EXPECT_EQ(script.heard, (Texts{"no voice", "welcome by Al"}));
}

TEST(BridgeGuest, GoesWhenNobodyLetsItIn) {
  GuestScript script;
  script.comes();
  script.is_let_in({{"Al", Role::moderator}});
  script.passes(10min);
  EXPECT_EQ(script.heard, Texts{"shut out: nobody who moderates the room has let it in"});
}

struct Inside : GuestScript {
  Inside() {
    options.welcome = true;
    comes();
    is_let_in({{"Al", Role::moderator}, {"bob", Role::participant}});
  }
};

TEST(BridgeGuest, SaysWhatItIsToldAndEditsIt) {
  Inside script;
  script.network.can(chat::Feature::edit);
  script.say("firing", "w1");
  EXPECT_EQ(script.told(), Texts{"firing"});
  script.guest->say({chat::EditMessage{{}, {}, chat::plain("resolved")}, "w2", "w1", {}, {}});
  EXPECT_EQ(script.told(), Texts{"edit r1: resolved"});
}

TEST(BridgeGuest, AnswersSomebodyByNameWhereThereAreNoReplies) {
  Inside script;
  chat::SendMessage answer{{}, chat::plain("deployed")};
  answer.content.reply_to = chat::MessageId{"m7"};
  script.guest->say({answer, "w1", {}, "bob", {}});
  EXPECT_EQ(script.told(), Texts{"bob: deployed"});
  script.network.can(chat::Feature::reply);
  script.guest->say({answer, "w2", {}, "bob", {}});
  EXPECT_EQ(script.told(), Texts{"deployed to m7"});
  script.guest->say({chat::SendMessage{{}, chat::plain("psst")}, "w3", {}, {}, "bob"});
  EXPECT_EQ(script.told(), Texts{"psst only to bob"});
}

TEST(BridgeGuest, KeepsWhatItIsToSayOverARestart) {
  Inside script;
  script.says(chat::Lost{Fault::unavailable, "no route", script.clock.now() + 10s});
  script.say("later");
  EXPECT_EQ(script.told(), Texts{});
  script.ends();
  script.comes();
  script.is_let_in({});
  EXPECT_EQ(script.told(), Texts{"later"});
}

TEST(BridgeGuest, KeepsWhatItIsToSayUntilItHasAVoice) {
  Inside script;
  script.has_role(Role::visitor);
  EXPECT_EQ(script.heard, Texts{}) << "not every room refuses";
  script.say("first", "w1");
  const auto first = script.network.commands.back();
  script.network.commands.clear();
  script.says(chat::Failed{first.first, chat::Failed::Outcome::refused, Fault::forbidden, "moderated", {}});
  EXPECT_EQ(script.heard, Texts{"no voice"});
  script.say("second", "w2");
  script.passes(2s);
  EXPECT_EQ(script.told(), Texts{});
  script.has_role(Role::participant);
  EXPECT_EQ(script.told(), (Texts{"first", "second"}));
  EXPECT_EQ(script.rows_in(store::State::held), 0U);
}

TEST(BridgeGuest, HearsWhatIsSaidAndWhatIsAboutItsOwn) {
  Inside script;
  script.say("firing");
  script.told();
  script.hears("bob", "hello", "m1");
  chat::MessageReceived reply;
  reply.conversation = {script.options.leg.room, {}};
  reply.author.name = "bob";
  reply.id = chat::MessageId{"m2"};
  reply.content = chat::plain("which?");
  reply.content.reply_to = chat::MessageId{"r1"};
  script.says(reply);
  script.says(reply);
  EXPECT_EQ(script.heard, (Texts{"said hello", "said which? to it"})) << "and nothing twice";
}

TEST(BridgeGuest, DoesNotHearOthersOfOurs) {
  Inside script;
  chat::MessageReceived other;
  other.conversation = {script.options.leg.room, {}};
  other.author = {{}, "backup", "backup@hook.test", false};
  other.content = chat::plain("ci: hello");
  script.says(other);
  EXPECT_EQ(script.heard, Texts{});
}

TEST(BridgeGuest, IsPausedByAKickABanAndAModeratorsWord) {
  const auto left = [](chat::RoomLeft::Why why) {
    Inside script;
    script.says(chat::RoomLeft{script.options.leg.room, why, Fault::closed, "Al", "too loud", {}});
    script.say("more");
    EXPECT_EQ(script.told(), Texts{});
    return script.heard;
  };
  EXPECT_EQ(left(chat::RoomLeft::Why::kicked), Texts{"shut out: kicked by Al: too loud"});
  EXPECT_EQ(left(chat::RoomLeft::Why::banned), Texts{"shut out: banned by Al: too loud"});
  EXPECT_EQ(left(chat::RoomLeft::Why::lost), Texts{});
  Inside script;
  script.hears("bob", "ci: remove");
  EXPECT_EQ(script.heard, Texts{});
  script.hears("Al", "ci: remove");
  EXPECT_EQ(script.heard, Texts{"shut out: removed by Al"});
}

TEST(BridgeGuest, HoldsWhatWaitsWhenItEnds) {
  Inside script;
  script.says(chat::Lost{Fault::unavailable, "no route", script.clock.now() + 10s});
  script.say("later");
  script.guest->end();
  script.end_turn();
  EXPECT_EQ(script.rows_in(store::State::held), 1U);
}

}  // namespace
}  // namespace dragoman::bridge
