#include <gtest/gtest.h>

#include "support/matrix_script.hpp"

// Roles and affiliations: membership and power levels.

namespace dragoman::backends::matrix::standing_test {
namespace {

using chat::Affiliation, chat::Role;
using test::MatrixScript;

const chat::RoomId tea{"#tea%hs.test"};
const std::string levels = "GET /rooms/!tea:hs.test/state/m.room.power_levels/",
                  put_levels = "PUT /rooms/!tea:hs.test/state/m.room.power_levels/";

class MatrixStanding : public testing::Test, protected MatrixScript {
 protected:
  MatrixStanding() {
    is_ready();
    is_in("tea", {{"@bob:hs.test", "Bob"}, {"@carol:hs.test", "Carol"}},
          R"({"users": {"@alice:hs.test": 100, "@carol:hs.test": 50}})");
  }
  void sets_affiliation(const std::string& nickname, Affiliation affiliation, const std::string& reason = {}) {
    owner_asks(chat::SetStanding{tea, nickname, {}, std::nullopt, affiliation, reason});
  }
  void sets_role(const std::string& nickname, Role role, const std::string& reason = {}) {
    owner_asks(chat::SetStanding{tea, nickname, {}, role, std::nullopt, reason});
  }
  void posts(const std::string& what, const std::string& user, const std::string& reason = {}) {
    const std::string request = "POST /rooms/!tea:hs.test/" + what;
    we_ask(request);
    const auto body = body_of(request);
    EXPECT_EQ(body.value("user_id", ""), user);
    EXPECT_EQ(body.value("reason", ""), reason);
    homeserver_answers(request);
    owner_hears("Done 2");
  }
};

TEST_F(MatrixStanding, NoRoleIsAKick) {
  sets_role("Bob", Role::none, "spam");
  posts("kick", "@bob:hs.test", "spam");
}

TEST_F(MatrixStanding, NoAffiliationIsAKickToo) {
  sets_affiliation("Bob", Affiliation::none, "bye");
  posts("kick", "@bob:hs.test", "bye");
}

TEST_F(MatrixStanding, AnOutcastIsBannedAlsoFromAfar) {
  sets_affiliation("eve%far.test", Affiliation::outcast, "spam");
  posts("ban", "@eve:far.test", "spam");
}

TEST_F(MatrixStanding, WhoWasBannedIsUnbanned) {
  room_hears("!tea:hs.test", member("@eve:far.test", "", "ban", alice));
  forget();
  sets_affiliation("eve%far.test", Affiliation::none, "forgiven");
  posts("unban", "@eve:far.test");
}

TEST_F(MatrixStanding, WhoIsNotThereBecomesAMemberByAnInvitation) {
  sets_affiliation("eve%far.test", Affiliation::member, "come");
  posts("invite", "@eve:far.test", "come");
}

TEST_F(MatrixStanding, ForOneselfNoAffiliationIsToLeaveForGood) {
  sets_affiliation("mallory%far.test", Affiliation::none);
  we_ask_nothing();  // who is not there has none
  sets_affiliation("Alice", Affiliation::none);
  we_ask("POST /rooms/!tea:hs.test/leave");
}

TEST_F(MatrixStanding, ARankIsReadAnewAndNothingOfTheEventIsLost) {
  sets_affiliation("Bob", Affiliation::admin);
  we_ask(levels);
  homeserver_answers(
      levels,
      R"({"users": {"@alice:hs.test": 100, "@dave:hs.test": 7}, "events": {"x": 1}, "unknown": {"kept": true}})");
  EXPECT_EQ(
      body_of(put_levels),
      nlohmann::json::parse(
          R"({"users": {"@alice:hs.test": 100, "@dave:hs.test": 7, "@bob:hs.test": 50}, "events": {"x": 1}, "unknown": {"kept": true}})"));
  homeserver_answers(put_levels, R"({"event_id": "$l"})");
  owner_hears("Done 2");
}

TEST_F(MatrixStanding, AnOwnerMayChangeThePowerLevels) {
  sets_affiliation("Bob", Affiliation::owner);
  homeserver_answers(levels, R"({"users": {"@alice:hs.test": 100}, "events": {"m.room.power_levels": 100}})");
  EXPECT_EQ(body_of(put_levels)["users"]["@bob:hs.test"], 50) << "by the levels that are known here";
}

TEST_F(MatrixStanding, WhoIsNoMoreThanOthersIsNotNamed) {
  sets_affiliation("Carol", Affiliation::member);
  homeserver_answers(levels, R"({"users": {"@alice:hs.test": 100, "@carol:hs.test": 50}})");
  EXPECT_EQ(body_of(put_levels)["users"], nlohmann::json::parse(R"({"@alice:hs.test": 100})"));
}

TEST_F(MatrixStanding, WhoMayNotSpeakIsBelowEverybody) {
  sets_role("Bob", Role::visitor);
  homeserver_answers(levels, R"({"users": {"@alice:hs.test": 100}})");
  EXPECT_EQ(body_of(put_levels)["users"]["@bob:hs.test"], -1);
}

TEST_F(MatrixStanding, WhoHasARankAlreadyNeedsNothing) {
  sets_role("Carol", Role::moderator);
  we_ask_nothing();
  owner_hears("Done 2");
}

TEST_F(MatrixStanding, TwoChangesGoOneAfterTheOther) {
  sets_role("Bob", Role::moderator);
  sets_role("Carol", Role::participant);
  we_ask(levels);
  homeserver_answers(levels, R"({"users": {"@alice:hs.test": 100, "@carol:hs.test": 50}})");
  homeserver_answers(put_levels, R"({"event_id": "$1"})");
  homeserver_answers(levels, R"({"users": {"@alice:hs.test": 100, "@carol:hs.test": 50, "@bob:hs.test": 50}})");
  EXPECT_EQ(body_of(put_levels)["users"], nlohmann::json::parse(R"({"@alice:hs.test": 100, "@bob:hs.test": 50})"));
  homeserver_answers(put_levels, R"({"event_id": "$2"})");
  owner_hears("Done 2", "Done 3");
}

TEST_F(MatrixStanding, AChangeWhoseHomeserverIsLostBlocksNoOther) {
  sets_role("Bob", Role::moderator);
  drops();
  owner_hears("Lost unavailable: connection reset", "Failed 2 not_sent unavailable: connection reset");
  connects();
  syncs();
  forget();
  sets_role("Bob", Role::moderator);
  we_ask(levels);
}

TEST_F(MatrixStanding, WhatTheHomeserverForbidsIsSaid) {
  sets_role("Carol", Role::none);
  homeserver_refuses("POST /rooms/!tea:hs.test/kick", 403, "M_FORBIDDEN", "You cannot kick user @carol:hs.test.");
  owner_hears("Failed 2 refused forbidden: You cannot kick user @carol:hs.test");
}

TEST_F(MatrixStanding, NobodyOfThatNameIsSaid) {
  sets_role("Nobody there", Role::none);
  owner_hears("Failed 2 refused not_found: Nobody of this name is in the room, and it is no address of Matrix.");
}

TEST_F(MatrixStanding, ListsAreThoseOfTheRoom) {
  room_hears("!tea:hs.test", member("@eve:far.test", "", "ban", alice));
  forget();
  owner_asks(chat::ListStandings{tea, std::nullopt, Affiliation::outcast});
  owner_hears("Done 2 standings eve%far.test");
  owner_asks(chat::ListStandings{tea, std::nullopt, Affiliation::admin});
  owner_hears("Done 3 standings");
  owner_asks(chat::ListStandings{tea, Role::moderator, std::nullopt});
  owner_hears("Done 4 standings Alice Carol");
}

TEST_F(MatrixStanding, PeopleAreInvitedWithAReason) {
  owner_asks(chat::Invite{tea, chat::PersonId{"eve%far.test"}, "come over"});
  posts("invite", "@eve:far.test", "come over");
}

TEST_F(MatrixStanding, WhoIsThereIsNotInvited) {
  owner_asks(chat::Invite{tea, chat::PersonId{"bob%hs.test"}, {}});
  owner_hears("Failed 2 refused conflict: They are in this room already.");
}

}  // namespace
}  // namespace dragoman::backends::matrix::standing_test
