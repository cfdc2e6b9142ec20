#include <gtest/gtest.h>

#include "support/matrix_script.hpp"

// Who is in a room, how they are called, what they may do.

namespace dragoman::backends::matrix::members_test {
namespace {

using test::MatrixScript;

class MatrixMembers : public testing::Test, protected MatrixScript {
 protected:
  MatrixMembers() { is_ready(); }
  static std::string levels(const std::string& content) {
    return R"({"type": "m.room.power_levels", "state_key": "", "sender": "@bob:hs.test", "event_id": "$l", "content": )" +
           content + "}";
  }
  void tea_hears(const std::string& event) { room_hears("!tea:hs.test", event); }
};

TEST_F(MatrixMembers, TheLaterOneOfTwoWithOneNameHasTheAddressBehindIt) {
  is_in("tea", {{"@bob:hs.test", "Bob"}});
  tea_hears(member("@bob:far.test", "Bob"));
  owner_hears("OccupantsJoined #tea%hs.test +Bob (@bob:far.test)");
  EXPECT_EQ(session().person_in_room(chat::RoomId{"#tea%hs.test"}, "Bob"), chat::PersonId{"bob%hs.test"});
  EXPECT_EQ(session().person_in_room(chat::RoomId{"#tea%hs.test"}, "Bob (@bob:far.test)"),
            chat::PersonId{"bob%far.test"});
  EXPECT_FALSE(session().person_in_room(chat::RoomId{"#tea%hs.test"}, "Carol"));
}

TEST_F(MatrixMembers, ANameThatIsShownSaysWhoseItIs) {
  is_in("tea", {{"@bob:hs.test", "Bob"}});
  tea_hears(member("@bob:far.test", "Bob"));
  const RealmNames here{names(), names().find_realm("#tea%hs.test")};
  const std::vector<std::pair<std::string, std::string>> shown = {{"Bob", "@bob:hs.test"},
                                                                  {"Bob (@bob:far.test)", "@bob:far.test"}};
  for (const auto& [nickname, user] : shown) {
    NameId id;
    ASSERT_TRUE(here.find(nickname, id)) << nickname;
    EXPECT_EQ(here[id].account, user);
    EXPECT_EQ(here[id].occupant_id, "id of " + user + " #tea%hs.test");
  }
}

TEST_F(MatrixMembers, NamesThatXmppTakesForOneAreOne) {
  is_in("tea", {{"@bob:hs.test", "Bob"}});
  tea_hears(member("@full:hs.test", "\xef\xbc\xa2\xef\xbd\x8f\xef\xbd\x82"));  // full-width "Bob"
  owner_hears("OccupantsJoined #tea%hs.test +\xef\xbc\xa2\xef\xbd\x8f\xef\xbd\x82 (@full:hs.test)");
}

TEST_F(MatrixMembers, WeKeepOurNameWhenSomebodyElseHasIt) {
  is_in("tea", {{"@aaa:hs.test", "Alice"}});
  owner_asks(chat::JoinRoom{chat::RoomId{"#tea%hs.test"}, "alice", {}});
  owner_hears("RoomJoined #tea%hs.test as ~Alice with +Alice (@aaa:hs.test)", "RoomChanged #tea%hs.test topic_locked",
              "Done 2");
}

TEST_F(MatrixMembers, SignsThatHideANameAreDropped) {
  is_in("tea");
  tea_hears(R"({"type": "m.room.member", "state_key": "@eve:hs.test", "sender": "@eve:hs.test", "event_id": "$e",
    "content": {"membership": "join", "displayname": "\u202eE\u0000v\ne\u200b"}})");
  const auto told = heard();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_TRUE(told[0] == "OccupantsJoined #tea%hs.test +Ev e" || told[0] == "OccupantsJoined #tea%hs.test +Eve")
      << told[0];
}

TEST_F(MatrixMembers, ANewNameIsARename) {
  is_in("tea", {{"@bob:hs.test", "Bob"}});
  tea_hears(member("@bob:hs.test", "Robert"));
  owner_hears("OccupantRenamed #tea%hs.test Bob -> Robert");
  tea_hears(member(alice, "Alicia"));
  owner_hears("OccupantRenamed #tea%hs.test Alice -> Alicia (self)");
  tea_hears(member("@carol:hs.test", "Bob"));
  owner_hears("OccupantsJoined #tea%hs.test +Bob");
}

TEST_F(MatrixMembers, OurNameInOneRoomIsChangedThereAlone) {
  is_in("tea");
  owner_asks(chat::SetNickname{"Queen", {}, chat::RoomId{"#tea%hs.test"}});
  const std::string put = "PUT /rooms/!tea:hs.test/state/m.room.member/@alice:hs.test";
  we_ask(put);
  EXPECT_EQ(body_of(put), nlohmann::json::parse(R"({"membership": "join", "displayname": "Queen"})"));
  owner_asks(chat::SetNickname{"Queen", {}, {}});
  we_ask("PUT /profile/@alice:hs.test/displayname");
}

TEST_F(MatrixMembers, OurNewNameDrivesAwayWhoHasIt) {
  is_in("tea", {{"@bob:hs.test", "Bob"}});
  tea_hears(member(alice, "Bob"));
  owner_hears("OccupantRenamed #tea%hs.test Bob -> Bob (@bob:hs.test)",
              "OccupantRenamed #tea%hs.test Alice -> Bob (self)");
}

TEST_F(MatrixMembers, WhoGoesIsToldWithTheReason) {
  is_in("tea", {{"@bob:hs.test", "Bob"}, {"@carol:hs.test", "Carol"}, {"@dave:hs.test", "Dave"}});
  tea_hears(member("@bob:hs.test", "", "leave", "", "lunch"));
  tea_hears(member("@carol:hs.test", "", "leave", alice, "spam"));
  tea_hears(member("@dave:hs.test", "", "ban", alice));
  owner_hears("OccupantsLeft #tea%hs.test Bob left: lunch", "OccupantsLeft #tea%hs.test Carol kicked by Alice: spam",
              "OccupantsLeft #tea%hs.test Dave banned by Alice");
}

TEST_F(MatrixMembers, WhoComesTogetherIsToldTogether) {
  is_in("tea");
  syncs(R"({"rooms": {"join": {"!tea:hs.test": {"timeline": {"events": [)" + member("@bob:hs.test", "Bob") + "," +
        member("@carol:hs.test", "Carol") + "]}}}}}");
  owner_hears("OccupantsJoined #tea%hs.test +Bob +Carol");
}

TEST_F(MatrixMembers, RanksAreThoseOfThePowerLevels) {
  is_in(
      "tea", {{"@bob:hs.test", "Bob"}, {"@carol:hs.test", "Carol"}, {"@dave:hs.test", "Dave"}},
      R"({"users": {"@alice:hs.test": 100, "@bob:hs.test": 50, "@carol:hs.test": 25}, "kick": 25, "redact": 60, "events_default": 10})");
  owner_asks(chat::JoinRoom{chat::RoomId{"#tea%hs.test"}, "alice", {}});
  const auto& joined = last<chat::RoomJoined>();
  ASSERT_EQ(joined.occupants.size(), 3u);
  EXPECT_EQ(joined.standing, (chat::Standing{chat::Role::moderator, chat::Affiliation::owner}));
  EXPECT_EQ(joined.occupants[0].standing, (chat::Standing{chat::Role::moderator, chat::Affiliation::owner}));
  EXPECT_EQ(joined.occupants[1].standing, (chat::Standing{chat::Role::moderator, chat::Affiliation::member}));
  EXPECT_EQ(joined.occupants[2].standing, (chat::Standing{chat::Role::visitor, chat::Affiliation::member}));
}

TEST_F(MatrixMembers, NewPowerLevelsChangeThoseWhomTheyMean) {
  is_in("tea", {{"@bob:hs.test", "Bob"}, {"@carol:hs.test", "Carol"}}, R"({"users": {"@bob:hs.test": 100}})");
  tea_hears(levels(R"({"users": {"@bob:hs.test": 100, "@carol:hs.test": 100, "@alice:hs.test": -1}})"));
  owner_hears("SelfChanged + in #tea%hs.test", "OccupantChanged #tea%hs.test ~Carol by Bob",
              "RoomChanged #tea%hs.test topic_locked");
}

TEST_F(MatrixMembers, WhoMadeARoomOfVersion12OwnsIt) {
  syncs(R"({"rooms": {"join": {"!tea": {"summary": {"m.joined_member_count": 3}, "state": {"events": [
    {"type": "m.room.create", "state_key": "", "sender": "@bob:hs.test", "event_id": "$c",
     "content": {"room_version": "12", "additional_creators": ["@carol:hs.test", 5]}},
    {"type": "m.room.power_levels", "state_key": "", "sender": "@bob:hs.test", "content": {"users": {}}}]},
    "timeline": {"events": []}}}}})");
  owner_asks(chat::JoinRoom{chat::RoomId{"!tea"}, "alice", {}});
  homeserver_answers("GET /rooms/!tea/members", R"({"chunk": [)" + member(alice, "Alice") + "," +
                                                    member("@bob:hs.test", "Bob") + "," +
                                                    member("@carol:hs.test", "Carol") + "]}");
  const auto told = heard();
  ASSERT_FALSE(told.empty());
  EXPECT_EQ(told[0], "RoomJoined !tea as +Alice with ~Bob ~Carol");
}

TEST_F(MatrixMembers, PicturesAreToldOnceEach) {
  is_in("tea");
  const std::string bob =
      R"({"type": "m.room.member", "state_key": "@bob:hs.test", "sender": "@bob:hs.test", "event_id": "$b",
    "content": {"membership": "join", "displayname": "Bob", "avatar_url": "mxc://hs.test/pic"}})";
  tea_hears(bob);
  owner_hears("PersonChanged bob%hs.test", "OccupantsJoined #tea%hs.test +Bob");
  EXPECT_EQ(last<chat::PersonChanged>().profile.picture, "mxc://hs.test/pic");
  tea_hears(bob);
  owner_hears_nothing();
}

}  // namespace
}  // namespace dragoman::backends::matrix::members_test
