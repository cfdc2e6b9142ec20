#include "delivery/content_json.hpp"

#include <gtest/gtest.h>

namespace dragoman::delivery {
namespace {

chat::Content rich() {
  chat::Content content;
  content.kind = chat::Content::Kind::action;
  content.title = "t";
  content.text = "waves \"both\" hands\n\xf0\x9f\x91\x8b";
  content.spans.push_back({chat::Span::Kind::bold, 0, 5, ""});
  content.spans.push_back({chat::Span::Kind::link, 6, 12, "https://example.org/"});
  chat::Attachment file;
  file.url = "https://example.org/a.png";
  file.size = 5'000'000'000;
  file.width = 640;
  content.attachments.push_back(file);
  content.reply_to = chat::MessageId{"id-1"};
  content.thread = "th";
  content.shown_author = "carol";
  content.via = "dg-7f3a dg-9b21";
  chat::Attachment& other = content.attachments.emplace_back();
  other.url = "https://up.test/1";
  other.mirrors = {"https://mirror.test/1", "https://mirror.test/2"};
  other.thumbnail = chat::Thumbnail{"https://up.test/small", "image/png", 99, 320, 240};
  return content;
}

TEST(ContentJson, ReadsBackWhatItWrote) {
  for (const chat::Content& content : {rich(), chat::plain("hello"), chat::plain(""), chat::plain("{\"do\": 1}")}) {
    const auto read = read_content(write_content(content));
    ASSERT_TRUE(read) << write_content(content);
    EXPECT_EQ(*read, content);
  }
}

TEST(ContentJson, ReadsBackEveryMessageCommand) {
  const chat::Conversation tea{chat::RoomId{"#tea"}, {}};
  const auto edit = read_command(write_command(chat::EditMessage{tea, chat::MessageId{"7"}, rich()}), tea);
  ASSERT_TRUE(edit);
  EXPECT_EQ(std::get<chat::EditMessage>(*edit).edited.text, "7");
  EXPECT_EQ(std::get<chat::EditMessage>(*edit).content, rich());
  const auto react = read_command(write_command(chat::React{tea, chat::MessageId{"7"}, {"a", "b"}}), tea);
  ASSERT_TRUE(react);
  EXPECT_EQ(std::get<chat::React>(*react).emoji, (std::vector<std::string>{"a", "b"}));
  const auto retract = read_command(write_command(chat::RetractMessage{tea, chat::MessageId{"7"}, "why"}), tea);
  ASSERT_TRUE(retract);
  EXPECT_EQ(std::get<chat::RetractMessage>(*retract).reason, "why");
  EXPECT_FALSE(std::get<chat::RetractMessage>(*retract).as_moderator);
  const auto moderated = read_command(write_command(chat::RetractMessage{tea, chat::MessageId{"7"}, "why", true}), tea);
  ASSERT_TRUE(moderated);
  EXPECT_TRUE(std::get<chat::RetractMessage>(*moderated).as_moderator);
  const auto send = read_command(write_command(chat::SendMessage{tea, rich()}), tea);
  ASSERT_TRUE(send);
  EXPECT_EQ(std::get<chat::SendMessage>(*send).content, rich());
}

TEST(ContentJson, KnowsReactionsWithoutReadingThem) {
  EXPECT_TRUE(is_reaction(write_command(chat::React{{}, chat::MessageId{"7"}, {"a"}})));
  EXPECT_FALSE(is_reaction(write_command(chat::SendMessage{{}, chat::plain(R"({"do":"react"})")})));
  EXPECT_FALSE(is_reaction(write_command(chat::EditMessage{{}, chat::MessageId{"7"}, rich()})));
}

TEST(ContentJson, ReadsBackWhatIsLeftOfAMessage) {
  const Tombstone written{Timestamp{std::chrono::seconds{7}}, "r1", "bob", "occ", "spam"};
  const auto read = read_tombstone(write_tombstone(written));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->at, written.at);
  EXPECT_EQ(read->retraction, "r1");
  EXPECT_EQ(read->by, "bob");
  EXPECT_EQ(read->by_occupant, "occ");
  EXPECT_EQ(read->reason, "spam");
  EXPECT_FALSE(read_tombstone(write_content(chat::plain(write_tombstone(written)))));
  EXPECT_FALSE(read_command(write_tombstone(written), {}));
}

TEST(ContentJson, RefusesWhatIsNoContentAndNeverThrows) {
  for (const char* text : {"", "{", "[1]", "12", "nonsense", "{\"do\":\"dance\"}"}) {
    EXPECT_FALSE(read_command(text, {})) << text;
  }
  // Wrong types inside are as good as missing.
  const auto odd =
      read_content(R"({"text": 7, "kind": "x", "spans": [[0, 0, 99, ""], 3], "files": [1, {"size": "big"}]})");
  ASSERT_TRUE(odd);
  EXPECT_EQ(odd->text, "");
  EXPECT_TRUE(odd->spans.empty());
}

TEST(ContentJson, KeepsWhatJsonHasToEscape) {
  std::string every;
  for (char c = 1; c < 0x20; ++c) every += c;
  for (const std::string& text : {every, std::string{"a\"b"}, std::string{"a\\b"}, std::string{"\x7f caf\xc3\xa9"}}) {
    const auto read = read_content(write_content(chat::plain(text)));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->text, text);
  }
}

TEST(ContentJson, RepairsBytesThatAreNotUtf8) {
  const auto read = read_content(write_content(chat::plain("caf\xe9")));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->text, "caf\xef\xbf\xbd");
}

}  // namespace
}  // namespace dragoman::delivery
