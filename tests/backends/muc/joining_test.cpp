#include <gtest/gtest.h>

#include "tests/support/muc_script.hpp"

namespace dragoman::test {
namespace {

using namespace std::chrono_literals;

constexpr const char* entry =
    "<presence from='bridge-dev@irc.example.org/room' to='tea@muc.test/bridge'><x "
    "xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x></presence>";

std::string refusal(const std::string& nick, const std::string& condition, const std::string& text = {}) {
  return MucScript::presence(
      nick,
      "<error type='cancel'><" + condition + " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>" +
          (text.empty() ? "" : "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>" + text + "</text>") + "</error>",
      "error");
}

TEST(MucJoin, TellsTheWholeRoomWhenTheSubjectHasCome) {
  MucScript muc;
  muc.owner_asks(chat::JoinRoom{tea, "bridge", {}});
  muc.we_say(entry);
  muc.comes("alice");
  muc.room_says(
      MucScript::presence("bob", "<show>away</show>" + MucScript::user(MucScript::item("moderator", "owner"))));
  muc.we_are_there();
  muc.owner_hears_nothing();
  muc.room_says(MucScript::said_by("bob", "<subject>Biscuits</subject>"));
  muc.owner_hears("RoomJoined tea@muc.test as bridge with alice ~bob(away) topic: Biscuits by bob", "Done 1");
  muc.we_say(MucScript::settings_question);
  muc.room_tells_settings("<feature var='muc_moderated'/><feature var='muc_membersonly'/>");
  muc.owner_hears("RoomChanged tea@muc.test moderated members_only");
  EXPECT_EQ(muc.last<chat::RoomChanged>().capabilities.of(chat::Feature::history), chat::Support::no);
}

TEST(MucJoin, WaitsForTheLink) {
  MucScript muc;
  muc.link_breaks();
  muc.owner_hears("Lost unavailable: the XMPP server is not connected");
  muc.owner_asks(chat::JoinRoom{tea, "bridge", {}});
  muc.time_passes(5s);
  muc.link_comes_back();
  muc.owner_hears("Ready bridge");
  muc.we_say(entry);
}

TEST(MucJoin, IsAnsweredInTimeWhateverTheRoomDoes) {
  MucScript muc;
  muc.owner_asks(chat::JoinRoom{tea, "bridge", {}});
  muc.take();
  muc.time_passes(15s);
  muc.owner_hears("Failed 1 refused timeout: the room does not answer");
  muc.we_say("<presence type='unavailable' from='bridge-dev@irc.example.org/room' to='tea@muc.test/bridge'/>");
  muc.time_passes(10min);
  muc.we_say_nothing();
}

TEST(MucJoin, LeavesARoomThatAnswersTooLate) {
  MucScript muc;
  muc.owner_asks(chat::JoinRoom{tea, "bridge", {}});
  muc.time_passes(15s);
  muc.forget();
  muc.we_are_there();
  muc.we_say("<presence type='unavailable' from='bridge-dev@irc.example.org/room' to='tea@muc.test/bridge'/>");
  muc.owner_hears_nothing();
}

TEST(MucJoin, GoesOnWithoutASubject) {
  MucScript muc;
  muc.owner_asks(chat::JoinRoom{tea, "bridge", {}});
  muc.we_are_there();
  muc.time_passes(4s);
  muc.owner_hears("RoomJoined tea@muc.test as bridge with", "Done 1");
}

TEST(MucJoin, TakesAnotherNicknameWhenItsOwnIsTaken) {
  MucScript muc;
  muc.owner_asks(chat::JoinRoom{tea, "alice", {}});
  muc.take();
  muc.room_says(refusal("alice", "conflict"));
  EXPECT_EQ(muc.take().at(0).get("to"), "tea@muc.test/alice[irc]");
  muc.room_says(refusal("alice[irc]", "conflict"));
  EXPECT_EQ(muc.take().at(0).get("to"), "tea@muc.test/alice[irc]2");
  muc.we_are_there("alice[irc]2");
  muc.subject_comes();
  muc.owner_hears("RoomJoined tea@muc.test as alice[irc]2 with", "Done 1");
}

TEST(MucJoin, KnowsTheNicknameThatTheRoomHasGiven) {
  MucScript muc;
  muc.owner_asks(chat::JoinRoom{tea, "bridge", {}});
  muc.we_are_there("Bridge2", "<status code='110'/><status code='210'/>");
  muc.subject_comes();
  muc.owner_hears("RoomJoined tea@muc.test as Bridge2 with", "Done 1");
}

TEST(MucJoin, SendsThePassword) {
  MucScript muc;
  muc.owner_asks(chat::JoinRoom{tea, "bridge", "cauldron"});
  muc.we_say(
      "<presence from='bridge-dev@irc.example.org/room' to='tea@muc.test/bridge'><x "
      "xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/><password>cauldron</password></x></presence>");
}

TEST(MucJoin, OpensARoomThatItHasMade) {
  MucScript muc;
  muc.owner_asks(chat::JoinRoom{tea, "bridge", {}});
  muc.take();
  muc.we_are_there("bridge", "<status code='110'/><status code='201'/>");
  muc.we_say(
      "<iq type='set' id='ID' from='bridge-dev@irc.example.org/room' to='tea@muc.test'><query "
      "xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='submit'/></query></iq>");
}

struct Refusal {
  const char* condition;
  const char* heard;
};
class MucRefusal : public testing::TestWithParam<Refusal> {};

TEST_P(MucRefusal, IsToldToWhoWantedToJoin) {
  MucScript muc;
  muc.owner_asks(chat::JoinRoom{tea, "bridge", {}});
  muc.take();
  muc.room_says(refusal("bridge", GetParam().condition));
  muc.owner_hears(std::string{"Failed 1 refused "} + GetParam().heard);
  muc.time_passes(10min);
  muc.we_say_nothing();
}

INSTANTIATE_TEST_SUITE_P(
    Each, MucRefusal,
    testing::Values(Refusal{"not-authorized", "unauthorized: the room wants a password, or another one"},
                    Refusal{"forbidden", "forbidden: banned from the room"},
                    Refusal{"registration-required", "members_only: only members may enter the room"},
                    Refusal{"item-not-found", "not_found: there is no such room, or it is not open yet"},
                    Refusal{"not-allowed", "not_allowed: there is no such room, and it may not be made"},
                    Refusal{"not-acceptable", "unacceptable: the room knows this address by another nickname only"},
                    Refusal{"service-unavailable", "full: the room is full, or its service is not there"},
                    Refusal{"remote-server-not-found", "unavailable: remote-server-not-found"}));

TEST(MucJoin, SaysTheRoomsOwnWords) {
  MucScript muc;
  muc.owner_asks(chat::JoinRoom{tea, "bridge", {}});
  muc.room_says(refusal("bridge", "forbidden", "No bridges here"));
  muc.owner_hears("Failed 1 refused forbidden: No bridges here");
}

TEST(MucJoin, RefusesWhatIsNoRoom) {
  MucScript muc;
  muc.owner_asks(chat::JoinRoom{chat::RoomId{"muc.test"}, "bridge", {}});
  muc.owner_asks(chat::JoinRoom{chat::RoomId{"tea@muc.test/x"}, "bridge", {}});
  muc.owner_hears("Failed 1 refused malformed: a room is written as name@conference.example.org",
                  "Failed 2 refused malformed: a room is written as name@conference.example.org");
  muc.we_say_nothing();
}

TEST(MucJoin, OfARoomThatItIsInTellsItAgain) {
  MucScript muc;
  muc.is_in("alice");
  muc.owner_asks(chat::JoinRoom{tea, "bridge", {}});
  muc.owner_hears("RoomJoined tea@muc.test as bridge with alice", "Done 2");
  muc.we_say_nothing();
}

TEST(MucRejoin, FollowsALostLink) {
  MucScript muc;
  muc.is_in("alice");
  muc.link_breaks();
  muc.owner_hears("Lost unavailable: the XMPP server is not connected");
  muc.link_comes_back();
  muc.we_say(entry);
  muc.comes("bob");
  muc.we_are_there();
  muc.subject_comes();
  muc.owner_hears("Ready bridge", "RoomJoined tea@muc.test as bridge with bob");
}

TEST(MucRejoin, KeepsItsNicknameUntilTheOneItWishesIsFree) {
  MucScript muc;
  muc.owner_asks(chat::JoinRoom{tea, "alice", {}});
  muc.room_says(refusal("alice", "conflict"));
  muc.comes("alice");
  muc.we_are_there("alice[irc]");
  muc.subject_comes();
  muc.link_breaks();
  muc.link_comes_back();
  EXPECT_EQ(muc.take().at(0).get("to"), "tea@muc.test/alice[irc]");
  muc.comes("alice");
  muc.we_are_there("alice[irc]");
  muc.subject_comes();
  muc.forget();
  muc.room_says(MucScript::presence("alice", MucScript::user(MucScript::item("none", "none")), "unavailable"));
  muc.we_say("<presence from='bridge-dev@irc.example.org/room' to='tea@muc.test/alice'/>");
}

TEST(MucRejoin, WishesItsNicknameAgainWhenTheLastOneIsTaken) {
  MucScript muc;
  muc.owner_asks(chat::JoinRoom{tea, "alice", {}});
  muc.room_says(refusal("alice", "conflict"));
  muc.comes("alice");
  muc.we_are_there("alice[irc]");
  muc.subject_comes();
  muc.link_breaks();
  muc.link_comes_back();
  muc.take();
  muc.room_says(refusal("alice[irc]", "conflict"));
  EXPECT_EQ(muc.take().at(0).get("to"), "tea@muc.test/alice");
  muc.room_says(refusal("alice", "conflict"));
  EXPECT_EQ(muc.take().at(0).get("to"), "tea@muc.test/alice[irc]");
}

TEST(MucRejoin, TriesAgainLaterWhatMayPass) {
  MucScript muc;
  muc.is_in();
  muc.link_breaks();
  muc.link_comes_back();
  muc.room_says(refusal("bridge", "remote-server-timeout"));
  muc.owner_hears("Lost unavailable: the XMPP server is not connected", "Ready bridge",
                  "RoomLeft tea@muc.test refused unavailable: remote-server-timeout");
  muc.take();
  muc.time_passes(5s);
  muc.we_say(entry);
  muc.room_says(refusal("bridge", "remote-server-timeout"));
  muc.owner_hears_nothing();
  muc.take();
  muc.time_passes(10s);
  muc.we_say(entry);
  muc.we_are_there();
  muc.subject_comes();
  muc.owner_hears("RoomJoined tea@muc.test as bridge with");
}

TEST(MucRejoin, EndsWhereWeAreNotWanted) {
  MucScript muc;
  muc.is_in();
  muc.link_breaks();
  muc.link_comes_back();
  muc.forget();
  muc.room_says(refusal("bridge", "forbidden"));
  muc.owner_hears("RoomLeft tea@muc.test banned: banned from the room");
  muc.time_passes(1h);
  muc.we_say_nothing();
}

TEST(MucLeave, IsDoneWhenTheRoomHasLetUsGo) {
  MucScript muc;
  muc.is_in("alice");
  muc.owner_asks(chat::LeaveRoom{tea, "bye"});
  muc.we_say(
      "<presence type='unavailable' from='bridge-dev@irc.example.org/room' "
      "to='tea@muc.test/bridge'><status>bye</status></presence>");
  muc.owner_hears_nothing();
  muc.room_says(MucScript::presence("bridge", MucScript::user(MucScript::item("none", "none") + "<status code='110'/>"),
                                    "unavailable"));
  muc.owner_hears("RoomLeft tea@muc.test left", "Done 2");
}

TEST(MucLeave, IsDoneWithoutAnAnswerToo) {
  MucScript muc;
  muc.is_in("alice");
  muc.owner_asks(chat::LeaveRoom{tea, {}});
  muc.time_passes(10s);
  muc.owner_hears("RoomLeft tea@muc.test left", "Done 2");
}

TEST(MucStop, LeavesAllRooms) {
  MucScript muc;
  muc.is_in("alice");
  muc.stops("restarting");
  muc.we_say(
      "<presence type='unavailable' from='bridge-dev@irc.example.org/room' "
      "to='tea@muc.test/bridge'><status>restarting</status></presence>");
  muc.says("alice", "hi", "s1");
  muc.owner_hears_nothing();
}

}  // namespace
}  // namespace dragoman::test
