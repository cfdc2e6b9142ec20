#include "backends/matrix/relaying.hpp"

#include <gtest/gtest.h>

#include "support/matrix_script.hpp"

// What a bridge says for people through one account, also when the homeserver takes few messages of it.

namespace dragoman::backends::matrix::relaying_test {
namespace {

using namespace std::chrono_literals;
using test::MatrixScript;

const std::string put = "PUT /rooms/!tea:hs.test/send/m.room.message/";
const std::string one = put + "d0000000000000001", two = put + "d0000000000000002", three = put + "d0000000000000003",
                  four = put + "d0000000000000004";
const char* const too_fast = R"({"errcode": "M_LIMIT_EXCEEDED", "error": "slow", "retry_after_ms": 5000})";

class MatrixRelay : public testing::Test, protected MatrixScript {
 protected:
  const chat::Conversation tea{chat::RoomId{"#tea%hs.test"}, {}};

  MatrixRelay() {
    is_ready();
    is_in("tea", {{"@bob:hs.test", "Bob"}});
  }
  static chat::Content line(const std::string& author, const std::string& text) {
    chat::Content content = chat::plain(text);
    content.shown_author = author;
    return content;
  }
  chat::CommandId says(const std::string& author, const std::string& text, chat::OnceKey key) {
    return owner_asks(chat::SendMessage{tea, line(author, text), key});
  }
  chat::CommandId corrects(const std::string& message, const std::string& author, const std::string& text,
                           chat::OnceKey key) {
    return owner_asks(chat::EditMessage{tea, chat::MessageId{message}, line(author, text), key});
  }
  /// Two lines that a limit has made one event, "$1".
  void says_two_in_one() {
    says("ann", "one", 1);
    homeserver_answers(one, too_fast, 429);
    says("ben", "two", 2);
    time_passes(7s);
    homeserver_answers(one, R"({"event_id": "$1"})");
    forget();
  }
};

TEST_F(MatrixRelay, SaysWhoSpeaks) {
  says("a<n>n", "hello & bye", 1);
  we_ask(one);
  const nlohmann::json event = body_of(one);
  EXPECT_EQ(event["body"], "**a<n>n**: hello & bye");
  EXPECT_EQ(event["formatted_body"], "<strong data-mx-profile-fallback>a&lt;n&gt;n: </strong>hello &amp; bye");
  homeserver_answers(one, R"({"event_id": "$1"})");
  owner_hears("Done 2 sent $1");
}

TEST_F(MatrixRelay, CarriesThroughWhichGatewaysItCame) {
  chat::Content content = line("ann", "hello");
  content.via = "dg-a dg-b";
  owner_asks(chat::SendMessage{tea, content, 1});
  EXPECT_EQ(body_of(one)["urn:x-dragoman:via"], "dg-a dg-b");
  room_hears("!tea:hs.test", R"({"type": "m.room.message", "sender": "@bob:hs.test", "event_id": "$b", "content":
      {"msgtype": "m.text", "body": "hi", "urn:x-dragoman:via": "dg-c dg-d"}})");
  EXPECT_EQ(std::get<chat::MessageReceived>(events.back()).content.via, "dg-c dg-d");
}

TEST_F(MatrixRelay, ALineIsAnEventWhileTheHomeserverTakesThem) {
  says("ann", "one", 1);
  says("ben", "two", 2);
  homeserver_answers(one, R"({"event_id": "$1"})");
  homeserver_answers(two, R"({"event_id": "$2"})");
  owner_hears("Done 2 sent $1", "Done 3 sent $2");
}

TEST_F(MatrixRelay, LinesThatWaitForALimitAreOneEvent) {
  says("ann", "one", 1);
  homeserver_answers(one, too_fast, 429);
  says("ben", "two", 2);
  says("ann", "three", 3);
  asked();
  time_passes(7s);
  we_ask(one);
  const nlohmann::json event = body_of(one);
  EXPECT_EQ(event["body"], "**ann**: one\n**ben**: two\n**ann**: three");
  EXPECT_EQ(event["formatted_body"],
            "<strong data-mx-profile-fallback>ann: </strong>one<br><strong data-mx-profile-fallback>ben: </strong>two"
            "<br><strong data-mx-profile-fallback>ann: </strong>three");
  EXPECT_FALSE(event.contains("com.beeper.per_message_profile"));
  homeserver_answers(one, R"({"event_id": "$1"})");
  owner_hears("Done 2 sent $1", "Done 3 sent $1 2", "Done 4 sent $1 3");
}

TEST_F(MatrixRelay, LinesThatWereThereBeforeTheLimitAreOneEventToo) {
  says("ann", "one", 1);
  says("ben", "two", 2);
  says("cid", "three", 3);
  homeserver_answers(one, too_fast, 429);
  says("dan", "four", 4);
  time_passes(7s);
  EXPECT_EQ(body_of(one)["body"], "**ann**: one\n**ben**: two\n**cid**: three\n**dan**: four");
  homeserver_answers(one, R"({"event_id": "$1"})");
  owner_hears("Done 2 sent $1", "Done 3 sent $1 2", "Done 4 sent $1 3", "Done 5 sent $1 4");
  time_passes(7s);
  asked();
}

TEST_F(MatrixRelay, WhatStandsBetweenLinesKeepsItsPlaceWhenALimitBegins) {
  says("ann", "one", 1);
  chat::Content answer = line("ben", "two");
  answer.reply_to = chat::MessageId{"$0"};
  owner_asks(chat::SendMessage{tea, answer, 2});
  says("cid", "three", 3);
  homeserver_answers(one, too_fast, 429);
  time_passes(7s);
  EXPECT_EQ(body_of(one)["body"], "**ann**: one");
}

TEST_F(MatrixRelay, NothingIsAddedToWhatMayHaveBeenTaken) {
  says("ann", "one", 1);
  homeserver_answers_with(one, net::HttpResponse{502, {{"Content-Type", "text/html"}}, "<html>"});
  says("ben", "two", 2);
  time_passes(2s);
  homeserver_answers(one, too_fast, 429);
  says("cid", "three", 3);
  time_passes(7s);
  EXPECT_EQ(body_of(one)["body"], "**ann**: one");
}

TEST_F(MatrixRelay, OrderStaysWhenSomethingElseWaitsBetween) {
  says("ann", "one", 1);
  homeserver_answers(one, too_fast, 429);
  chat::Content answer = line("ben", "two");
  answer.reply_to = chat::MessageId{"$0"};
  owner_asks(chat::SendMessage{tea, answer, 2});
  says("cid", "three", 3);
  time_passes(7s);
  EXPECT_EQ(body_of(one)["body"], "**ann**: one");
  homeserver_answers(one, R"({"event_id": "$1"})");
  homeserver_answers(two, R"({"event_id": "$2"})");
  homeserver_answers(three, R"({"event_id": "$3"})");
  owner_hears("Done 2 sent $1", "Done 3 sent $2", "Done 4 sent $3");
}

TEST_F(MatrixRelay, ANoticeStaysOne) {
  says("ann", "one", 1);
  homeserver_answers(one, too_fast, 429);
  chat::Content notice = line("bot", "two");
  notice.kind = chat::Content::Kind::notice;
  owner_asks(chat::SendMessage{tea, notice, 2});
  time_passes(7s);
  EXPECT_EQ(body_of(one)["body"], "**ann**: one");
  homeserver_answers(one, R"({"event_id": "$1"})");
  EXPECT_EQ(body_of(two)["msgtype"], "m.notice");
}

TEST_F(MatrixRelay, LinesThatWerePerformedAgainAreTheSameEvent) {
  says("ann", "one", 1);
  homeserver_answers(one, too_fast, 429);
  says("ben", "two", 2);
  time_passes(7s);
  const nlohmann::json before = body_of(one);
  restarts();  // the homeserver has it, and nobody heard
  is_ready();
  forget();
  says("ann", "one", 1);
  says("ben", "two", 2);
  we_ask(one);
  EXPECT_EQ(body_of(one), before);
  homeserver_answers(one, R"({"event_id": "$1"})");
  owner_hears("Done 4 sent $1", "Done 5 sent $1 2");
}

TEST_F(MatrixRelay, NoLineIsAddedToOneThatWasPerformedBefore) {
  says("ann", "one", 1);
  restarts();
  is_ready();
  says("ann", "one", 1);
  homeserver_answers(one, too_fast, 429);
  says("ben", "two", 2);
  time_passes(7s);
  EXPECT_EQ(body_of(one)["body"], "**ann**: one");
}

/// What a restart would find of lines on their way.
struct MatrixRelayWritesDown : MatrixRelay {
  using Transactions = std::vector<std::string>;

