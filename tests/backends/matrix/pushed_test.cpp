#include <gtest/gtest.h>

#include "support/matrix_script.hpp"

// A session of an application service: transactions tell it what happens, /sync what they leave.

namespace dragoman::backends::matrix::pushed_test {
namespace {

using namespace std::chrono_literals;
using test::MatrixScript;

const std::string tea = "!tea:hs.test";

class MatrixPushed : public testing::Test, protected MatrixScript {
 protected:
  /// A ghost in a room that it was let into, with Bob.
  void is_a_ghost_in_tea() {
    is_spoken_for(true);
    is_ready();
    homeserver_pushes(tea, {member(alice, "Alice")});
    is_in("tea", {{"@bob:hs.test", "Bob"}});
  }
  static std::string typing(const std::string& user) {
    return R"({"type": "m.typing", "content": {"user_ids": [")" + user + "\"]}}";
  }
};

TEST_F(MatrixPushed, AsksOnceWhereItIsAndWaitsThen) {
  is_spoken_for(true);
  connects();
  EXPECT_NE(request_of("GET /sync").path.find("timeout=0"), std::string::npos);
  answer_introduction();
  syncs();
  owner_hears("Ready Alice");
  EXPECT_FALSE(is_open("GET /sync")) << "what happens is told";
  EXPECT_TRUE(session().is_up_to_date());
}

TEST_F(MatrixPushed, WhatIsSaidIsToldWithoutAsking) {
  is_a_ghost_in_tea();
  homeserver_pushes(tea, {text("@bob:hs.test", "hello", "$1"), text("@bob:hs.test", "again", "$2")});
  owner_hears("Message in #tea%hs.test <Bob> hello id=$1", "Message in #tea%hs.test <Bob> again id=$2");
  EXPECT_FALSE(is_open("GET /sync"));
  EXPECT_EQ(documents["newest " + tea], "$2");
}

TEST_F(MatrixPushed, WhatTheStateIsAgainIsToldAgain) {
  is_a_ghost_in_tea();
  const auto topic = [](const std::string& text, const std::string& id) {
    return R"({"type": "m.room.topic", "state_key": "", "sender": "@bob:hs.test", "event_id": ")" + id +
           R"(", "content": {"topic": ")" + text + "\"}}";
  };
  const auto state_is = [this](const std::string& event) {
    time_passes(31min);
    syncs(R"({"rooms": {"join": {"!tea:hs.test": {"state_after": {"events": [)" + event + "]}}}}}");
  };
  homeserver_pushes(tea, {topic("Tea", "$a"), topic("Coffee", "$b")});
  owner_hears("TopicChanged #tea%hs.test by Bob: Tea", "TopicChanged #tea%hs.test by Bob: Coffee");
  state_is(topic("Coffee", "$b"));
  owner_hears_nothing();
  state_is(topic("Tea", "$a"));
  owner_hears("TopicChanged #tea%hs.test by Bob: Tea");
}

TEST_F(MatrixPushed, WhatOthersHearIsNotOurs) {
  is_a_ghost_in_tea();
  homeserver_pushes("!other:hs.test", {text("@bob:hs.test", "hello", "$1"), member("@bob:hs.test", "Robert")});
  owner_hears_nothing();
  EXPECT_FALSE(is_open("GET /sync"));
}

TEST_F(MatrixPushed, AnInvitationIsLookedFor) {
  is_spoken_for(true);
  is_ready();
  homeserver_pushes(tea, {member(alice, "Alice", "invite", "@bob:hs.test")});
  syncs(R"({"rooms": {"invite": {"!tea:hs.test": {"invite_state": {"events": [)" +
        member(alice, "Alice", "invite", "@bob:hs.test") + "]}}}}}");
  EXPECT_EQ(heard().size(), 1u);
  EXPECT_EQ(last<chat::Invited>().room.text, "!tea%hs.test");
}

TEST_F(MatrixPushed, WhoeverWantsToTalkWithAGhostIsLetTalk) {
  is_spoken_for(true);
  is_ready();
  homeserver_pushes(tea, {member(alice, "Alice", "invite", "@bob:hs.test")});
  syncs(R"({"rooms": {"invite": {"!tea:hs.test": {"invite_state": {"events": [
    {"type": "m.room.member", "state_key": "@alice:hs.test", "sender": "@bob:hs.test",
     "content": {"membership": "invite", "is_direct": true}}]}}}}})");
  owner_hears_nothing();
  homeserver_answers("POST /join/!tea:hs.test", R"({"room_id": "!tea:hs.test"})");
  syncs(R"({"rooms": {"join": {"!tea:hs.test": {"summary": {"m.joined_member_count": 2}, "timeline": {"events": [)" +
        joined_text(
            {member("@bob:hs.test", "Bob"), text("@bob:hs.test", "are you there?", "$1"), member(alice, "Alice")}) +
        "]}}}}}");
  ASSERT_FALSE(events.empty());
  EXPECT_EQ(last<chat::MessageReceived>().content.text, "are you there?");
  EXPECT_EQ(last<chat::MessageReceived>().conversation.person.text, "bob%hs.test");
  EXPECT_EQ(last<chat::ContactsChanged>().added.size(), 1u);
  forget();
  homeserver_pushes(tea, {text("@bob:hs.test", "hello", "$2")});
  EXPECT_EQ(last<chat::MessageReceived>().conversation.person.text, "bob%hs.test");
}

