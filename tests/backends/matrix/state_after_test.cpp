#include <gtest/gtest.h>

#include "backends/matrix/features.hpp"
#include "support/matrix_script.hpp"

// Homeservers that say the state at the end of a timeline (specification 1.16, MSC4222): events of the timeline that
// the state does not know change nothing.

namespace dragoman::backends::matrix::state_after_test {
namespace {

using namespace std::chrono_literals;
using test::MatrixScript;

Features features(const std::string& versions) { return read_features(nlohmann::json::parse(versions)); }

TEST(MatrixFeatures, AreReadFromTheVersions) {
  EXPECT_EQ(features(R"({"versions": ["r0.6.1", "v1.1", "v1.15"]})").state_after, "");
  EXPECT_EQ(features(R"({"versions": ["v1.16"]})").state_after, "use_state_after");
  EXPECT_EQ(features(R"({"versions": ["v1.1", "v1.19"]})").state_after, "use_state_after");
  EXPECT_EQ(features(R"({"versions": ["v2.0"]})").state_after, "use_state_after");
  EXPECT_EQ(features(R"({"versions": ["v1", "v", "v1.x", "16", 5, null]})").state_after, "");
  EXPECT_EQ(features(R"({"versions": "v1.16"})").state_after, "");
  EXPECT_EQ(features(R"({"versions": ["v1.11"], "unstable_features": {"org.matrix.msc4222": true}})").state_after,
            "org.matrix.msc4222.use_state_after");
  EXPECT_EQ(features(R"({"versions": ["v1.11"], "unstable_features": {"org.matrix.msc4222": false}})").state_after, "");
}

class MatrixStateAfter : public testing::Test, protected MatrixScript {
 protected:
  MatrixStateAfter() { versions = R"({"versions": ["v1.11", "v1.16"]})"; }
  /// An answer with state at the end of a timeline.
  static std::string answer(const std::vector<std::string>& events, const std::vector<std::string>& after,
                            const std::string& name = "state_after") {
    return R"({"rooms": {"join": {"!tea:hs.test": {"timeline": {"events": [)" + joined_text(events) + "]}, \"" + name +
           R"(": {"events": [)" + joined_text(after) + "]}}}}}";
  }
  static std::string topic(const std::string& text, const std::string& id) {
    return R"({"type": "m.room.topic", "state_key": "", "sender": "@bob:hs.test", "event_id": ")" + id +
           R"(", "content": {"topic": ")" + text + "\"}}";
  }
  std::string sync_path() const { return request_of("GET /sync").path; }
  bool is_asked_for() const { return sync_path().find("&use_state_after=true") != std::string::npos; }
};

TEST_F(MatrixStateAfter, IsAskedForWhereTheHomeserverHasIt) {
  connects();
  answer_introduction();
  EXPECT_FALSE(is_asked_for()) << "nobody has said yet that there is such a thing";
  syncs();
  EXPECT_TRUE(is_asked_for()) << sync_path();
}

TEST_F(MatrixStateAfter, IsAskedForByItsOlderName) {
  versions = R"({"versions": ["v1.11"], "unstable_features": {"org.matrix.msc4222": true}})";
  is_ready();
  EXPECT_NE(sync_path().find("&org.matrix.msc4222.use_state_after=true"), std::string::npos) << sync_path();
}

TEST_F(MatrixStateAfter, IsNotAskedForElsewhere) {
  versions = R"({"versions": ["v1.11"]})";
  is_ready();
  EXPECT_EQ(sync_path().find("state_after"), std::string::npos) << sync_path();
}

TEST_F(MatrixStateAfter, IsAskedForAtOnceAfterARestart) {
  is_ready();
  syncs(R"({"to_device": {"events": [{}]}})");
  restarts();
  connects();
  EXPECT_TRUE(is_asked_for()) << sync_path();
}

TEST_F(MatrixStateAfter, OneAccountAsksForAllWhatTheHomeserverCanDo) {
  is_ready();
  MatrixScript bob{*this, "@bob:hs.test"};
  bob.connects();
  EXPECT_FALSE(bob.is_open("GET /versions"));
  EXPECT_NE(bob.request_of("GET /sync").path.find("use_state_after"), std::string::npos);
}

