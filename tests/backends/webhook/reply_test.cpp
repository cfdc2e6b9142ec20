#include "backends/webhook/reply.hpp"

#include <gtest/gtest.h>

namespace dragoman::backends::webhook {
namespace {

std::vector<Reply> read(const std::string& type, const std::string& body) {
  auto replies = read_replies(type, body);
  EXPECT_TRUE(replies.has_value()) << body;
  return replies ? std::move(*replies) : std::vector<Reply>{};
}

TEST(WebhookReply, IsTextOrOneOfTheNamesForIt) {
  ASSERT_EQ(read("text/plain; charset=utf-8", " done\n").size(), 1u);
  EXPECT_EQ(read("text/plain", "done\n")[0].posting.content.text, "done");
  for (const char* name : {"text", "body", "content"}) {
    const auto replies = read("application/json", "{\"" + std::string{name} + "\": \"done\"}");
    ASSERT_EQ(replies.size(), 1u) << name;
    EXPECT_EQ(replies[0].posting.content.text, "done") << name;
  }
}

TEST(WebhookReply, SaysWhereItGoesAndWhatItReplaces) {
  const auto replies = read("application/json", R"({"text": "done", "to": "sender", "replace": true, "react": "👍"})");
  ASSERT_EQ(replies.size(), 1u);
  EXPECT_EQ(replies[0].to, Reply::To::sender);
  EXPECT_TRUE(replies[0].replaces);
  EXPECT_EQ(replies[0].reaction, "👍");
}

TEST(WebhookReply, MayBeAReactionAlone) {
  const auto replies = read("application/json", R"({"react": "👍"})");
  ASSERT_EQ(replies.size(), 1u);
  EXPECT_FALSE(replies[0].says);
}

TEST(WebhookReply, MayBeSeveral) {
  const auto replies = read("application/json", R"({"messages": [{"text": "one"}, {"text": "two"}, 3]})");
  ASSERT_EQ(replies.size(), 2u);
  EXPECT_EQ(replies[1].posting.content.text, "two");
  std::string many = "{\"messages\": [";
  for (int i = 0; i < 11; ++i) many += std::string(i > 0 ? "," : "") + R"({"text": "x"})";
  EXPECT_FALSE(read_replies("application/json", many + "]}").has_value());
}

TEST(WebhookReply, OfAnythingElseIsNothing) {
  EXPECT_TRUE(read("text/html", "<p>done</p>").empty());
  EXPECT_TRUE(read("text/plain", "ok").empty());
  EXPECT_TRUE(read("", "").empty());
  EXPECT_TRUE(read("application/json", "{}").empty());
  EXPECT_TRUE(read("application/json", R"({"text": ""})").empty());
  EXPECT_TRUE(read("application/json", "[1]").empty());
}

TEST(WebhookReply, HostileBodiesAreRefused) {
  EXPECT_FALSE(read_replies("application/json", std::string(60'000, '{')).has_value());
  EXPECT_FALSE(read_replies("text/plain", std::string(longest_reply + 1, 'x')).has_value());
  EXPECT_FALSE(read_replies("application/json", R"({"react": ")" + std::string(100, 'x') + "\"}").has_value());
}

}  // namespace
}  // namespace dragoman::backends::webhook
