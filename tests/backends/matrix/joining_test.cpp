#include <gtest/gtest.h>

#include "support/matrix_script.hpp"

// Entering and leaving rooms.

namespace dragoman::backends::matrix::joining_test {
namespace {

using namespace std::chrono_literals;
using test::MatrixScript;

const chat::JoinRoom join_tea{chat::RoomId{"#tea%hs.test"}, "alice", {}};
const std::string joined_tea =
    R"({"rooms": {"join": {"!tea:hs.test": {"summary": {"m.joined_member_count": 2}, "state": {"events": [)"
    R"({"type": "m.room.create", "state_key": "", "sender": "@bob:hs.test", "content": {"room_version": "11"}},)"
    R"({"type": "m.room.power_levels", "state_key": "", "sender": "@bob:hs.test", "content": {"users": {"@bob:hs.test": 100}}},)"
    R"({"type": "m.room.topic", "state_key": "", "sender": "@bob:hs.test", "origin_server_ts": 1600000000000, "content": {"topic": "Tea\u0000 only"}},)"
    R"({"type": "m.room.join_rules", "state_key": "", "sender": "@bob:hs.test", "content": {"join_rule": "public"}}]},)"
    R"("timeline": {"events": [{"type": "m.room.message", "sender": "@bob:hs.test", "event_id": "$old", "content": {"msgtype": "m.text", "body": "before you came"}},)"
    R"({"type": "m.room.member", "state_key": "@alice:hs.test", "sender": "@alice:hs.test", "event_id": "$join", "content": {"membership": "join", "displayname": "Alice"}},)"
    R"({"type": "m.room.message", "sender": "@bob:hs.test", "event_id": "$new", "content": {"msgtype": "m.text", "body": "welcome"}}]}}}}})";

class MatrixJoining : public testing::Test, protected MatrixScript {
 protected:
  MatrixJoining() { is_ready(); }
  void alias_leads_to(const std::string& room) {
    homeserver_answers("GET /directory/room/#tea:hs.test",
                       R"({"room_id": ")" + room + R"(", "servers": ["hs.test", "far.test"]})");
  }
  void members_are(const std::vector<std::string>& members) {
    homeserver_answers("GET /rooms/!tea:hs.test/members", R"({"chunk": [)" + joined_text(members) + "]}");
  }
};

TEST_F(MatrixJoining, AnAliasIsLookedUpAndTheRoomToldWhenSyncHasBroughtIt) {
  owner_asks(join_tea);
  we_ask("GET /directory/room/#tea:hs.test");
  alias_leads_to("!tea:hs.test");
  we_ask(
      "POST "
      "/join/"
      "!tea:hs.test?server_name=hs.test&via=hs.test&server_name=hs.test&via=hs.test&server_name=far.test&via=far.test");
  homeserver_answers("POST /join/", R"({"room_id": "!tea:hs.test"})");
  owner_hears_nothing();
  syncs(joined_tea);
  we_ask("GET /rooms/!tea:hs.test/members?not_membership=leave");
  members_are({member(alice, "Alice"), member("@bob:hs.test", "Bob")});
  owner_hears("RoomJoined #tea%hs.test as +Alice with ~Bob topic: Tea only by Bob",
              "RoomChanged #tea%hs.test topic_locked", "Done 1", "Message in #tea%hs.test <Bob> welcome id=$new");
  EXPECT_EQ(last<chat::RoomJoined>().topic_time, Timestamp{std::chrono::milliseconds{1'600'000'000'000}});
}

TEST_F(MatrixJoining, ARoomThatTheAccountIsInIsEnteredAtOnce) {
  is_in("tea", {{"@bob:hs.test", "Bob"}});
  owner_asks(join_tea);
  we_ask_nothing();
  owner_hears("RoomJoined #tea%hs.test as ~Alice with +Bob", "RoomChanged #tea%hs.test topic_locked", "Done 2");
}

TEST_F(MatrixJoining, SeveralWhoWaitAreAllAnswered) {
  owner_asks(join_tea);
  owner_asks(join_tea);
  we_ask("GET /directory/room/#tea:hs.test");
  alias_leads_to("!tea:hs.test");
  homeserver_refuses("POST /join/", 403, "M_FORBIDDEN", "You are banned from this room");
  owner_hears("Failed 1 refused forbidden: You are banned from this room",
              "Failed 2 refused forbidden: You are banned from this room");
}

TEST_F(MatrixJoining, WhoIsNotInvitedHearsHowToAskToBeLetIn) {
  owner_asks(join_tea);
  alias_leads_to("!tea:hs.test");
  homeserver_refuses("POST /join/", 403, "M_FORBIDDEN", "You are not invited to this room.");
  owner_hears(
      "Failed 1 refused members_only: You are not invited to this room (only by invitation, or by asking to be let in "
      "where the room allows it: the command \"knock\")");
}

TEST_F(MatrixJoining, WhoWasBannedIsForbiddenWhateverCodeSaysSo) {
  owner_asks(join_tea);
  alias_leads_to("!tea:hs.test");
  homeserver_refuses("POST /join/", 403, "M_BAD_STATE", "Cannot join user who was banned");
  owner_hears("Failed 1 refused forbidden: Cannot join user who was banned");
}

TEST_F(MatrixJoining, AnAliasThatLeadsNowhereIsNotFound) {
  owner_asks(join_tea);
  homeserver_refuses("GET /directory/room/", 404, "M_NOT_FOUND", "Room alias #tea:hs.test not found");
  owner_hears("Failed 1 refused not_found: Room alias #tea:hs.test not found");
}

TEST_F(MatrixJoining, SomebodyIsNoRoom) {
  owner_asks(chat::JoinRoom{chat::RoomId{"bob%hs.test"}, "alice", {}});
  owner_hears("Failed 1 refused malformed: This is a person, no room.");
}

TEST_F(MatrixJoining, AnIdNamesItsServer) {
  owner_asks(chat::JoinRoom{chat::RoomId{"!^tea%far.test"}, "alice", {}});
  we_ask("POST /join/!Tea:far.test?server_name=far.test&via=far.test");
}

TEST_F(MatrixJoining, IsAnsweredInTimeWhateverTheHomeserverDoes) {
  owner_asks(join_tea);
  time_passes(15s);
  owner_hears("Failed 1 unsure timeout: the homeserver did not answer in time");
  alias_leads_to("!tea:hs.test");
  owner_hears_nothing();
}

TEST_F(MatrixJoining, IsAnsweredInTimeWhenSyncNeverBringsTheRoom) {
  owner_asks(join_tea);
  alias_leads_to("!tea:hs.test");
  homeserver_answers("POST /join/", R"({"room_id": "!tea:hs.test"})");
  time_passes(15s);
  owner_hears("Failed 1 unsure timeout: the homeserver did not answer in time");
}

TEST_F(MatrixJoining, WaitsForTheHomeserverAndGoesOnWhenItIsBack) {
  owner_asks(join_tea);
  drops();
  owner_hears("Lost unavailable: connection reset");
  connects();
  syncs();
  owner_hears("Ready Alice");
  EXPECT_TRUE(is_open("GET /directory/room/#tea:hs.test"));
}

TEST_F(MatrixJoining, FailsAtOnceWhenTheHomeserverWillNotBeTriedAgain) {
  owner_asks(join_tea);
  drops({Fault::unauthorized, "logged out", false});
  owner_hears("Lost unauthorized for good: logged out", "Failed 1 not_sent unauthorized: logged out");
}

TEST_F(MatrixJoining, ARoomThatIsKnownUnderAnotherAddressIsNamed) {
  is_in("tea", {{"@bob:hs.test", "Bob"}});
  owner_asks(chat::JoinRoom{chat::RoomId{"!tea%hs.test"}, "alice", {}});
  owner_hears("RoomLeft !tea%hs.test moved to #tea%hs.test",
              "Failed 2 refused not_found: This room is #tea%hs.test here.");
}

TEST_F(MatrixJoining, WhoLeavesARoomHereStaysInItOnMatrix) {
  is_in("tea", {{"@bob:hs.test", "Bob"}});
  owner_asks(chat::LeaveRoom{chat::RoomId{"#tea%hs.test"}, "bye"});
  owner_hears("RoomLeft #tea%hs.test left", "Done 2");
  we_ask_nothing();
  room_hears("!tea:hs.test", member("@carol:hs.test", "Carol"));
  owner_hears_nothing();
  owner_asks(join_tea);
  we_ask("GET /rooms/!tea:hs.test/members?not_membership=leave");
  members_are({member(alice, "Alice"), member("@carol:hs.test", "Carol")});
  owner_hears("RoomJoined #tea%hs.test as ~Alice with +Carol", "RoomChanged #tea%hs.test topic_locked", "Done 3");
}

TEST_F(MatrixJoining, AnInvitationIsToldWithItsReason) {
  syncs(R"({"rooms": {"invite": {"!tea:hs.test": {"invite_state": {"events": [
    {"type": "m.room.name", "state_key": "", "sender": "@bob:far.test", "content": {"name": "Tea room"}},
    {"type": "m.room.member", "state_key": "@bob:far.test", "sender": "@bob:far.test", "content": {"membership": "join", "displayname": "Bob"}},
    {"type": "m.room.member", "state_key": "@alice:hs.test", "sender": "@bob:far.test", "content": {"membership": "invite", "reason": "come\nover"}}]}}}}})");
  owner_hears("Invited to !tea%hs.test by Bob");
  EXPECT_EQ(last<chat::Invited>().reason, "come over");
  EXPECT_EQ(last<chat::Invited>().room_name, "Tea room");
  EXPECT_EQ(last<chat::Invited>().author.person.text, "bob%far.test");
  owner_asks(chat::JoinRoom{chat::RoomId{"!tea%hs.test"}, "alice", {}});
  we_ask("POST /join/!tea:hs.test?server_name=far.test&via=far.test&server_name=hs.test&via=hs.test");
}