TEST_F(MatrixStateAfter, AHomeserverThatDoesNotSayWhatItCanDoIsAskedByTheNextOne) {
  connects();
  homeserver_refuses("GET /versions", 404, "M_UNRECOGNIZED");
  MatrixScript bob{*this, "@bob:hs.test"};
  bob.connects();
  EXPECT_TRUE(bob.is_open("GET /versions"));
}

TEST_F(MatrixStateAfter, WhatLostAgainstAnotherEventChangesNothing) {
  is_ready();
  is_in("tea", {{"@bob:hs.test", "Bob"}});
  syncs(answer({topic("Coffee", "$lost"), text("@bob:hs.test", "hello", "$1")}, {}));
  owner_hears("Message in #tea%hs.test <Bob> hello id=$1");
  // Nor does somebody who was not let in after all.
  syncs(answer({member("@mallory:hs.test", "Mallory")}, {}));
  owner_hears_nothing();
}

TEST_F(MatrixStateAfter, WhatIsPartOfTheStateIsToldAtItsPlace) {
  is_ready();
  is_in("tea", {{"@bob:hs.test", "Bob"}});
  const std::string change = topic("Coffee", "$t"), comes = member("@carol:hs.test", "Carol");
  syncs(
      answer({text("@bob:hs.test", "one", "$1"), change, comes, text("@carol:hs.test", "two", "$2")}, {change, comes}));
  owner_hears("Message in #tea%hs.test <Bob> one id=$1", "TopicChanged #tea%hs.test by Bob: Coffee",
              "OccupantsJoined #tea%hs.test +Carol", "Message in #tea%hs.test <Carol> two id=$2");
}

TEST_F(MatrixStateAfter, WhoComesAndGoesInOneTimelineIsSeen) {
  is_ready();
  is_in("tea", {{"@bob:hs.test", "Bob"}});
  const std::string goes = member("@carol:hs.test", "", "leave");
  syncs(answer({member("@carol:hs.test", "Carol"), text("@carol:hs.test", "bye", "$1"), goes}, {goes}));
  owner_hears("OccupantsJoined #tea%hs.test +Carol", "Message in #tea%hs.test <Carol> bye id=$1",
              "OccupantsLeft #tea%hs.test Carol left");
}

TEST_F(MatrixStateAfter, AnOlderEventThatStaysTheStateIsNotUndone) {
  is_ready();
  is_in("tea", {{"@bob:hs.test", "Bob"}});
  const std::string wins = topic("Tea", "$wins");
  syncs(answer({wins, topic("Coffee", "$loses")}, {wins}));
  owner_hears("TopicChanged #tea%hs.test by Bob: Tea");
}

TEST_F(MatrixStateAfter, StateThatNoTimelineHasIsTaken) {
  is_ready();
  is_in("tea", {{"@bob:hs.test", "Bob"}});
  syncs(answer({}, {topic("Coffee", "$t")}, "org.matrix.msc4222.state_after"));
  owner_hears("TopicChanged #tea%hs.test by Bob: Coffee");
}

TEST_F(MatrixStateAfter, SilenceAboutWhoDoesNotSpeakMeansNothing) {
  is_ready();
  is_in("tea", {{"@bob:hs.test", "Bob"}, {"@carol:hs.test", "Carol"}});
  syncs(answer({member("@bob:hs.test", "", "leave", "@carol:hs.test")}, {member("@carol:hs.test", "Carol")}));
  owner_hears("OccupantsLeft #tea%hs.test Bob kicked by Carol");
}

TEST_F(MatrixStateAfter, AnAnswerInTheOldFormIsReadSo) {
  is_ready();
  is_in("tea", {{"@bob:hs.test", "Bob"}});
  EXPECT_TRUE(is_asked_for());
  syncs(R"({"rooms": {"join": {"!tea:hs.test": {"state": {"events": []}, "timeline": {"events": [)" +
        topic("Coffee", "$t") + "]}}}}}");
  owner_hears("TopicChanged #tea%hs.test by Bob: Coffee");
}

TEST_F(MatrixStateAfter, OfAGapToo) {
  is_ready();
  is_in("tea", {{"@bob:hs.test", "Bob"}});
  const std::string comes = member("@carol:hs.test", "Carol");
  syncs(R"({"rooms": {"join": {"!tea:hs.test": {"timeline": {"limited": true, "prev_batch": "p3", "events": [)" +
        text("@bob:hs.test", "three", "$3") + R"(]}, "state_after": {"events": [)" + comes + "]}}}}}");
  homeserver_answers("GET /rooms/!tea:hs.test/messages", R"({"chunk": [)" + text("@carol:hs.test", "two", "$2") + "," +
                                                             comes + "," + topic("Coffee", "$lost") + "]}");
  owner_hears("OccupantsJoined #tea%hs.test +Carol", "Message in #tea%hs.test <Carol> two id=$2",
              "Message in #tea%hs.test <Bob> three id=$3");
}

