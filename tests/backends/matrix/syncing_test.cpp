#include <gtest/gtest.h>

#include "support/matrix_script.hpp"

// The long poll: what it tells, what it missed, and how it fails.

namespace dragoman::backends::matrix::syncing_test {
namespace {

using namespace std::chrono_literals;
using test::MatrixScript;

class MatrixSyncing : public testing::Test, protected MatrixScript {
 protected:
  static std::string timeline(const std::vector<std::string>& events, const std::string& more = {}) {
    return R"({"rooms": {"join": {"!tea:hs.test": {"timeline": {"events": [)" + joined_text(events) + "]" + more +
           "}}}}}";
  }
  std::string sync_path() const { return request_of("GET /sync").path; }
};

TEST_F(MatrixSyncing, BeginsWithWhatIsThereAndWaitsThen) {
  connects();
  we_ask("POST /user/@alice:hs.test/filter", "GET /versions", "GET /profile/@alice:hs.test");
  EXPECT_NE(sync_path().find("timeout=0"), std::string::npos) << sync_path();
  EXPECT_EQ(sync_path().find("since="), std::string::npos) << sync_path();
  answer_introduction();
  syncs();
  owner_hears("Ready Alice");
  EXPECT_NE(sync_path().find("timeout=30000&set_presence=online&filter=f1&since=s1"), std::string::npos) << sync_path();
  EXPECT_EQ(nlohmann::json::parse(documents["sync"])["since"], "s1");
}

TEST_F(MatrixSyncing, WhatSaysNothingIsNotWrittenDown) {
  is_ready();
  const std::string before = documents["sync"];
  syncs(R"({"rooms": {"join": {}}, "presence": {"events": []}})");
  EXPECT_EQ(documents["sync"], before);
  syncs(R"({"to_device": {"events": [{}]}})");
  EXPECT_NE(documents["sync"], before);
}

TEST_F(MatrixSyncing, OfTheFirstAnswerEverNothingThatWasSaidIsTold) {
  connects();
  syncs(R"({"rooms": {"join": {"!tea:hs.test": {"timeline": {"limited": true, "prev_batch": "p", "events": [)" +
        text("@bob:hs.test", "old", "$old") + "]}}}}}");
  owner_hears("Ready alice", "Invited to !tea%hs.test by ");
  syncs(timeline({text("@bob:hs.test", "new", "$new")}));
  owner_hears("Message in !tea%hs.test <bob> new id=$new");
}

TEST_F(MatrixSyncing, RoomsThatNobodyHasEnteredAreHeardWithTheirAlias) {
  is_ready();
  syncs(R"({"rooms": {"join": {"!tea:hs.test": {"state": {"events": [
    {"type": "m.room.canonical_alias", "state_key": "", "sender": "@bob:hs.test", "content": {"alias": "#tea:hs.test"}}]},
    "timeline": {"events": []}}}}})");
  syncs(timeline({member("@bob:hs.test", "Bob"), text("@bob:hs.test", "hello", "$1")}));
  owner_hears_nothing();
  homeserver_answers("GET /directory/room/#tea:hs.test", R"({"room_id": "!tea:hs.test"})");
  owner_hears("Message in #tea%hs.test <Bob> hello id=$1");
}

TEST_F(MatrixSyncing, WhatWasMissedIsFetchedBeforeAnythingNewerIsTold) {
  is_ready();
  is_in("tea", {{"@bob:hs.test", "Bob"}});
  syncs(timeline({text("@bob:hs.test", "four", "$4")}, R"(, "limited": true, "prev_batch": "p4")"));
  we_ask("GET /rooms/!tea:hs.test/messages?dir=b&limit=100&from=p4&filter={\"lazy_load_members\":true}&to=s2");
  owner_hears_nothing();
  EXPECT_EQ(nlohmann::json::parse(documents["sync"])["since"], "s2") << "the position is that of what was told";
  homeserver_answers("GET /rooms/!tea:hs.test/messages", R"({"start": "p4", "end": "p2", "chunk": [)" +
                                                             text("@bob:hs.test", "three", "$3") + "," +
                                                             text("@bob:hs.test", "two", "$2") + "]}");
  homeserver_answers("GET /rooms/!tea:hs.test/messages",
                     R"({"start": "p2", "chunk": [)" + text("@bob:hs.test", "one", "$1") + "]}");
  owner_hears("Message in #tea%hs.test <Bob> one id=$1", "Message in #tea%hs.test <Bob> two id=$2",
              "Message in #tea%hs.test <Bob> three id=$3", "Message in #tea%hs.test <Bob> four id=$4");
  EXPECT_EQ(nlohmann::json::parse(documents["sync"])["since"], "s3");
}

