#include <gtest/gtest.h>

#include "support/matrix_script.hpp"

// What is told of what was said: whom it names, and whose correction it is.

namespace dragoman::backends::matrix::timeline_test {
namespace {

using test::MatrixScript;
using SpanKind = chat::Span::Kind;

class MatrixTimeline : public testing::Test, protected MatrixScript {
 protected:
  const chat::Conversation tea{chat::RoomId{"#tea%hs.test"}, {}};

  void begins(const std::string& levels = R"({"users": {"@alice:hs.test": 100}})") {
    is_ready();
    is_in("tea", {{"@bob:hs.test", "Bob"}, {"@cid:hs.test", "Cid"}}, levels);
  }
  void says(const std::string& user, const nlohmann::json& content, const std::string& id) {
    room_hears(
        "!tea:hs.test",
        nlohmann::json{{"type", "m.room.message"}, {"sender", user}, {"event_id", id}, {"content", content}}.dump());
  }
  void corrects(const std::string& user, const std::string& edited, const std::string& id) {
    says(user,
         {{"msgtype", "m.text"},
          {"body", "* coffee"},
          {"m.new_content", {{"msgtype", "m.text"}, {"body", "coffee"}}},
          {"m.relates_to", {{"rel_type", "m.replace"}, {"event_id", edited}}}},
         id);
  }
  nlohmann::json mentions_of(const std::string& words) {
    owner_asks(chat::SendMessage{tea, chat::plain(words), 1});
    return body_of("PUT /rooms/!tea:hs.test/send/m.room.message/")["m.mentions"];
  }
};

TEST_F(MatrixTimeline, WhoIsNamedInPlainTextIsMentioned) {
  begins();
  says("@bob:hs.test",
       {{"msgtype", "m.text"},
        {"body", "Cid, Alice and @dan:hs.test: Cider?"},
        {"m.mentions", {{"user_ids", {"@alice:hs.test", "@dan:hs.test"}}}}},
       "$1");
  const auto& spans = last<chat::MessageReceived>().content.spans;
  ASSERT_EQ(spans.size(), 2U) << "Cid is named, and not meant";
  const chat::Content& said = last<chat::MessageReceived>().content;
  for (const chat::Span& span : spans) EXPECT_EQ(span.kind, SpanKind::mention);
  EXPECT_EQ(said.text.substr(spans[0].begin, spans[0].end - spans[0].begin), "@dan:hs.test");
  EXPECT_EQ(said.text.substr(spans[1].begin, spans[1].end - spans[1].begin), "Alice");
  EXPECT_EQ(spans[1].value, "Alice");
}

TEST_F(MatrixTimeline, ALinkToSomebodyIsOneMention) {
  begins();
  says("@bob:hs.test",
       {{"msgtype", "m.text"},
        {"body", "Alice: tea?"},
        {"format", "org.matrix.custom.html"},
        {"formatted_body", "<a href=\"https://matrix.to/#/@alice:hs.test\">Alice</a>: tea?"},
        {"m.mentions", {{"user_ids", {"@alice:hs.test"}}}}},
       "$1");
  EXPECT_EQ(last<chat::MessageReceived>().content.spans.size(), 1U);
}

TEST_F(MatrixTimeline, EverybodyIsCalledByWhoMay) {
  begins();
  EXPECT_EQ(mentions_of("@room: tea!"), (nlohmann::json{{"room", true}}));
}

TEST_F(MatrixTimeline, EverybodyIsNotCalledByAWordThatOnlyBeginsSo) {
  begins();
  EXPECT_EQ(mentions_of("@rooms, bath@room"), nlohmann::json::object());
}

TEST_F(MatrixTimeline, WhoMayNotCallEverybodyDoesNot) {
  begins(R"({"users": {"@alice:hs.test": 10}, "notifications": {"room": 50}})");
  EXPECT_EQ(mentions_of("@room: tea!"), nlohmann::json::object());
}

TEST_F(MatrixTimeline, WhoIsAnsweredIsTold) {
  begins();
  chat::Content answer = chat::plain("With milk.");
  answer.reply_to = chat::MessageId{"$1"};
  answer.answered = "Bob";
  owner_asks(chat::SendMessage{tea, answer, 1});
  EXPECT_EQ(body_of("PUT /rooms/!tea:hs.test/send/m.room.message/")["m.mentions"],
            (nlohmann::json{{"user_ids", {"@bob:hs.test"}}}));
}

TEST_F(MatrixTimeline, ABridgeIsToldCorrectionsOfTheirAuthorsOnly) {
  is_of_a_bridge();
  begins();
  says("@bob:hs.test", {{"msgtype", "m.text"}, {"body", "tea"}}, "$tea");
  forget();
  corrects("@cid:hs.test", "$tea", "$1");
  owner_hears_nothing();
  we_ask_nothing();
  corrects("@bob:hs.test", "$tea", "$2");
  EXPECT_EQ(last<chat::MessageEdited>().content.text, "coffee");
}

TEST_F(MatrixTimeline, WhoseAMessageIsThatABridgeHasNotHeardTheHomeserverTells) {
  is_of_a_bridge();
  begins();
  const std::string old = "GET /rooms/!tea:hs.test/event/$old";
  corrects("@cid:hs.test", "$old", "$1");
  homeserver_answers(old, text("@bob:hs.test", "tea", "$old"));
  owner_hears_nothing();
  corrects("@bob:hs.test", "$old", "$2");
  homeserver_answers(old, text("@bob:hs.test", "tea", "$old"));
  EXPECT_EQ(last<chat::MessageEdited>().edited, chat::MessageId{"$old"});
}

}  // namespace
}  // namespace dragoman::backends::matrix::timeline_test
