#include <gtest/gtest.h>

#include "support/matrix_script.hpp"

namespace dragoman::backends::matrix {
namespace {

using test::MatrixScript;

const std::string messages = "GET /rooms/!tea:hs.test/messages?dir=b";

class MatrixHistory : public testing::Test, protected MatrixScript {
 protected:
  const chat::Conversation tea{chat::RoomId{"#tea%hs.test"}, {}};

  MatrixHistory() {
    is_ready();
    is_in("tea", {{"@bob:hs.test", "Bob"}});
  }
  /// Newest first, as homeservers give them.
  static std::string page(const std::vector<std::string>& events, const std::string& end = {}) {
    return R"({"chunk": [)" + joined_text(events) + "]" + (end.empty() ? "" : R"(, "end": ")" + end + "\"") + "}";
  }
  static std::string bob(std::string_view id, std::int64_t time = 1'763'629'200'000) {
    return text("@bob:hs.test", "text of " + std::string{id}, id, time);
  }
};

TEST_F(MatrixHistory, OfARoomIsReadFromTheNewestBack) {
  owner_asks(chat::GetHistory{tea, {}, {}, {}, {}, 2});
  homeserver_answers(messages, page({bob("$3"), bob("$2"), bob("$1")}, "older"));
  owner_hears("Done 2 history: $2 $3");
}

TEST_F(MatrixHistory, GoesOnPageByPageToTheEnd) {
  owner_asks(chat::GetHistory{tea, {}, {}, {}, {}, 10});
  homeserver_answers(messages, page({bob("$3"), bob("$2")}, "t2"));
  homeserver_answers("GET /rooms/!tea:hs.test/messages?dir=b&limit=10&filter={\"lazy_load_members\":true}&from=t2",
                     page({bob("$1")}));
  owner_hears("Done 2 all history: $1 $2 $3");
}

TEST_F(MatrixHistory, BeforeAMessageBeginsBesideIt) {
  owner_asks(chat::GetHistory{tea, chat::MessageId{"$9"}, {}, {}, {}, 10});
  homeserver_answers("GET /rooms/!tea:hs.test/context/$9", R"({"start": "t9", "event": {}})");
  homeserver_answers(messages, page({bob("$8")}));
  owner_hears("Done 2 all history: $8");
}

TEST_F(MatrixHistory, BeforeAMessageThatIsNotThereIsNotFound) {
  owner_asks(chat::GetHistory{tea, chat::MessageId{"$9"}, {}, {}, {}, 10});
  homeserver_refuses("GET /rooms/!tea:hs.test/context/$9", 404, "M_NOT_FOUND");
  EXPECT_EQ(last<chat::Failed>().fault, Fault::not_found);
}

TEST_F(MatrixHistory, EndsAtTheMessageThatIsKnown) {
  owner_asks(chat::GetHistory{tea, {}, chat::MessageId{"$1"}, {}, {}, 100});
  homeserver_answers(messages, page({bob("$3"), bob("$2"), bob("$1"), bob("$0")}, "more"));
  owner_hears("Done 2 all history: $2 $3");
}

TEST_F(MatrixHistory, UntilATimeIncludesTheEventThere) {
  owner_asks(chat::GetHistory{tea, {}, {}, {}, Timestamp{std::chrono::milliseconds{5000}}, 10});
  homeserver_answers("GET /v1/rooms/!tea:hs.test/timestamp_to_event?dir=b&ts=5000", R"({"event_id": "$5"})");
  homeserver_answers("GET /rooms/!tea:hs.test/context/$5", R"({"start": "t5", "event": )" + bob("$5", 4000) + "}");
  homeserver_answers(messages, page({bob("$4", 3000)}));
  owner_hears("Done 2 all history: $4 $5");
}

TEST_F(MatrixHistory, WhatWasTakenBackIsNotInItAndEditsHaveTheirLatestText) {
  owner_asks(chat::GetHistory{tea, {}, {}, {}, {}, 10});
  const std::string redacted = R"({"type": "m.room.message", "sender": "@bob:hs.test", "event_id": "$2",
      "content": {}, "unsigned": {"redacted_because": {"type": "m.room.redaction", "sender": "@bob:hs.test"}}})";
  const std::string edited = R"({"type": "m.room.message", "sender": "@bob:hs.test", "event_id": "$1",
      "content": {"msgtype": "m.text", "body": "teh tea"}, "unsigned": {"m.relations": {"m.replace": {
          "type": "m.room.message", "sender": "@bob:hs.test", "event_id": "$3", "content": {"msgtype": "m.text",
          "body": "* the tea", "m.new_content": {"msgtype": "m.text", "body": "the tea"},
          "m.relates_to": {"rel_type": "m.replace", "event_id": "$1"}}}}}})";
  homeserver_answers(messages, page({redacted, edited}));
  owner_hears("Done 2 all history: $1");
  EXPECT_EQ(std::get<chat::HistoryPage>(last<chat::Done>().answer).messages.at(0).content.text, "the tea");
}

TEST_F(MatrixHistory, NobodyElseEditsAMessage) {
  owner_asks(chat::GetHistory{tea, {}, {}, {}, {}, 10});
  homeserver_answers(messages, page({R"({"type": "m.room.message", "sender": "@bob:hs.test", "event_id": "$1",
      "content": {"msgtype": "m.text", "body": "mine"}, "unsigned": {"m.relations": {"m.replace": {
          "type": "m.room.message", "sender": "@mallory:hs.test", "event_id": "$3", "content": {"msgtype": "m.text",
          "body": "* forged", "m.new_content": {"msgtype": "m.text", "body": "forged"},
          "m.relates_to": {"rel_type": "m.replace", "event_id": "$1"}}}}}})"}));
  EXPECT_EQ(std::get<chat::HistoryPage>(last<chat::Done>().answer).messages.at(0).content.text, "mine");
}

TEST_F(MatrixHistory, ATimeInTheFutureIsNow) {
  owner_asks(chat::GetHistory{tea, {}, {}, {}, {}, 10});
  homeserver_answers(messages, page({bob("$1", 9'999'999'999'999)}));
  EXPECT_EQ(std::get<chat::HistoryPage>(last<chat::Done>().answer).messages.at(0).time, clock.utc());
}

TEST_F(MatrixHistory, BehindWhatWeSaidLastIsToldBySyncAlsoAfterARestart) {
  owner_asks(chat::SendMessage{tea, chat::plain("hello"), 1});
  homeserver_answers("PUT", R"({"event_id": "$mine"})");
  restarts();
  is_ready();
  forget();
  owner_asks(chat::GetHistory{tea, {}, chat::MessageId{"$mine"}, {}, {}, 100});
  owner_hears("Done 3 all history:");
  we_ask_nothing();
}

TEST_F(MatrixHistory, WhatThisDeviceHasSentIsNotInIt) {
  owner_asks(chat::GetHistory{tea, {}, {}, {}, {}, 10});
  homeserver_answers(messages, page({bob("$2"), R"({"type": "m.room.message", "sender": "@alice:hs.test",
      "event_id": "$1", "content": {"msgtype": "m.text", "body": "mine"}, "unsigned": {"transaction_id": "d01"}})"}));
  owner_hears("Done 2 all history: $2");
}

TEST_F(MatrixHistory, OfSomebodyWithoutARoomIsEmpty) {
  owner_asks(chat::GetHistory{{{}, chat::PersonId{"dora%hs.test"}}, {}, {}, {}, {}, 10});
  owner_hears("Done 2 all history:");
}

}  // namespace
}  // namespace dragoman::backends::matrix
