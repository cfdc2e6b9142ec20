#include <gtest/gtest.h>

#include "support/matrix_script.hpp"

// One room and several accounts of its homeserver that are in it: what one of them has read the others have too.

namespace dragoman::backends::matrix::shared_room_test {
namespace {

using test::MatrixScript;

const std::string members = "GET /rooms/!tea:hs.test/members?not_membership=leave",
                  state = "GET /rooms/!tea:hs.test/state";
const chat::JoinRoom join_tea{chat::RoomId{"!tea%hs.test"}, "me", {}};
const std::string facts =
    R"({"type": "m.room.create", "state_key": "", "sender": "@carol:hs.test", "content": {"room_version": "11"}},)"
    R"({"type": "m.room.join_rules", "state_key": "", "sender": "@carol:hs.test", "content": {"join_rule": "public"}},)"
    R"({"type": "m.room.topic", "state_key": "", "sender": "@carol:hs.test", "event_id": "$t", "content": {"topic": "Tea"}},)"
    R"({"type": "m.room.power_levels", "state_key": "", "sender": "@carol:hs.test", "content": {"users": {"@carol:hs.test": 100}}})";

class MatrixSharedRoom : public testing::Test {
 protected:
  /// The account is in the room before anybody enters it here.
  static void is_member(MatrixScript& who) {
    who.is_ready(
        R"({"rooms": {"join": {"!tea:hs.test": {"summary": {"m.joined_member_count": 3}, "state": {"events": [)" +
        facts + R"(]}, "timeline": {"events": [], "prev_batch": "p0"}}}}})");
  }
  static std::string list(const std::string& more = {}) {
    return MatrixScript::member("@alice:hs.test", "Alice") + "," + MatrixScript::member("@bob:hs.test", "Bob") + "," +
           MatrixScript::member("@carol:hs.test", "Carol") + (more.empty() ? "" : "," + more);
  }
  static void list_comes(MatrixScript& who, const std::string& more = {}) {
    who.homeserver_answers(members, R"({"chunk": [)" + list(more) + "]}");
  }
  static void hears(MatrixScript& who, const std::string& event) { who.room_hears("!tea:hs.test", event); }
  /// Both have entered it, all of that forgotten.
  void both_are_in() {
    is_member(alice);
    is_member(bob);
    alice.owner_asks(join_tea);
    list_comes(alice);
    bob.owner_asks(join_tea);
    alice.forget();
    bob.forget();
  }
  MatrixScript alice;
  MatrixScript bob{alice, "@bob:hs.test"};
};

TEST_F(MatrixSharedRoom, OneAccountReadsTheListAndTheOthersWaitForIt) {
  is_member(alice);
  is_member(bob);
  alice.owner_asks(join_tea);
  alice.we_ask(members);
  bob.owner_asks(join_tea);
  bob.we_ask_nothing();
  EXPECT_FALSE(bob.looks_at_shared()) << "there is nothing to look at yet";
  list_comes(alice);
  bob.owner_hears_nothing();
  ASSERT_TRUE(bob.looks_at_shared());
  bob.we_ask_nothing();
  alice.owner_hears("RoomJoined !tea%hs.test as +Alice with +Bob ~Carol topic: Tea by Carol",
                    "RoomChanged !tea%hs.test topic_locked", "Done 1");
  bob.owner_hears("RoomJoined !tea%hs.test as +Bob with +Alice ~Carol topic: Tea by Carol",
                  "RoomChanged !tea%hs.test topic_locked", "Done 1");
}

TEST_F(MatrixSharedRoom, WhoComesLaterHasItAtOnce) {
  both_are_in();
  bob.owner_asks(chat::LeaveRoom{join_tea.room, ""});
  hears(alice, MatrixScript::member("@dave:hs.test", "Dave"));
  bob.forget();
  bob.owner_asks(join_tea);
  bob.we_ask_nothing();
  bob.owner_hears("RoomJoined !tea%hs.test as +Bob with +Alice ~Carol +Dave topic: Tea by Carol",
                  "RoomChanged !tea%hs.test topic_locked", "Done 3");
}

TEST_F(MatrixSharedRoom, EachOwnerHearsOnceWhoComesAndGoes) {
  both_are_in();
  const std::string comes = MatrixScript::member("@dave:hs.test", "Dave"),
                    goes = MatrixScript::member("@dave:hs.test", "", "leave", "", "lunch");
  hears(alice, comes);
  alice.owner_hears("OccupantsJoined !tea%hs.test +Dave");
  hears(bob, comes);
  bob.owner_hears("OccupantsJoined !tea%hs.test +Dave");
  hears(bob, goes);
  bob.owner_hears("OccupantsLeft !tea%hs.test Dave left: lunch");
  hears(alice, goes);
  alice.owner_hears("OccupantsLeft !tea%hs.test Dave left: lunch");
}

TEST_F(MatrixSharedRoom, WhoLagsBehindChangesNothingBack) {
  both_are_in();
  const std::string comes = MatrixScript::member("@dave:hs.test", "Dave"),
                    goes = MatrixScript::member("@dave:hs.test", "", "leave");
  hears(alice, comes);
  hears(alice, goes);
  hears(bob, comes);
  bob.owner_hears_nothing();
  alice.forget();
  alice.owner_asks(join_tea);
  alice.owner_hears("RoomJoined !tea%hs.test as +Alice with +Bob ~Carol topic: Tea by Carol",
                    "RoomChanged !tea%hs.test topic_locked", "Done 2");
  hears(bob, goes);
  bob.owner_hears_nothing();
}

TEST_F(MatrixSharedRoom, WhatIsSaidOfMembersBesideTheTimelineIsNoNews) {
  both_are_in();
  const std::string before = MatrixScript::member("@carol:hs.test", "Carol"),
                    renamed = MatrixScript::member("@carol:hs.test", "Caroline");
  hears(alice, renamed);
  bob.syncs(R"({"rooms": {"join": {"!tea:hs.test": {"state": {"events": [)" + before +
            R"(]}, "timeline": {"events": [)" + MatrixScript::text("@carol:hs.test", "hello", "$1") + "," + renamed +
            "]}}}}}");
  bob.owner_hears("Message in !tea%hs.test <Carol> hello id=$1", "OccupantRenamed !tea%hs.test Carol -> Caroline");
  alice.forget();
  alice.owner_asks(join_tea);
  EXPECT_EQ(alice.heard()[0], "RoomJoined !tea%hs.test as +Alice with +Bob ~Caroline topic: Tea by Caroline");
}

TEST_F(MatrixSharedRoom, WhatWasHeardBeforeWeCouldHearItIsToldAfterwards) {
  is_member(alice);
  alice.owner_asks(join_tea);
  list_comes(alice);
  // Dave came before bob, whose /sync begins behind that; alice's brings it later.
  is_member(bob);
  bob.owner_asks(join_tea);
  bob.forget();
  hears(alice, MatrixScript::member("@dave:hs.test", "Dave"));
  bob.syncs();
  bob.owner_hears_nothing();
  bob.syncs();
  bob.owner_hears("OccupantsJoined !tea%hs.test +Dave");
  bob.syncs();
  bob.owner_hears_nothing();
}

TEST_F(MatrixSharedRoom, WhenWhoReadsItIsRefusedTheNextOneReads) {
  is_member(alice);
  is_member(bob);
  alice.owner_asks(join_tea);
  bob.owner_asks(join_tea);
  alice.homeserver_refuses(members, 403, "M_FORBIDDEN", "not you");
  alice.owner_hears("Failed 1 refused forbidden: not you");
  ASSERT_TRUE(bob.looks_at_shared());
  bob.we_ask(members);
  list_comes(bob);
  EXPECT_EQ(bob.last<chat::RoomJoined>().occupants.size(), 2u);
}

TEST_F(MatrixSharedRoom, WhenWhoReadsItIsLostOrStopsTheNextOneReads) {
  is_member(alice);
  is_member(bob);
  MatrixScript carol{alice, "@carol:hs.test"};
  is_member(carol);
  for (MatrixScript* each : {&alice, &bob, &carol}) each->owner_asks(join_tea);
  alice.drops();
  ASSERT_TRUE(bob.looks_at_shared());
  EXPECT_TRUE(carol.looks_at_shared());
  bob.we_ask(members);
  bob.stops();
  ASSERT_TRUE(carol.looks_at_shared());
  carol.we_ask(members);
  list_comes(carol);
  EXPECT_EQ(carol.last<chat::RoomJoined>().occupants.size(), 2u);
}

TEST_F(MatrixSharedRoom, WhoWaitsAndIsLostReadsItAgainLater) {
  is_member(alice);
  is_member(bob);
  alice.owner_asks(join_tea);
  bob.owner_asks(join_tea);
  bob.drops({Fault::unauthorized, "logged out", false});
  EXPECT_FALSE(bob.looks_at_shared());
  list_comes(alice);
  bob.owner_hears("Lost unauthorized for good: logged out", "Failed 1 not_sent unauthorized: logged out");
}

TEST_F(MatrixSharedRoom, ARoomThatNobodyFollowsIsForgotten) {
  both_are_in();
  EXPECT_EQ(alice.shared_rooms().size(), 1u);
  alice.owner_asks(chat::LeaveRoom{join_tea.room, ""});
  bob.stops();
  EXPECT_EQ(alice.shared_rooms().size(), 0u);
  alice.owner_asks(join_tea);
  EXPECT_TRUE(alice.is_open(members));
}

TEST_F(MatrixSharedRoom, AnotherHomeserverHasToSayItItself) {
  is_member(alice);
  alice.owner_asks(join_tea);
  list_comes(alice);
  bob.homeserver = "https://evil.test";
  is_member(bob);
  bob.owner_asks(join_tea);
  bob.we_ask(members);
  bob.owner_hears_nothing();
  EXPECT_EQ(alice.shared_rooms().size(), 2u);
}

TEST_F(MatrixSharedRoom, WhoIsOnlyInvitedHasNothingOfIt) {
  is_member(alice);
  alice.owner_asks(join_tea);
  list_comes(alice);
  bob.is_ready(R"({"rooms": {"invite": {"!tea:hs.test": {"invite_state": {"events": [)" +
               MatrixScript::member("@bob:hs.test", "Bob", "invite", "@alice:hs.test") + R"(]}}}}})");
  bob.owner_asks(join_tea);
  bob.we_ask("POST /join/!tea:hs.test?server_name=hs.test&via=hs.test");
  bob.owner_hears_nothing();
  EXPECT_FALSE(bob.session().person_in_room(join_tea.room, "Carol"));
  bob.homeserver_refuses("POST /join/", 403, "M_FORBIDDEN", "no");
  EXPECT_FALSE(bob.session().person_in_room(join_tea.room, "Carol"));
}

TEST_F(MatrixSharedRoom, WhenAllWereLostTheFirstOneBackGoesOnFromWhereItStood) {
  both_are_in();
  alice.drops();
  bob.drops();
  alice.forget();
  bob.forget();
  const std::string comes = MatrixScript::member("@dave:hs.test", "Dave");
  for (MatrixScript* each : {&alice, &bob}) {
    each->connects();
    each->answer_introduction();
    each->forget();
    hears(*each, comes);
    each->we_ask_nothing();
  }
  alice.owner_hears("Ready Alice", "RoomJoined !tea%hs.test as +Alice with +Bob ~Carol topic: Tea by Carol",
                    "RoomChanged !tea%hs.test topic_locked", "OccupantsJoined !tea%hs.test +Dave");
  bob.owner_hears("Ready Bob", "RoomJoined !tea%hs.test as +Bob with +Alice ~Carol +Dave topic: Tea by Carol",
                  "RoomChanged !tea%hs.test topic_locked");
}

TEST_F(MatrixSharedRoom, WhoWasAwayBringsNoOldNews) {
  both_are_in();
  bob.drops();
  bob.forget();
  const std::string comes = MatrixScript::member("@dave:hs.test", "Dave"),
                    old = MatrixScript::member("@carol:hs.test", "Caroline");
  hears(alice, comes);
  bob.connects();
  bob.answer_introduction();
  bob.forget();
  // More than is remembered has happened since: nobody knows this one any more.
  bob.syncs(R"({"rooms": {"join": {"!tea:hs.test": {"timeline": {"events": [)" + old + "," + comes + "]}}}}}");
  bob.owner_hears("Ready Bob", "RoomJoined !tea%hs.test as +Bob with +Alice ~Carol +Dave topic: Tea by Carol",
                  "RoomChanged !tea%hs.test topic_locked");
  alice.forget();
  alice.owner_asks(join_tea);
  alice.owner_hears("RoomJoined !tea%hs.test as +Alice with +Bob ~Carol +Dave topic: Tea by Carol",
                    "RoomChanged !tea%hs.test topic_locked", "Done 2");
}

TEST_F(MatrixSharedRoom, WhoWasThrownOutWhileAwaySeesNobodyNew) {
  both_are_in();
  bob.drops();
  bob.forget();
  hears(alice, MatrixScript::member("@dave:hs.test", "Dave"));
  bob.connects();
  bob.answer_introduction();
  bob.forget();
  bob.syncs(R"({"rooms": {"leave": {"!tea:hs.test": {"timeline": {"events": [)" +
            MatrixScript::member("@bob:hs.test", "", "leave", "@carol:hs.test") + R"(]}}}}})");
  const auto told = bob.heard();
  ASSERT_EQ(told.size(), 4u);
  EXPECT_EQ(told[1], "RoomJoined !tea%hs.test as +Bob with topic: Tea by carol");
  EXPECT_TRUE(told[3].starts_with("RoomLeft !tea%hs.test kicked")) << told[3];
}

TEST_F(MatrixSharedRoom, EverybodyKeepsTheirOwnName) {
  MatrixScript other{alice, "@bob:far.test"};
  is_member(bob);
  is_member(other);
  bob.owner_asks(join_tea);
  list_comes(bob, MatrixScript::member("@bob:far.test", "Bob"));
  other.owner_asks(join_tea);
  EXPECT_EQ(bob.heard()[0],
            "RoomJoined !tea%hs.test as +Bob with +Alice +Bob (@bob:far.test) ~Carol topic: Tea by Carol");
  EXPECT_EQ(other.heard()[0],
            "RoomJoined !tea%hs.test as +Bob with +Alice +Bob (@bob:hs.test) ~Carol topic: Tea by Carol");
  EXPECT_EQ(other.session().person_in_room(join_tea.room, "Bob (@bob:hs.test)"), chat::PersonId{"bob%hs.test"});
  EXPECT_EQ(other.session().person_in_room(join_tea.room, "Bob"), chat::PersonId{"bob%far.test"});
}

TEST_F(MatrixSharedRoom, AfterARestartTheStateIsReadOnceToo) {
  both_are_in();
  alice.restarts();
  bob.restarts();
  for (MatrixScript* each : {&alice, &bob}) {
    each->connects();
    each->answer_introduction();
    each->syncs();
    each->forget();
    each->owner_asks(join_tea);
  }
  alice.we_ask(state);
  bob.we_ask_nothing();
  alice.homeserver_answers(state, "[" + facts + "," + list() + "]");
  ASSERT_TRUE(bob.looks_at_shared());
  EXPECT_EQ(bob.heard()[0], "RoomJoined !tea%hs.test as +Bob with +Alice ~Carol topic: Tea by Carol");
}

TEST_F(MatrixSharedRoom, WhatComesWhileItIsReadIsNotLost) {
  is_member(alice);
  is_member(bob);
  alice.owner_asks(join_tea);
  hears(alice, MatrixScript::member("@dave:hs.test", "Dave"));
  list_comes(alice);
  alice.owner_hears("RoomJoined !tea%hs.test as +Alice with +Bob ~Carol topic: Tea by Carol",
                    "RoomChanged !tea%hs.test topic_locked", "Done 1", "OccupantsJoined !tea%hs.test +Dave");
  bob.owner_asks(join_tea);
  EXPECT_EQ(bob.heard()[0], "RoomJoined !tea%hs.test as +Bob with +Alice ~Carol +Dave topic: Tea by Carol");
}

}  // namespace
}  // namespace dragoman::backends::matrix::shared_room_test