TEST_F(MatrixSyncing, MoreThanCanBeFetchedIsSaidToBeMissing) {
  shared().gap_limit = 1;
  is_ready();
  is_in("tea", {{"@bob:hs.test", "Bob"}});
  syncs(timeline({text("@bob:hs.test", "four", "$4")}, R"(, "limited": true, "prev_batch": "p4")"));
  homeserver_answers("GET /rooms/!tea:hs.test/messages", R"({"end": "p2", "chunk": [)" +
                                                             text("@bob:hs.test", "three", "$3") + "," +
                                                             text("@bob:hs.test", "two", "$2") + "]}");
  owner_hears("HistoryGap #tea%hs.test", "Message in #tea%hs.test <Bob> three id=$3",
              "Message in #tea%hs.test <Bob> four id=$4");
  // Who came and went meanwhile is not known: everybody is asked for again.
  homeserver_answers("GET /rooms/!tea:hs.test/state",
                     "[" + member(alice, "Alice") + "," + member("@carol:hs.test", "Carol") + "]");
  owner_hears("RoomJoined #tea%hs.test as ~Alice with +Carol", "RoomChanged #tea%hs.test topic_locked");
}

TEST_F(MatrixSyncing, AGapThatCannotBeFetchedHoldsNothingUp) {
  is_ready();
  is_in("tea", {{"@bob:hs.test", "Bob"}});
  syncs(timeline({text("@bob:hs.test", "four", "$4")}, R"(, "limited": true, "prev_batch": "p4")"));
  homeserver_refuses("GET /rooms/!tea:hs.test/messages", 403, "M_FORBIDDEN");
  owner_hears("HistoryGap #tea%hs.test", "Message in #tea%hs.test <Bob> four id=$4");
}

TEST_F(MatrixSyncing, AGapWhoseHomeserverIsLostIsFilledWhenItIsBack) {
  is_ready();
  is_in("tea", {{"@bob:hs.test", "Bob"}});
  syncs(timeline({text("@bob:hs.test", "four", "$4")}, R"(, "limited": true, "prev_batch": "p4")"));
  drops();
  owner_hears("Lost unavailable: connection reset");
  connects();
  EXPECT_NE(sync_path().find("since=s2"), std::string::npos) << sync_path();
  syncs(timeline({text("@bob:hs.test", "four", "$4")}, R"(, "limited": true, "prev_batch": "p4")"));
  homeserver_answers("GET /rooms/!tea:hs.test/messages", R"({"chunk": [)" + text("@bob:hs.test", "three", "$3") + "]}");
  owner_hears("Ready Alice", "RoomJoined #tea%hs.test as ~Alice with +Bob", "RoomChanged #tea%hs.test topic_locked",
              "Message in #tea%hs.test <Bob> three id=$3", "Message in #tea%hs.test <Bob> four id=$4");
}

TEST_F(MatrixSyncing, AHomeserverThatForgotOurPositionTellsNothingTwice) {
  is_ready();
  is_in("tea", {{"@bob:hs.test", "Bob"}});
  syncs(timeline({text("@bob:hs.test", "one", "$1"), text("@bob:hs.test", "two", "$2")}));
  forget();
  homeserver_refuses("GET /sync", 400, "M_UNKNOWN", "No such filter");
  homeserver_refuses("GET /sync", 400, "M_UNKNOWN", "Invalid stream token");
  EXPECT_EQ(sync_path().find("since="), std::string::npos) << sync_path();
  syncs(timeline(
      {text("@bob:hs.test", "one", "$1"), text("@bob:hs.test", "two", "$2"), text("@bob:hs.test", "three", "$3")},
      R"(, "limited": true, "prev_batch": "p0")"));
  homeserver_answers("GET /rooms/!tea:hs.test/members",
                     R"({"chunk": [)" + member(alice, "Alice") + "," + member("@bob:hs.test", "Bob") + "]}");
  owner_hears("RoomJoined #tea%hs.test as ~Alice with +Bob", "RoomChanged #tea%hs.test topic_locked",
              "Message in #tea%hs.test <Bob> three id=$3");
  EXPECT_NE(sync_path().find("since=s4"), std::string::npos) << sync_path();
}