TEST_F(MatrixJoining, AnAliasInAnInvitationIsOnlyBelievedWhenTheHomeserverSaysSo) {
  const std::string invited = R"({"rooms": {"invite": {"!evil:hs.test": {"invite_state": {"events": [
    {"type": "m.room.canonical_alias", "state_key": "", "sender": "@bob:far.test", "content": {"alias": "#tea:hs.test"}},
    {"type": "m.room.member", "state_key": "@alice:hs.test", "sender": "@bob:far.test", "content": {"membership": "invite"}}]}}}}})";
  syncs(invited);
  owner_hears_nothing();
  alias_leads_to("!tea:hs.test");
  owner_hears("Invited to !evil%hs.test by bob");
}

TEST_F(MatrixJoining, ADeclinedInvitationIsLeft) {
  syncs(R"({"rooms": {"invite": {"!tea:hs.test": {"invite_state": {"events": [
    {"type": "m.room.member", "state_key": "@alice:hs.test", "sender": "@bob:hs.test", "content": {"membership": "invite"}}]}}}}})");
  owner_asks(chat::DeclineInvite{chat::RoomId{"!tea%hs.test"}, chat::PersonId{"bob%hs.test"}, "no time"});
  we_ask("POST /rooms/!tea:hs.test/leave");
  EXPECT_EQ(body_of("POST /rooms/!tea:hs.test/leave")["reason"], "no time");
}

