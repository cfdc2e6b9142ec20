#include <gtest/gtest.h>

#include "support/matrix_script.hpp"

// People outside rooms: contacts, and the rooms of two that they are in on Matrix.

namespace dragoman::backends::matrix::direct_test {
namespace {

using test::MatrixScript;

const chat::PersonId bob{"bob%hs.test"};
const std::string create = "POST /createRoom", data = "GET /user/@alice:hs.test/account_data/m.direct",
                  encryption = "GET /rooms/!dm:hs.test/state/m.room.encryption";

class MatrixDirect : public testing::Test, protected MatrixScript {
 protected:
  static chat::SendMessage say(const std::string& what) { return {{{}, bob}, chat::plain(what)}; }
  /// The account has a room with Bob already.
  void knows_bob() {
    is_ready(R"({"account_data": {"events": [{"type": "m.direct", "content": {"@bob:hs.test": ["!dm:hs.test"]}}]},
      "rooms": {"join": {"!dm:hs.test": {"summary": {"m.joined_member_count": 2}, "state": {"events": [)" +
             member("@bob:hs.test", "Bob") + R"(]}, "timeline": {"events": []}}}}})");
  }
  void bob_invites(const std::string& reason = {}) {
    nlohmann::json invitation = {{"type", "m.room.member"},
                                 {"state_key", alice},
                                 {"sender", "@bob:hs.test"},
                                 {"content", {{"membership", "invite"}, {"is_direct", true}}}};
    if (!reason.empty()) invitation["content"]["reason"] = reason;
    syncs(R"({"rooms": {"invite": {"!dm:hs.test": {"invite_state": {"events": [)" + member("@bob:hs.test", "Bob") +
          "," + invitation.dump() + "]}}}}}");
  }
};

TEST_F(MatrixDirect, RoomsOfTwoAreContacts) {
  connects();
  syncs(
      R"({"account_data": {"events": [{"type": "m.direct", "content": {"@bob:hs.test": ["!dm:hs.test"], "@gone:hs.test": ["!left:hs.test"]}}]},
    "rooms": {"join": {"!dm:hs.test": {"summary": {"m.joined_member_count": 2}, "state": {"events": [)" +
      member("@bob:hs.test", "Bob") + R"(]}, "timeline": {"events": []}}}}})");
  owner_hears("Ready alice", "ContactsChanged");
  const auto& changed = last<chat::ContactsChanged>();
  ASSERT_EQ(changed.added.size(), 1u);
  EXPECT_EQ(changed.added[0].person, bob);
  EXPECT_EQ(changed.added[0].name, "Bob");
}

TEST_F(MatrixDirect, WhatIsSaidThereIsOfThePerson) {
  knows_bob();
  room_hears("!dm:hs.test", text("@bob:hs.test", "hello", "$1"));
  owner_hears("Message in bob%hs.test <Bob> hello id=$1");
  room_hears("!dm:hs.test", text(alice, "from my phone", "$2"));
  owner_hears("Message in bob%hs.test <alice (self)> from my phone id=$2");
}

TEST_F(MatrixDirect, ContactsAreToldOnceAndNotAgainAfterARestart) {
  knows_bob();
  restarts();
  connects();
  answer_introduction();
  syncs(R"({"account_data": {"events": [{"type": "m.direct", "content": {"@bob:hs.test": ["!dm:hs.test"]}}]}})");
  owner_hears("Ready Alice");
  room_hears("!dm:hs.test", text("@bob:hs.test", "hello", "$1"));
  owner_hears("Message in bob%hs.test <bob> hello id=$1");
}

TEST_F(MatrixDirect, WhoIsNoneAnyMoreIsTaken) {
  knows_bob();
  syncs(R"({"account_data": {"events": [{"type": "m.direct", "content": {}}]}})");
  owner_hears("ContactsChanged");
  EXPECT_EQ(last<chat::ContactsChanged>().removed, std::vector{bob});
}

TEST_F(MatrixDirect, TwoQuickMessagesMakeOneRoomAndStayInOrder) {
  is_ready();
  owner_asks(say("one"));
  owner_asks(say("two"));
  we_ask(create);
  const auto body = body_of(create);
  EXPECT_EQ(body["is_direct"], true);
  EXPECT_EQ(body["preset"], "trusted_private_chat");
  EXPECT_EQ(body["invite"], nlohmann::json::array({"@bob:hs.test"}));
  homeserver_answers(create, R"({"room_id": "!dm:hs.test"})");
  homeserver_refuses(encryption, 404, "M_NOT_FOUND");
  homeserver_answers("PUT /rooms/!dm:hs.test/send/m.room.message/", R"({"event_id": "$1"})");
  homeserver_answers("PUT /rooms/!dm:hs.test/send/m.room.message/", R"({"event_id": "$2"})");
  owner_hears("ContactsChanged", "Done 1 sent $1", "Done 2 sent $2");
}

TEST_F(MatrixDirect, WhatIsSaidWhileItIsAskedWhetherTheRoomIsEncryptedStaysBehind) {
  is_ready();
  owner_asks(say("one"));
  homeserver_answers(create, R"({"room_id": "!dm:hs.test"})");
  asked();
  owner_asks(say("two"));
  we_ask_nothing();
  homeserver_refuses(encryption, 404, "M_NOT_FOUND");
  const std::string put = "PUT /rooms/!dm:hs.test/send/m.room.message/";
  EXPECT_EQ(body_of(put)["body"], "one");
  homeserver_answers(put, R"({"event_id": "$1"})");
  EXPECT_EQ(body_of(put)["body"], "two");
}

TEST_F(MatrixDirect, ANewRoomIsDirectForAllClientsOfTheAccount) {
  is_ready();
  owner_asks(say("one"));
  homeserver_answers(create, R"({"room_id": "!dm:hs.test"})");
  homeserver_answers(data, R"({"@carol:hs.test": ["!c:hs.test"], "odd": 5})");
  const auto put = body_of("PUT /user/@alice:hs.test/account_data/m.direct");
  EXPECT_EQ(put["@bob:hs.test"], nlohmann::json::array({"!dm:hs.test"}));
  EXPECT_EQ(put["@carol:hs.test"], nlohmann::json::array({"!c:hs.test"}));
  EXPECT_EQ(put["odd"], 5);
}

TEST_F(MatrixDirect, WhoCannotBeInvitedIsSaid) {
  is_ready();
  owner_asks(say("one"));
  homeserver_refuses(create, 403, "M_FORBIDDEN", "You cannot invite this user");
  owner_hears("Failed 1 refused forbidden: You cannot invite this user");
}

TEST_F(MatrixDirect, ARoomThatWasMadeUnnoticedIsUsed) {
  is_ready();
  owner_asks(say("one"));
  drops();
  owner_hears("Lost unavailable: connection reset", "Failed 1 not_sent unavailable: connection reset");
  connects();
  syncs(
      R"({"rooms": {"join": {"!dm:hs.test": {"summary": {"m.joined_member_count": 1}, "state": {"events": []}, "timeline": {"events": [)" +
      member(alice, "Alice") +
      R"(, {"type": "m.room.member", "state_key": "@bob:hs.test", "sender": "@alice:hs.test", "event_id": "$i",
          "content": {"membership": "invite", "is_direct": true}}]}}}}})");
  forget();
  owner_asks(say("one"));
  const auto now_asked = asked();
  ASSERT_EQ(now_asked.size(), 1u);
  EXPECT_TRUE(now_asked[0].starts_with("PUT /rooms/!dm:hs.test/send/m.room.message/")) << now_asked[0];
}

TEST_F(MatrixDirect, WhoseRoomWasLeftByTheOtherGetsANewOne) {
  knows_bob();
  room_hears("!dm:hs.test", member("@bob:hs.test", "Bob", "leave"));
  owner_asks(say("are you there?"));
  EXPECT_TRUE(is_open(create));
}

TEST_F(MatrixDirect, AnInvitationToTalkIsARequestOfAContact) {
  is_ready();
  bob_invites("it is me");
  owner_hears("ContactAsked");
  EXPECT_EQ(last<chat::ContactAsked>().person, bob);
  EXPECT_EQ(last<chat::ContactAsked>().name, "Bob");
  EXPECT_EQ(last<chat::ContactAsked>().text, "it is me");
  owner_asks(chat::AnswerContact{bob, true});
  we_ask("POST /join/!dm:hs.test?server_name=hs.test&via=hs.test");
  homeserver_answers("POST /join/!dm:hs.test", R"({"room_id": "!dm:hs.test"})");
  owner_hears("Done 1");
  syncs(R"({"rooms": {"join": {"!dm:hs.test": {"summary": {"m.joined_member_count": 2}, "state": {"events": [)" +
        member("@bob:hs.test", "Bob") + R"(]}, "timeline": {"events": [)" + text("@bob:hs.test", "hi", "$1") + "," +
        member(alice, "Alice") + "]}}}}}");
  owner_hears("Message in bob%hs.test <Bob> hi id=$1", "ContactsChanged");
}

TEST_F(MatrixDirect, AnUnansweredRequestIsAskedAgain) {
  is_ready();
  bob_invites();
  restarts();
  connects();
  answer_introduction();
  syncs();
  owner_hears("Ready Alice", "ContactAsked");
}

TEST_F(MatrixDirect, WhoIsDeclinedIsLeft) {
  is_ready();
  bob_invites();
  owner_asks(chat::AnswerContact{bob, false});
  we_ask("POST /rooms/!dm:hs.test/leave");
  homeserver_answers("POST /rooms/!dm:hs.test/leave");
  EXPECT_EQ(heard().back(), "Done 1");
}

TEST_F(MatrixDirect, WhoWritesToSomebodyWhoHasInvitedAccepts) {
  is_ready();
  bob_invites();
  owner_asks(say("hello"));
  we_ask("POST /join/!dm:hs.test?server_name=hs.test&via=hs.test");
  homeserver_answers("POST /join/!dm:hs.test", R"({"room_id": "!dm:hs.test"})");
  homeserver_refuses(encryption, 404, "M_NOT_FOUND");
  EXPECT_TRUE(is_open("PUT /rooms/!dm:hs.test/send/m.room.message/"));
}

TEST_F(MatrixDirect, ContactsHaveTheirPresenceAtEveryBegin) {
  is_ready();
  owner_asks(chat::AddContact{bob, "Bob"});
  owner_hears("Done 1");
  homeserver_answers("GET /presence/@bob:hs.test/status", R"({"presence": "online", "status_msg": "tea"})");
  owner_hears("PresenceChanged bob%hs.test available: tea");
  drops();
  forget();
  connects();
  syncs();
  EXPECT_TRUE(is_open("GET /presence/@bob:hs.test/status"));
}

TEST_F(MatrixDirect, WhoIsBlockedIsOnTheListOfTheAccountToo) {
  is_ready();
  owner_asks(chat::Block{bob, true});
  homeserver_answers("GET /user/@alice:hs.test/account_data/m.ignored_user_list",
                     R"({"ignored_users": {"@eve:hs.test": {"since": 1}}, "more": true})");
  const std::string put = "PUT /user/@alice:hs.test/account_data/m.ignored_user_list";
  EXPECT_EQ(
      body_of(put),
      nlohmann::json::parse(R"({"ignored_users": {"@eve:hs.test": {"since": 1}, "@bob:hs.test": {}}, "more": true})"));
  homeserver_answers(put);
  owner_hears("Done 1");
}

}  // namespace
}  // namespace dragoman::backends::matrix::direct_test