TEST_F(MatrixSyncing, WithoutAPositionAGapEndsAtWhatWasToldLast) {
  is_ready();
  is_in("tea", {{"@bob:hs.test", "Bob"}});
  syncs(timeline({text("@bob:hs.test", "one", "$1")}));
  forget();
  homeserver_refuses("GET /sync", 400, "M_UNKNOWN");
  homeserver_refuses("GET /sync", 400, "M_UNKNOWN");
  syncs(timeline({text("@bob:hs.test", "three", "$3")}, R"(, "limited": true, "prev_batch": "p3")"));
  homeserver_answers("GET /rooms/!tea:hs.test/messages?dir=b&limit=100&from=p3",
                     R"({"end": "p1", "chunk": [)" + text("@bob:hs.test", "two", "$2") + "," +
                         text("@bob:hs.test", "one", "$1") + "]}");
  homeserver_answers("GET /rooms/!tea:hs.test/members", R"({"chunk": [)" + member("@bob:hs.test", "Bob") + "]}");
  owner_hears("RoomJoined #tea%hs.test as ~Alice with +Bob", "RoomChanged #tea%hs.test topic_locked",
              "Message in #tea%hs.test <Bob> two id=$2", "Message in #tea%hs.test <Bob> three id=$3");
}

TEST_F(MatrixSyncing, APageOfAProxyCostsNoPosition) {
  is_ready();
  homeserver_answers_with("GET /sync", {404, {{"Content-Type", "text/html"}}, "<html>not found</html>"});
  time_passes(2s);
  EXPECT_NE(sync_path().find("since=s1"), std::string::npos) << sync_path();
  EXPECT_NE(sync_path().find("filter=f1"), std::string::npos) << sync_path();
}

TEST_F(MatrixSyncing, ARoomThatIsMissingAfterThatWasLeft) {
  is_ready();
  is_in("tea");
  homeserver_refuses("GET /sync", 400, "M_UNKNOWN");
  homeserver_refuses("GET /sync", 400, "M_UNKNOWN");
  syncs();
  owner_hears("RoomLeft #tea%hs.test left");
}

TEST_F(MatrixSyncing, OneBadEventStopsNothing) {
  is_ready();
  is_in("tea", {{"@bob:hs.test", "Bob"}});
  syncs(R"({"rooms": {"join": {"!tea:hs.test": {"summary": 5, "state": {"events": "none"}, "timeline": {"events": [
    7, null, {"type": 5}, {"type": "m.room.member", "state_key": "@bob:hs.test", "sender": "@bob:hs.test", "content": []},
    {"type": "m.room.member", "state_key": 9, "content": {"membership": {}}},
    {"type": "m.room.power_levels", "state_key": "", "sender": "@bob:hs.test", "content": {"users": "all"}},
    {"type": "m.room.message", "sender": "@bob:hs.test", "event_id": "$1", "content": {"msgtype": [], "body": {}}},)" +
        text("@carol:hs.test", "still here", "$2") +
        R"(]}}, "!odd": 3}, "leave": [], "invite": {"!x": null}}, "presence": 1,
    "account_data": {"events": [{"type": "m.direct", "content": {"@bob:hs.test": 5, "x": ["!y"]}}]}})");
  const auto told = heard();
  ASSERT_FALSE(told.empty());
  EXPECT_EQ(told.back(), "Message in #tea%hs.test <carol> still here id=$2");
  EXPECT_NE(sync_path().find("since=s3"), std::string::npos) << sync_path();
}

TEST_F(MatrixSyncing, ControlCodesAndLoneSurrogatesAreNoDanger) {
  is_ready();
  is_in("tea", {{"@bob:hs.test", "Bob"}});
  homeserver_answers("GET /sync", R"({"next_batch": "s9", "rooms": {"join": {"!tea:hs.test": {"timeline": {"events": [
    {"type": "m.room.message", "sender": "@bob:hs.test", "event_id": "$1", "content": {"msgtype": "m.text", "body": "a\u0000b\u0007\ud800c"}},
    {"type": "m.room.topic", "state_key": "", "sender": "@bob:hs.test", "event_id": "$2", "content": {"topic": "x\u0001y"}}]}}}}})");
  owner_hears(
      "Message in #tea%hs.test <Bob> ab\xef\xbf\xbd"
      "c id=$1",
      "TopicChanged #tea%hs.test by Bob: xy");
}