  Transactions kept() const {
    Transactions found;
    const auto document = documents.find("relayed !tea:hs.test");
    if (document == documents.end() || document->second.empty()) return found;
    const nlohmann::json json = nlohmann::json::parse(document->second);
    for (const auto& each : json["events"]) found.push_back(each["transaction"]);
    return found;
  }
  static std::string transaction(int number) {
    return std::string{"d00000000000000"} + "0123456789abcdef"[number / 16] + "0123456789abcdef"[number % 16];
  }
  void homeserver_takes(int number) {
    homeserver_answers(put + transaction(number), R"({"event_id": "$)" + std::to_string(number) + R"("})");
  }
};

TEST_F(MatrixRelayWritesDown, TheOneUnderWayAndThoseWhoseTurnIsNext) {
  for (int number = 1; number <= 30; ++number) says("ann", "line", static_cast<chat::OnceKey>(number));
  EXPECT_EQ(kept(), Transactions{transaction(1)});
  homeserver_takes(1);
  ASSERT_EQ(kept().size(), 16u) << "not the whole queue";
  EXPECT_EQ(kept().front(), transaction(2));
  EXPECT_EQ(kept().back(), transaction(17));
  documents.erase("relayed !tea:hs.test");
  for (int number = 2; number <= 16; ++number) homeserver_takes(number);
  EXPECT_EQ(kept(), Transactions{}) << "it was not written again";
  homeserver_takes(17);
  EXPECT_EQ(kept().front(), transaction(18));
  for (int number = 18; number <= 30; ++number) homeserver_takes(number);
  EXPECT_EQ(kept(), Transactions{}) << "nothing is under way";
}

TEST_F(MatrixRelayWritesDown, WhatTheHomeserverMayHaveWhenItIsLost) {
  says("ann", "one", 1);
  says("ben", "two", 2);
  says("cid", "three", 3);
  homeserver_answers(one, R"({"event_id": "$1"})");
  EXPECT_EQ(kept(), (Transactions{transaction(2), transaction(3)}));
  drops();
  EXPECT_EQ(kept(), Transactions{transaction(2)});
}

TEST_F(MatrixRelayWritesDown, AnewWhatTookTheLinesBehindIt) {
  for (int number = 1; number <= 4; ++number) says("ann", "line", static_cast<chat::OnceKey>(number));
  homeserver_takes(1);
  EXPECT_EQ(kept(), (Transactions{transaction(2), transaction(3), transaction(4)}));
  homeserver_answers(two, too_fast, 429);
  time_passes(7s);  // the three became one
  EXPECT_EQ(kept(), Transactions{transaction(2)});
  homeserver_takes(2);
  EXPECT_EQ(kept(), Transactions{});
}

TEST_F(MatrixRelay, ALostHomeserverGivesAllLinesBack) {
  says("ann", "one", 1);
  homeserver_answers(one, too_fast, 429);
  says("ben", "two", 2);
  forget();
  drops();
  const auto told = heard();
  EXPECT_EQ(std::count_if(told.begin(), told.end(), [](const auto& each) { return each.starts_with("Failed"); }), 2)
      << testing::PrintToString(told);
}

TEST_F(MatrixRelay, ARefusalIsToldToEachLine) {
  says("ann", "one", 1);
  homeserver_answers(one, too_fast, 429);
  says("ben", "two", 2);
  time_passes(7s);
  homeserver_refuses(one, 403, "M_FORBIDDEN", "muted");
  owner_hears("Failed 2 refused forbidden: muted", "Failed 3 refused forbidden: muted");
  says("ann", "one", 1);
  EXPECT_EQ(body_of(one)["body"], "**ann**: one") << "it is said anew, alone";
}

TEST_F(MatrixRelay, ACorrectedLineLeavesTheOthersAsTheyWere) {
  says_two_in_one();
  corrects("$1 2", "ben", "2", 3);
  we_ask(three);
  const nlohmann::json event = body_of(three);
  EXPECT_EQ(event["m.relates_to"], (nlohmann::json{{"rel_type", "m.replace"}, {"event_id", "$1"}}));
  EXPECT_EQ(event["m.new_content"]["body"], "**ann**: one\n**ben**: 2");
  EXPECT_EQ(event["body"], "* **ann**: one\n**ben**: 2");
  homeserver_answers(three, R"({"event_id": "$3"})");
  owner_hears("Done 4 sent $3");
  corrects("$1", "ann", "1", 4);
  EXPECT_EQ(body_of(four)["m.new_content"]["body"], "**ann**: 1\n**ben**: 2");
}

TEST_F(MatrixRelay, ALineIsTakenBackAlone) {
  says_two_in_one();
  owner_asks(chat::RetractMessage{tea, chat::MessageId{"$1"}, {}, false, 3});
  we_ask(three);
  EXPECT_EQ(body_of(three)["m.new_content"]["body"], "**ben**: two");
  homeserver_answers(three, R"({"event_id": "$3"})");
  owner_asks(chat::RetractMessage{tea, chat::MessageId{"$1 2"}, {}, false, 4});
  we_ask("PUT /rooms/!tea:hs.test/redact/$1/d0000000000000004");
}

TEST_F(MatrixRelay, LinesAreKnownAfterARestart) {
  says_two_in_one();
  restarts();
  is_ready();
  forget();
  corrects("$1 2", "ben", "2", 3);
  EXPECT_EQ(body_of(three)["m.new_content"]["body"], "**ann**: one\n**ben**: 2");
}

TEST_F(MatrixRelay, WhatIsNotKnownAnyMoreIsSaidAnew) {
  corrects("$9 2", "ben", "2", 3);
  const nlohmann::json event = body_of(three);
  EXPECT_EQ(event["body"], "**ben**: 2");
  EXPECT_EQ(event["m.relates_to"]["m.in_reply_to"]["event_id"], "$9");
  homeserver_answers(three, R"({"event_id": "$3"})");
  forget();
  owner_asks(chat::RetractMessage{tea, chat::MessageId{"$9 2"}, {}, false, 4});
  owner_hears(
      "Failed 3 refused not_found: It was said in one message with others, too long ago to be taken back "
      "without them.");
}

TEST_F(MatrixRelay, ALoneLineIsCorrectedAsAnyMessage) {
  says("ann", "one", 1);
  homeserver_answers(one, R"({"event_id": "$1"})");
  corrects("$1", "ann", "1", 2);
  EXPECT_EQ(body_of(two)["m.new_content"]["body"], "**ann**: 1");
  EXPECT_EQ(body_of(two)["m.relates_to"]["event_id"], "$1");
}

TEST_F(MatrixRelay, WhatIsAboutALineIsAboutItsEvent) {
  says_two_in_one();
  owner_asks(chat::MarkRead{tea, chat::MessageId{"$1 2"}});
  EXPECT_EQ(body_of("POST /rooms/!tea:hs.test/read_markers")["m.read"], "$1");
  chat::Content answer = chat::plain("yes");
  answer.reply_to = chat::MessageId{"$1 2"};
  owner_asks(chat::SendMessage{tea, answer, 3});
  EXPECT_EQ(body_of(three)["m.relates_to"]["m.in_reply_to"]["event_id"], "$1");
}

TEST(MatrixLineId, IsTheEventAndItsLine) {
  EXPECT_EQ(line_id("$1", 0), "$1");
  EXPECT_EQ(line_id("$1", 2), "$1 3");
  for (const std::size_t number : {0U, 1U, 39U}) {
    const LineId read = read_line_id(line_id("$1", number));
    EXPECT_EQ(read.event_id, "$1");
    EXPECT_EQ(read.line, number);
  }
  for (const char* strange : {"$1 ", "$1 x", "$1 1", "$1 -2", "$1 2x", "$1 99999999999999999999999"}) {
    EXPECT_EQ(read_line_id(strange).event_id, strange);
    EXPECT_EQ(read_line_id(strange).line, 0U);
  }
}

}  // namespace
}  // namespace dragoman::backends::matrix::relaying_test
