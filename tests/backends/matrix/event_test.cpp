#include "backends/matrix/event.hpp"

#include <gtest/gtest.h>

namespace dragoman::backends::matrix::event_test {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

TEST(MatrixEvent, IsReadFromASync) {
  const auto event = read_event(json::parse(R"({"event_id":"$1","type":"m.room.topic","sender":"@a:hs","state_key":"",
    "origin_server_ts":1000,"content":{"topic":"new"},"unsigned":{"transaction_id":"t1","prev_content":{"topic":"old"}}})"));
  ASSERT_TRUE(event);
  EXPECT_EQ(event->id, "$1");
  EXPECT_EQ(event->sender, "@a:hs");
  EXPECT_TRUE(event->is_state());
  EXPECT_EQ(event->time, Timestamp{1000ms});
  EXPECT_EQ(event->content["topic"], "new");
  EXPECT_EQ(event->prev_content["topic"], "old");
  EXPECT_EQ(event->transaction, "t1");
  EXPECT_FALSE(event->redacted);
}

TEST(MatrixEvent, ReadsWhatIsRedactedFromEitherPlace) {
  const auto old_room = read_event({{"type", "m.room.redaction"}, {"redacts", "$1"}});
  const auto new_room = read_event({{"type", "m.room.redaction"}, {"content", {{"redacts", "$2"}}}});
  const auto both = read_event({{"type", "m.room.redaction"}, {"redacts", "$1"}, {"content", {{"redacts", "$2"}}}});
  EXPECT_EQ(old_room->redacts, "$1");
  EXPECT_EQ(new_room->redacts, "$2");
  EXPECT_EQ(both->redacts, "$2");
  EXPECT_EQ(read_event({{"type", "m.room.message"}, {"redacts", "$1"}})->redacts, "");
}

TEST(MatrixEvent, KnowsThatItWasTakenBackAndBy) {
  const auto event = read_event(json::parse(R"({"type":"m.room.message","content":{},"unsigned":{"redacted_because":
    {"event_id":"$2","sender":"@mod:hs","content":{"reason":"spam"}}}})"));
  EXPECT_TRUE(event->redacted);
  EXPECT_EQ(event->redacted_by, "@mod:hs");
  EXPECT_EQ(event->redaction_id, "$2");
  EXPECT_EQ(event->redaction_reason, "spam");
}

TEST(MatrixEvent, BringsItsLatestEdit) {
  const auto event = read_event(json::parse(
      R"({"type":"m.room.message","unsigned":{"m.relations":{"m.replace":{"event_id":"$2","type":"m.room.message"}}}})"));
  EXPECT_EQ(read_event(event->latest_edit)->id, "$2");
}

TEST(MatrixEvent, BearsAnyTypeAnywhere) {
  const auto event = read_event(json::parse(R"({"type":"m.room.message","event_id":5,"sender":{},"state_key":null,
    "origin_server_ts":"soon","content":"x","prev_content":[],"unsigned":"x"})"));
  ASSERT_TRUE(event);
  EXPECT_TRUE(event->id.empty() && event->sender.empty() && !event->is_state());
  EXPECT_EQ(event->time, Timestamp{});
  EXPECT_TRUE(event->content.is_object());
  EXPECT_EQ(read_event({{"type", "x"}, {"origin_server_ts", -5}})->time, Timestamp{});
  for (const json& bad : {json(), json("x"), json::array(), json::object(), json{{"type", 5}}, json{{"type", ""}}}) {
    EXPECT_FALSE(read_event(bad)) << bad;
  }
}

}  // namespace
}  // namespace dragoman::backends::matrix::event_test