TEST_F(MatrixJoining, WhoIsThrownOutHearsByWhomAndWhy) {
  is_in("tea", {{"@bob:hs.test", "Bob"}});
  syncs(R"({"rooms": {"leave": {"!tea:hs.test": {"timeline": {"events": [)" + text("@bob:hs.test", "enough", "$1") +
        "," + member(alice, "Alice", "leave", "@bob:hs.test", "spam") + "]}}}}}");
  owner_hears("Message in #tea%hs.test <Bob> enough id=$1", "RoomLeft #tea%hs.test kicked by Bob: spam");
}

TEST_F(MatrixJoining, ABanIsToldAsOne) {
  is_in("tea", {{"@bob:hs.test", "Bob"}});
  syncs(R"({"rooms": {"leave": {"!tea:hs.test": {"timeline": {"events": [)" +
        member(alice, "Alice", "ban", "@bob:hs.test") + "]}}}}}");
  owner_hears("RoomLeft #tea%hs.test banned by Bob");
}

TEST_F(MatrixJoining, WhoIsThrownOutWhileTheGatewayWasAwayDoesNotComeBackByItself) {
  is_in("tea", {{"@bob:hs.test", "Bob"}});
  restarts();
  owner_asks(join_tea);
  connects();
  answer_introduction();
  syncs(R"({"rooms": {"leave": {"!tea:hs.test": {"timeline": {"events": [)" +
        member(alice, "Alice", "leave", "@bob:hs.test", "spam") + "]}}}}}");
  owner_hears("Ready Alice", "Failed 2 refused forbidden: you were removed by bob: spam");
  EXPECT_FALSE(is_open("POST /join/"));
  EXPECT_FALSE(is_open("GET /directory/room/"));
}

