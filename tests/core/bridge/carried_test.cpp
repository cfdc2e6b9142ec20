#include "bridge/carried.hpp"

#include <gtest/gtest.h>

// What of a content gets to a leg: texts that are not too long, files that may.

namespace dragoman::bridge {
namespace {

using Overflow = LongText::Overflow;

chat::Capabilities lines_of(std::size_t bytes, std::size_t most = 0) {
  chat::Capabilities can;
  can.line_bytes = bytes;
  can.text_lines = most;
  return can;
}

std::string shortened(const std::string& text, const LongText& policy, const chat::Capabilities& can) {
  chat::Content content = chat::plain(text);
  shorten(content, policy, can);
  return content.text;
}

TEST(BridgeCarried, ATextIsTooLongWhereMessagesAreLines) {
  const LongText policy{Overflow::paste, 2, 10};
  EXPECT_FALSE(is_too_long("a\nb", policy, lines_of(400)));
  EXPECT_TRUE(is_too_long("a\nb\nc", policy, lines_of(400)));
  EXPECT_TRUE(is_too_long("12345678901", policy, lines_of(400)));
  EXPECT_FALSE(is_too_long("ééééé\nééé", policy, lines_of(400))) << "characters, not bytes";
  EXPECT_FALSE(is_too_long("a\nb\nc", policy, {})) << "no lines, no limit";
  chat::Capabilities batches = lines_of(400);
  batches.whole_bytes = 4000;
  EXPECT_FALSE(is_too_long("a\nb\nc", policy, batches)) << "one message there (draft/multiline)";
  chat::Capabilities own = lines_of(400);
  own.paste_lines = 3;
  EXPECT_TRUE(is_too_long("a\nb\nc\nd", {}, own)) << "the network's own limit";
  EXPECT_FALSE(is_too_long("a\nb\nc", {}, own));
}

TEST(BridgeCarried, ClippedItSaysHowMuchIsMissing) {
  const LongText policy{Overflow::clip, 2, 0};
  EXPECT_EQ(shortened("a\nb\nc\nd", policy, lines_of(400)), "a\nb [2 lines more]");
  EXPECT_EQ(shortened("0123456789", {Overflow::clip, 0, 4}, lines_of(400)), "0123 [...]");
  EXPECT_EQ(shortened("0123456789\nb", {Overflow::clip, 1, 0}, lines_of(4)), "0123 [3 lines more]")
      << "a long line is several";
  EXPECT_EQ(shortened("a\nb", policy, lines_of(400)), "a\nb");
}

TEST(BridgeCarried, ClippingLeavesTheSpansThatAreStillThere) {
  chat::Content content = chat::plain("bold\nplain\nmore");
  content.spans = {{chat::Span::Kind::bold, 0, 4, {}}, {chat::Span::Kind::italic, 11, 15, {}}};
  shorten(content, {Overflow::clip, 1, 0}, lines_of(400));
  EXPECT_EQ(content.text, "bold [2 lines more]");
  ASSERT_EQ(content.spans.size(), 1U);
  EXPECT_EQ(content.spans[0].end, 4U);
}

TEST(BridgeCarried, SplitItIsSaidUpToWhatTheNetworkTakes) {
  EXPECT_EQ(shortened("a\nb\nc\nd", {Overflow::split, 2, 0}, lines_of(400)), "a\nb\nc\nd");
  EXPECT_EQ(shortened("a\nb\nc\nd", {Overflow::split, 2, 0}, lines_of(400, 3)), "a\nb\nc [1 line more]");
}

TEST(BridgeCarried, WhatCouldNotBePutElsewhereIsMarked) {
  EXPECT_EQ(shortened("a\nb\nc", {Overflow::paste, 2, 0}, lines_of(400)), "[3 lines] a\nb\nc");
  EXPECT_EQ(shortened("a\nb\nc", {Overflow::paste, 2, 0}, lines_of(400, 2)), "[3 lines] a\nb [1 line more]");
}

struct BridgeFiles : ::testing::Test {
  FilePolicy policy;
  chat::Capabilities can;

  BridgeFiles() { can.set(chat::Feature::attachments, chat::Support::native); }
  chat::Content passed(const std::string& url, std::uint64_t size, const std::string& text = {},
                       const std::string& name = {}) const {
    chat::Content content = chat::plain(text);
    chat::Attachment file;
    file.url = url;
    file.name = name;
    file.size = size;
    content.attachments.push_back(file);
    keep_back_files(content, policy, can);
    return content;
  }
};

TEST_F(BridgeFiles, PassWithoutAPolicy) {
  const auto content = passed("https://up.test/tea.png", 5000, "look");
  EXPECT_EQ(content.text, "look");
  ASSERT_EQ(content.attachments.size(), 1U);
  EXPECT_EQ(content.attachments[0].url, "https://up.test/tea.png");
}

TEST_F(BridgeFiles, WhatIsTooLargeIsNamed) {
  policy.most_bytes = 2 << 20;
  EXPECT_EQ(passed("https://up.test/tea.png", 2 << 20).attachments.size(), 1U);
  const auto content = passed("https://up.test/x/tea.png?k=1", 7 << 20, "look: https://up.test/x/tea.png?k=1");
  EXPECT_EQ(content.attachments.size(), 0U);
  EXPECT_EQ(content.text, "look:\n[tea.png, 7.0 MiB: files of more than 2.0 MiB are not passed on]");
}

TEST_F(BridgeFiles, WhatIsDeniedIsNamed) {
  policy.deny = {"*.html"};
  EXPECT_EQ(passed("https://up.test/1", 12 << 10, {}, "Evil.HTML").text,
            "[Evil.HTML, 12 KiB: such files are not passed on]");
  EXPECT_EQ(passed("https://up.test/evil.html#top", 0, {}, "tea.png").text, "[tea.png: such files are not passed on]")
      << "a browser goes by the address";
  EXPECT_EQ(passed("https://up.test/tea.png", 0, {}, "tea.png").text, "");
}

TEST_F(BridgeFiles, CanBeNamedOnlyWhereTheyWouldBeLinks) {
  policy.links = false;
  EXPECT_EQ(passed("https://up.test/tea.png", 300).attachments.size(), 1U);
  can.set(chat::Feature::attachments, chat::Support::as_text);
  const auto content = passed("https://up.test/tea.png", 300);
  EXPECT_EQ(content.attachments.size(), 0U);
  EXPECT_EQ(content.text, "[tea.png, 300 bytes (only its name is passed on)]");
}

}  // namespace
}  // namespace dragoman::bridge