TEST_F(MatrixPushed, WhatTheySayBeforeOurJoiningIsAnsweredIsHeard) {
  is_spoken_for(true);
  is_ready();
  homeserver_pushes(tea, {member(alice, "Alice", "invite", "@bob:hs.test")});
  syncs(R"({"rooms": {"invite": {"!tea:hs.test": {"invite_state": {"events": [
    {"type": "m.room.member", "state_key": "@alice:hs.test", "sender": "@bob:hs.test",
     "content": {"membership": "invite", "is_direct": true}}]}}}}})");
  homeserver_pushes(tea, {member(alice, "Alice")});
  syncs(R"({"rooms": {"join": {"!tea:hs.test": {"summary": {"m.joined_member_count": 2}, "timeline": {"events": [)" +
        joined_text({member("@bob:hs.test", "Bob"), member(alice, "Alice")}) + "]}}}}}");
  homeserver_pushes(tea, {text("@bob:hs.test", "are you there?", "$1")});
  homeserver_answers("POST /join/!tea:hs.test", R"({"room_id": "!tea:hs.test"})");
  EXPECT_EQ(last<chat::MessageReceived>().content.text, "are you there?");
  EXPECT_EQ(last<chat::MessageReceived>().conversation.person.text, "bob%hs.test");
}

TEST_F(MatrixPushed, WhatAGhostHasSaidComesBackFromNobodyElse) {
  is_a_ghost_in_tea();
  homeserver_pushes(tea, {text(alice, "mine", "$1")});
  owner_hears_nothing();
}

TEST_F(MatrixPushed, WhatARealAccountSaysElsewhereIsLookedFor) {
  is_spoken_for(false);
  is_ready();
  homeserver_pushes(tea, {member(alice, "Alice")});
  is_in("tea", {{"@bob:hs.test", "Bob"}});
  homeserver_pushes(tea, {text(alice, "from my phone", "$1")});
  owner_hears_nothing();
  room_hears(tea, text(alice, "from my phone", "$1"));
  owner_hears("Message in #tea%hs.test <Alice (self)> from my phone id=$1");
}

TEST_F(MatrixPushed, WhatWasPushedIsNotToldAgainByTheSyncBehindIt) {
  is_a_ghost_in_tea();
  homeserver_pushes(tea, {text("@bob:hs.test", "hello", "$1")});
  forget();
  homeserver_pushes("!cake:hs.test", {member(alice, "Alice", "invite", "@bob:hs.test")});
  room_hears(tea, text("@bob:hs.test", "hello", "$1") + ", " + text("@bob:hs.test", "more", "$2"));
  owner_hears("Message in #tea%hs.test <Bob> more id=$2");
}

TEST_F(MatrixPushed, WhatWasPushedIsNotToldAgainAfterARestart) {
  is_a_ghost_in_tea();
  homeserver_pushes(tea, {text("@bob:hs.test", "hello", "$1")});
  restarts();
  connects();
  answer_introduction();
  room_hears(tea, text("@bob:hs.test", "hello", "$1") + ", " + text("@bob:hs.test", "meanwhile", "$2"));
  const auto all = heard();
  EXPECT_EQ(std::count_if(all.begin(), all.end(), [](const auto& each) { return each.starts_with("Message"); }), 1);
  EXPECT_EQ(last<chat::MessageReceived>().content.text, "meanwhile");
}

TEST_F(MatrixPushed, WhatIsPushedDuringASyncFollowsBehindIt) {
  is_a_ghost_in_tea();
  homeserver_pushes("!cake:hs.test", {member(alice, "Alice", "invite", "@bob:hs.test")});
  homeserver_pushes(tea, {text("@bob:hs.test", "one", "$1"), text("@bob:hs.test", "two", "$2")});
  owner_hears_nothing();
  EXPECT_FALSE(session().is_up_to_date());
  room_hears(tea, text("@bob:hs.test", "one", "$1"));
  owner_hears("Message in #tea%hs.test <Bob> one id=$1", "Message in #tea%hs.test <Bob> two id=$2");
  EXPECT_TRUE(session().is_up_to_date());
}

TEST_F(MatrixPushed, ATopicIsToldOnce) {
  is_a_ghost_in_tea();
  const std::string topic =
      R"({"type": "m.room.topic", "state_key": "", "sender": "@bob:hs.test", "event_id": "$t", "content": {"topic": "tea"}})";
  homeserver_pushes(tea, {topic});
  EXPECT_EQ(heard().size(), 1u);
  homeserver_pushes("!cake:hs.test", {member(alice, "Alice", "invite", "@bob:hs.test")});
  room_hears(tea, topic);
  owner_hears_nothing();
}

TEST_F(MatrixPushed, TypingIsToldAsItPasses) {
  is_a_ghost_in_tea();
  homeserver_pushes(tea, {typing("@bob:hs.test")});
  EXPECT_EQ(heard().size(), 1u);
  EXPECT_TRUE(last<chat::Typing>().typing);
}

TEST_F(MatrixPushed, LooksAgainAfterAWhile) {
  is_spoken_for(true);
  is_ready();
  time_passes(14min);
  EXPECT_FALSE(is_open("GET /sync"));
  time_passes(17min);
  EXPECT_TRUE(is_open("GET /sync")) << "a homeserver may have forgotten a transaction";
}

}  // namespace
}  // namespace dragoman::backends::matrix::pushed_test