TEST_F(MatrixJoining, WhoAskedToBeLetInHearsThatTheyAreNot) {
  syncs(R"({"rooms": {"knock": {"!tea:hs.test": {"knock_state": {"events": [)"
        R"({"type": "m.room.name", "state_key": "", "sender": "@bob:hs.test", "content": {"name": "Tea"}}]}}}}})");
  owner_hears_nothing();
  syncs(R"({"rooms": {"leave": {"!tea:hs.test": {"timeline": {"events": [)" +
        member(alice, "", "leave", "@bob:hs.test", "full") + "]}}}}}");
  owner_hears("Notice: bob does not let you into Tea: full");
}

TEST_F(MatrixJoining, ALeftRoomOfAnotherClientIsLeftHereToo) {
  is_in("tea");
  syncs(R"({"rooms": {"leave": {"!tea:hs.test": {"timeline": {"events": [)" + member(alice, "Alice", "leave") +
        "]}}}}}");
  owner_hears("RoomLeft #tea%hs.test left");
}

TEST_F(MatrixJoining, AnUpgradedRoomGoesOnUnderItsAlias) {
  is_in("tea", {{"@bob:far.test", "Bob"}});
  room_hears("!tea:hs.test",
             R"({"type": "m.room.tombstone", "state_key": "", "sender": "@bob:far.test", "event_id": "$t",
    "content": {"replacement_room": "!new:hs.test"}})");
  we_ask("POST /join/!new:hs.test?server_name=hs.test&via=hs.test&server_name=far.test&via=far.test");
  homeserver_answers("POST /join/!new:hs.test", R"({"room_id": "!new:hs.test"})");
  owner_hears("Notice in #tea%hs.test: This room was upgraded and goes on here.");
  syncs(R"({"rooms": {"join": {"!new:hs.test": {"summary": {"m.joined_member_count": 1}, "state": {"events": []},
    "timeline": {"events": [)" +
        member(alice, "Alice") + "]}}}}}");
  homeserver_answers("GET /rooms/!new:hs.test/members", R"({"chunk": [)" + member(alice, "Alice") + "]}");
  owner_hears("RoomJoined #tea%hs.test as ~Alice with", "RoomChanged #tea%hs.test members_only");
  room_hears("!new:hs.test", text("@bob:far.test", "here we are", "$2"));
  owner_hears("Message in #tea%hs.test <bob> here we are id=$2");
}

TEST_F(MatrixJoining, AnUpgradedRoomHasItsNameWhoeverOfAHomeserverFollowsFirst) {
  is_in("tea", {{"@bob:far.test", "Bob"}});
  room_hears("!tea:hs.test",
             R"({"type": "m.room.tombstone", "state_key": "", "sender": "@bob:far.test", "event_id": "$t",
    "content": {"replacement_room": "!new:hs.test"}})");
  book().learn(chat::RoomId{"#tea%hs.test"}, "!new:hs.test");  // another account was faster
  homeserver_answers("POST /join/!new:hs.test", R"({"room_id": "!new:hs.test"})");
  owner_hears("Notice in #tea%hs.test: This room was upgraded and goes on here.");
}