TEST_F(MatrixStateAfter, ARoomThatIsNewIsAsTheStateSays) {
  is_ready();
  const std::string name = R"({"type": "m.room.name", "state_key": "", "sender": "@bob:hs.test", "event_id": "$n",
                               "content": {"name": "Tea"}})",
                    lost = R"({"type": "m.room.name", "state_key": "", "sender": "@bob:hs.test", "event_id": "$l",
                               "content": {"name": "Coffee"}})";
  owner_asks(chat::JoinRoom{chat::RoomId{"!tea%hs.test"}, "alice", {}});
  homeserver_answers("POST /join/!tea:hs.test", R"({"room_id": "!tea:hs.test"})");
  const std::string own = member(alice, "Alice");
  syncs(answer({lost, own}, {name, own}));
  homeserver_answers("GET /rooms/!tea:hs.test/members", R"({"chunk": [)" + own + "]}");
  EXPECT_EQ(last<chat::RoomJoined>().name, "Tea");
}

// -- several accounts of one homeserver

class MatrixSharedStateAfter : public MatrixStateAfter {
 protected:
  /// Alice and bob have both entered it, all of that forgotten.
  void both_are_in() {
    is_ready();
    is_in("tea", {{"@bob:hs.test", "Bob"}, {"@carol:hs.test", "Carol"}});
    bob.is_ready(R"({"rooms": {"join": {"!tea:hs.test": {"timeline": {"events": []}}}}})");
    bob.owner_asks(chat::JoinRoom{tea_of_bob, "bob", {}});
    bob.forget();
  }
  const chat::RoomId tea_of_bob{"!tea%hs.test"};  // whose network has not heard of the alias
  MatrixScript bob{*this, "@bob:hs.test"};
};

TEST_F(MatrixSharedStateAfter, WhatOneIsToldThatItDoesNotCountChangesNothingForAnybody) {
  both_are_in();
  const std::string lost = member("@mallory:hs.test", "Mallory");
  syncs(answer({lost}, {}));
  bob.syncs(answer({lost}, {lost}));
  bob.owner_hears_nothing();
  EXPECT_FALSE(bob.session().person_in_room(tea_of_bob, "Mallory"));
}

TEST_F(MatrixSharedStateAfter, StateThatNoTimelineHasIsToldToEachOnce) {
  both_are_in();
  const std::string gone = member("@carol:hs.test", "", "leave", "@dave:hs.test");
  syncs(answer({}, {gone}));
  owner_hears("OccupantsLeft #tea%hs.test Carol kicked by dave");
  bob.syncs(answer({}, {gone}));
  bob.owner_hears("OccupantsLeft !tea%hs.test Carol kicked by dave");
  we_ask_nothing();
  bob.we_ask_nothing();
}

TEST_F(MatrixSharedStateAfter, WhatIsAgainAsItWasIsReadAnew) {
  both_are_in();
  const std::string comes = member("@dave:hs.test", "Dave"), goes = member("@dave:hs.test", "", "leave");
  syncs(answer({comes}, {comes}));
  syncs(answer({goes}, {goes}));
  forget();
  syncs(answer({}, {comes}));
  EXPECT_TRUE(is_open("GET /rooms/!tea:hs.test/state"));
}

TEST_F(MatrixSharedStateAfter, WhoLagsBehindReadsNothingAnew) {
  both_are_in();
  const std::string comes = member("@dave:hs.test", "Dave"), goes = member("@dave:hs.test", "", "leave");
  syncs(answer({comes}, {comes}));
  syncs(answer({goes}, {goes}));
  bob.syncs(answer({comes, MatrixScript::text("@dave:hs.test", "hi", "$1")}, {comes}));
  bob.syncs(answer({goes}, {goes}));
  bob.we_ask_nothing();
  EXPECT_FALSE(bob.session().person_in_room(tea_of_bob, "Dave"));
}

}  // namespace
}  // namespace dragoman::backends::matrix::state_after_test