TEST_F(MatrixSyncing, NothingIsSaidInTheFuture) {
  is_ready();
  is_in("tea", {{"@bob:hs.test", "Bob"}});
  syncs(timeline({text("@bob:hs.test", "soon", "$1", 4'000'000'000'000)}));
  EXPECT_EQ(last<chat::MessageReceived>().time, clock.utc());
  syncs(timeline({text("@bob:hs.test", "long ago", "$2", 1'600'000'000'000)}));
  EXPECT_EQ(last<chat::MessageReceived>().time, Timestamp{1'600'000'000'000ms});
}

TEST_F(MatrixSyncing, AFailureIsTriedAgainAndALongOneIsTheLossOfTheHomeserver) {
  is_ready();
  homeserver_answers_with("GET /sync", {502, {{"Content-Type", "text/html"}}, "<html>bad gateway</html>"});
  EXPECT_FALSE(is_open("GET /sync"));
  owner_hears_nothing();
  time_passes(2s);
  ASSERT_TRUE(is_open("GET /sync"));
  syncs();
  EXPECT_FALSE(ending);
  for (int i = 0; i < 20 && !ending; ++i) {
    if (is_open("GET /sync")) request_fails("GET /sync");
    time_passes(20s);
  }
  ASSERT_TRUE(ending);
  EXPECT_TRUE(ending->again);
  EXPECT_EQ(ending->text, "no route");
}

TEST_F(MatrixSyncing, TheFirstFailureBeforeItIsReadyIsTheLossOfTheHomeserver) {
  connects();
  request_fails("GET /sync", Fault::unavailable, "no route");
  ASSERT_TRUE(ending);
  EXPECT_EQ(ending->text, "no route");
}

TEST_F(MatrixSyncing, AnAccountThatIsNoMoreIsNotTriedAgain) {
  is_ready();
  homeserver_refuses("GET /sync", 403, "M_USER_DEACTIVATED", "This account has been deactivated");
  ASSERT_TRUE(ending);
  EXPECT_FALSE(ending->again);
}

TEST_F(MatrixSyncing, ALockedAccountIsTriedAgainEachHour) {
  is_ready();
  homeserver_refuses("GET /sync", 401, "M_USER_LOCKED", "This account has been locked");
  ASSERT_TRUE(ending);
  EXPECT_TRUE(ending->again);
  EXPECT_EQ(ending->pause, 1h);
  EXPECT_EQ(refreshes, 0U);
}

TEST_F(MatrixSyncing, AnAnswerThatIsTooLargeIsAskedForWithLess) {
  is_ready();
  request_fails("GET /sync", Fault::too_long, "the body is too large");
  EXPECT_NE(request_of("GET /sync").path.find("%22limit%22%3A2"), std::string::npos);
  EXPECT_FALSE(ending);
}

TEST_F(MatrixSyncing, RoomsAreToldAgainWhenTheHomeserverIsBack) {
  is_ready();
  is_in("tea", {{"@bob:hs.test", "Bob"}});
  drops();
  owner_hears("Lost unavailable: connection reset");
  connects();
  syncs(timeline({member("@carol:hs.test", "Carol")}));
  owner_hears("Ready Alice", "RoomJoined #tea%hs.test as ~Alice with +Bob", "RoomChanged #tea%hs.test topic_locked",
              "OccupantsJoined #tea%hs.test +Carol");
}

TEST_F(MatrixSyncing, AfterARestartThereIsNoInitialSync) {
  is_ready();
  is_in("tea", {{"@bob:hs.test", "Bob"}});
  syncs(timeline({text("@bob:hs.test", "one", "$1")}));
  restarts();
  owner_asks(chat::JoinRoom{chat::RoomId{"#tea%hs.test"}, "alice", {}});
  connects();
  EXPECT_NE(sync_path().find("since=s3"), std::string::npos) << sync_path();
  answer_introduction();
  syncs(timeline({text("@bob:hs.test", "two", "$2")}));
  owner_hears("Ready Alice");
  EXPECT_TRUE(is_open("GET /rooms/!tea:hs.test/state"));
}