TEST_F(MatrixJoining, WhatIsSaidWhileAnUpgradedRoomIsEnteredIsNotLost) {
  is_in("tea", {{"@bob:far.test", "Bob"}});
  room_hears("!tea:hs.test",
             R"({"type": "m.room.tombstone", "state_key": "", "sender": "@bob:far.test", "event_id": "$t",
    "content": {"replacement_room": "!new:hs.test"}})");
  homeserver_answers("POST /join/!new:hs.test", R"({"room_id": "!new:hs.test"})");
  owner_hears("Notice in #tea%hs.test: This room was upgraded and goes on here.");
  owner_asks(chat::SendMessage{{chat::RoomId{"#tea%hs.test"}, {}}, chat::plain("hello")});
  owner_hears("Failed 2 not_sent unavailable: the room is being entered");
}

TEST_F(MatrixJoining, WhatIsSaidWhenAnotherAccountHasFollowedAlreadyIsNotLost) {
  is_in("tea", {{"@bob:far.test", "Bob"}});
  book().learn(chat::RoomId{"#tea%hs.test"}, "!new:hs.test");
  owner_asks(chat::SendMessage{{chat::RoomId{"#tea%hs.test"}, {}}, chat::plain("hello")});
  owner_hears("Failed 2 not_sent unavailable: the room is being entered");
}

TEST_F(MatrixJoining, ARoomThatWasReplacedWhileNobodyWasThereIsFollowedOnEntering) {
  is_in("tea", {{"@bob:far.test", "Bob"}});
  owner_asks(chat::LeaveRoom{chat::RoomId{"#tea%hs.test"}, ""});
  room_hears("!tea:hs.test",
             R"({"type": "m.room.tombstone", "state_key": "", "sender": "@bob:far.test", "event_id": "$t",
    "content": {"replacement_room": "!new:hs.test"}})");
  EXPECT_FALSE(is_open("POST /join/"));
  owner_asks(join_tea);
  members_are({member(alice, "Alice")});
  forget();
  homeserver_answers("POST /join/!new:hs.test?server_name=hs.test&via=hs.test&server_name=far.test&via=far.test",
                     R"({"room_id": "!new:hs.test"})");
  owner_hears("Notice in #tea%hs.test: This room was upgraded and goes on here.");
}

TEST_F(MatrixJoining, RoomsThatReplaceEachOtherAreEachFollowedOnce) {
  const auto replaced = [](const std::string& by) {
    return R"({"type": "m.room.tombstone", "state_key": "", "sender": "@bob:hs.test", "event_id": "$t)" + by +
           R"(", "content": {"replacement_room": ")" + by + "\"}}";
  };
  is_in("tea");
  room_hears("!tea:hs.test", replaced("!new:hs.test"));
  homeserver_answers("POST /join/!new:hs.test", R"({"room_id": "!new:hs.test"})");
  syncs(R"({"rooms": {"join": {"!new:hs.test": {"state": {"events": [)" + replaced("!tea:hs.test") +
        R"(]}, "timeline": {"events": [)" + member(alice, "Alice") + "]}}}}}");
  homeserver_answers("GET /rooms/!new:hs.test/members", R"({"chunk": [)" + member(alice, "Alice") + "]}");
  homeserver_answers("POST /join/!tea:hs.test", R"({"room_id": "!tea:hs.test"})");
  homeserver_answers("GET /rooms/!tea:hs.test/members", R"({"chunk": [)" + member(alice, "Alice") + "]}");
  EXPECT_FALSE(is_open("POST /join/")) << testing::PrintToString(open_requests());
}

TEST_F(MatrixJoining, AReplacementThatCannotBeEnteredIsSaidInTheRoom) {
  is_in("tea", {{"@bob:far.test", "Bob"}});
  room_hears("!tea:hs.test",
             R"({"type": "m.room.tombstone", "state_key": "", "sender": "@bob:far.test", "event_id": "$t",
    "content": {"replacement_room": "!new:hs.test"}})");
  homeserver_refuses("POST /join/!new:hs.test", 403, "M_FORBIDDEN", "not invited");
  owner_hears("Notice in #tea%hs.test: This room was replaced by another one, which could not be entered: not invited");
}

}  // namespace
}  // namespace dragoman::backends::matrix::joining_test