TEST_F(MatrixSyncing, WhatIsSaidWhileARoomIsLoadedFollowsBehindIt) {
  is_ready();
  is_in("tea", {{"@bob:hs.test", "Bob"}});
  restarts();
  owner_asks(chat::JoinRoom{chat::RoomId{"#tea%hs.test"}, "alice", {}});
  connects();
  answer_introduction();
  syncs();
  forget();
  syncs(timeline({text("@bob:hs.test", "two", "$2"), member("@bob:hs.test", "Bob", "leave")}));
  owner_hears_nothing();
  homeserver_answers("GET /rooms/!tea:hs.test/state",
                     "[" + member(alice, "Alice") + "," + member("@bob:hs.test", "Bob") + "]");
  owner_hears("RoomJoined #tea%hs.test as ~Alice with ~Bob", "RoomChanged #tea%hs.test members_only", "Done 2",
              "Message in #tea%hs.test <Bob> two id=$2", "OccupantsLeft #tea%hs.test Bob left");
}

TEST_F(MatrixSyncing, WhatComesTwiceIsToldOnce) {
  is_ready();
  is_in("tea", {{"@bob:hs.test", "Bob"}});
  syncs(timeline({text("@bob:hs.test", "one", "$1"), text("@bob:hs.test", "one", "$1")}));
  syncs(timeline({text("@bob:hs.test", "one", "$1"), text("@bob:hs.test", "two", "$2")}));
  owner_hears("Message in #tea%hs.test <Bob> one id=$1", "Message in #tea%hs.test <Bob> two id=$2");
}

TEST_F(MatrixSyncing, WhatTheOwnerHasAsHistoryIsNotToldAgain) {
  is_ready();
  is_in("tea", {{"@bob:hs.test", "Bob"}});
  chat::GetHistory get;
  get.conversation.room.text = "#tea%hs.test";
  get.after.text = "$0";
  owner_asks(get);
  homeserver_answers("GET /rooms/!tea:hs.test/messages", R"({"chunk": [)" + text("@bob:hs.test", "one", "$1") + "]}");
  owner_hears("Done 2 all history: $1");
  syncs(timeline({text("@bob:hs.test", "one", "$1"), text("@bob:hs.test", "two", "$2")}));
  owner_hears("Message in #tea%hs.test <Bob> two id=$2");
}

TEST_F(MatrixSyncing, WhatWentOutFromHereWasNotMissed) {
  is_ready();
  is_in("tea");
  chat::GetHistory get;
  get.conversation.room.text = "#tea%hs.test";
  get.after.text = "$0";
  owner_asks(get);
  auto own = nlohmann::json::parse(text(alice, "mine", "$1"));
  own["unsigned"] = {{"transaction_id", "d0123456789abcdef"}};
  homeserver_answers("GET /rooms/!tea:hs.test/messages",
                     R"({"chunk": [)" + text(alice, "from my phone", "$2") + "," + own.dump() + "]}");
  owner_hears("Done 2 all history: $2");
}

TEST_F(MatrixSyncing, IgnoredPeopleAreNotHeard) {
  is_ready();
  is_in("tea", {{"@bob:hs.test", "Bob"}});
  syncs(
      R"({"account_data": {"events": [{"type": "m.ignored_user_list", "content": {"ignored_users": {"@bob:hs.test": {}}}}]}})");
  syncs(timeline({text("@bob:hs.test", "psst", "$1")}));
  owner_hears_nothing();
}

TEST_F(MatrixSyncing, WhatCannotBeReadIsSaidOnceAnHour) {
  is_ready();
  is_in("tea", {{"@bob:hs.test", "Bob"}});
  const auto secret = [](const std::string& id) {
    return R"({"type": "m.room.encrypted", "sender": "@bob:hs.test", "event_id": ")" + id +
           R"(", "content": {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "AwgA"}})";
  };
  syncs(timeline({secret("$1"), secret("$2")}));
  EXPECT_EQ(heard().size(), 1u);
  time_passes(61min);
  syncs(timeline({secret("$3")}));
  EXPECT_EQ(heard().size(), 1u);
}

TEST_F(MatrixSyncing, NothingIsToldBehindTheEnd) {
  is_ready();
  is_in("tea");
  owner_asks(chat::JoinRoom{chat::RoomId{"#new%hs.test"}, "alice", {}});
  forget();
  stops();
  time_passes(5min);
  owner_hears_nothing();
}

}  // namespace
}  // namespace dragoman::backends::matrix::syncing_test
