#include "backends/matrix/message_write.hpp"

#include <gtest/gtest.h>

#include "backends/matrix/content_slice.hpp"
#include "backends/matrix/event.hpp"
#include "backends/matrix/json.hpp"
#include "backends/matrix/message_read.hpp"
#include "base/text.hpp"

namespace dragoman::backends::matrix::message_write_test {
namespace {

using nlohmann::json;
using Kind = chat::Span::Kind;

constexpr std::size_t largest_event = 65'536;

json only(const chat::Content& content, const WriteOptions& options = {}) {
  const auto events = make_messages(content, options);
  return events.size() == 1 ? events[0] : json(std::to_string(events.size()) + " events");
}

chat::Content bold(std::string text) {
  chat::Content content = chat::plain(std::move(text));
  content.spans = {{Kind::bold, 0, content.text.size(), {}}};
  return content;
}

chat::Attachment cat() {
  chat::Attachment file;
  file.url = "mxc://hs/1";
  file.name = "cat.png";
  file.media_type = "image/png";
  file.size = 5;
  file.width = 3;
  file.height = 4;
  return file;
}

TEST(MatrixWriting, SaysATextWithoutHtml) {
  EXPECT_EQ(only(chat::plain("a < b")), json::parse(R"({"msgtype":"m.text","body":"a < b","m.mentions":{}})"));
}

TEST(MatrixWriting, SaysWhatAMessageIs) {
  chat::Content content = chat::plain("waves");
  content.kind = chat::Content::Kind::action;
  EXPECT_EQ(only(content)["msgtype"], "m.emote");
  content.kind = chat::Content::Kind::notice;
  EXPECT_EQ(only(content)["msgtype"], "m.notice");
  content.kind = chat::Content::Kind::location;
  content.text = "Big Ben\ngeo:51.5,-0.12 here";
  EXPECT_EQ(only(content)["msgtype"], "m.location");
  EXPECT_EQ(only(content)["geo_uri"], "geo:51.5,-0.12");
}

TEST(MatrixWriting, WritesFormattingAsHtml) {
  const json event = only(bold("a & b"));
  EXPECT_EQ(event["body"], "a & b");
  EXPECT_EQ(event["format"], "org.matrix.custom.html");
  EXPECT_EQ(event["formatted_body"], "<strong>a &amp; b</strong>");
}

TEST(MatrixWriting, CallsWhoIsMentioned) {
  chat::Content content = chat::plain("Alice, Bob, Alice");
  content.spans = {{Kind::mention, 0, 5, "Alice"}, {Kind::mention, 7, 10, "Bob"}, {Kind::mention, 12, 17, "Alice"}};
  WriteOptions options;
  options.user_of = [](std::string_view name) { return name == "Alice" ? "@alice:hs" : std::string{}; };
  EXPECT_EQ(only(content, options)["m.mentions"], json::parse(R"({"user_ids":["@alice:hs"]})"));
}

TEST(MatrixWriting, AnswersAndBelongsToThreads) {
  chat::Content content = chat::plain("yes");
  content.reply_to = chat::MessageId{"$1"};
  EXPECT_EQ(only(content)["m.relates_to"], json::parse(R"({"m.in_reply_to":{"event_id":"$1"}})"));
  content.thread = "$root";
  EXPECT_EQ(only(content)["m.relates_to"],
            json::parse(R"({"rel_type":"m.thread","event_id":"$root","is_falling_back":false,
                            "m.in_reply_to":{"event_id":"$1"}})"));
  content.reply_to = {};
  EXPECT_EQ(only(content)["m.relates_to"]["is_falling_back"], true);
  content.thread = "a thread of XMPP";
  EXPECT_FALSE(only(content).contains("m.relates_to"));
}

TEST(MatrixWriting, SaysWhoSpeaksThroughABot) {
  chat::Content content = chat::plain("hi");
  content.shown_author = "B<o>b";
  WriteOptions options;
  options.author_id = "bob@x.test";
  const json event = only(content, options);
  EXPECT_EQ(event["body"], "**B<o>b**: hi");
  EXPECT_EQ(event["formatted_body"], "<strong data-mx-profile-fallback>B&lt;o&gt;b: </strong>hi");
  EXPECT_EQ(event["com.beeper.per_message_profile"],
            json::parse(R"({"id":"bob@x.test","displayname":"B<o>b","has_fallback":true})"));
  options.name_in_text = false;
  EXPECT_EQ(only(content, options)["body"], "hi");
}

TEST(MatrixWriting, SendsAFileWithItsCaption) {
  chat::Content content = chat::plain("my cat");
  content.attachments = {cat()};
  EXPECT_EQ(only(content), json::parse(R"({"msgtype":"m.image","body":"my cat","filename":"cat.png","url":"mxc://hs/1",
    "info":{"mimetype":"image/png","size":5,"w":3,"h":4},"m.mentions":{}})"));
  content.text.clear();
  EXPECT_EQ(only(content)["body"], "cat.png");
  content.attachments[0].media_type = "audio/ogg";
  EXPECT_EQ(only(content)["msgtype"], "m.audio");
  content.attachments[0] = {};
  content.attachments[0].url = "mxc://hs/1";
  EXPECT_EQ(only(content), json::parse(R"({"msgtype":"m.file","body":"file","filename":"file","url":"mxc://hs/1",
    "info":{},"m.mentions":{}})"));
}

TEST(MatrixWriting, SendsAThumbnailThatTheHomeserverHas) {
  chat::Content content;
  content.attachments = {cat()};
  content.attachments[0].thumbnail = chat::Thumbnail{"mxc://hs/2", "image/png", 7, 30, 40};
  EXPECT_EQ(only(content)["info"]["thumbnail_url"], "mxc://hs/2");
  EXPECT_EQ(only(content)["info"]["thumbnail_info"], json::parse(R"({"mimetype":"image/png","size":7,"w":30,"h":40})"));
  content.attachments[0].thumbnail->url = "https://up.test/t.png";
  EXPECT_FALSE(only(content)["info"].contains("thumbnail_url")) << "clients of Matrix fetch nothing from elsewhere";
  EXPECT_FALSE(only(content)["info"].contains("thumbnail_info"));
}

TEST(MatrixWriting, SendsSeveralFilesAndThenTheText) {
  chat::Content content = chat::plain("my cats");
  content.attachments = {cat(), cat()};
  content.reply_to = chat::MessageId{"$1"};
  const auto events = make_messages(content, {});
  ASSERT_EQ(events.size(), 3u);
  EXPECT_EQ(events[0]["url"], "mxc://hs/1");
  EXPECT_EQ(events[2]["body"], "my cats");
  EXPECT_TRUE(events[0].contains("m.relates_to")) << "the first one is the answer";
  EXPECT_FALSE(events[2].contains("m.relates_to"));
}

TEST(MatrixWriting, NamesFilesThatStandElsewhereByTheirAddress) {
  chat::Content content = chat::plain("see");
  content.attachments = {cat()};
  content.attachments[0].url = "aesgcm://x.test/1#key";
  EXPECT_EQ(only(content)["body"], "see\naesgcm://x.test/1#key");
  EXPECT_EQ(only(content)["msgtype"], "m.text");
  content.text = content.attachments[0].url;
  EXPECT_EQ(only(content)["body"], content.text) << "once";
  EXPECT_EQ((*make_edit(content, "$1", {}))["m.new_content"]["msgtype"], "m.text");
}

TEST(MatrixWriting, HasNothingToSendForNothing) { EXPECT_TRUE(make_messages({}, {}).empty()); }

TEST(MatrixWriting, DividesWhatHomeserversRefuse) {
  std::string text;
  for (int line = 0; line < 5000; ++line) text += "line " + std::to_string(line) + " of <tea> & more\n";
  text.pop_back();
  for (const chat::Content& content : {chat::plain(text), bold(text)}) {
    const auto events = make_messages(content, {});
    std::string all;
    for (const json& event : events) {
      EXPECT_LT(dump_json(event).size(), largest_event - 5'000);
      all += (all.empty() ? "" : "\n") + text_at(event, "body");
    }
    EXPECT_GT(events.size(), 2u);
    EXPECT_EQ(all, text) << "all of it, in whole lines";
  }
}

TEST(MatrixWriting, DividesWhatHasNoLines) {
  std::string tea;
  while (tea.size() < 100'000) tea += "茶";
  std::string all;
  for (const json& event : make_messages(chat::plain(tea), {})) {
    ASSERT_TRUE(text::is_valid_utf8(text_at(event, "body")));
    all += text_at(event, "body");
  }
  EXPECT_EQ(all, tea);
}

TEST(MatrixWriting, SendsWordsThatHaveMoreMarkupThanText) {
  chat::Content content = chat::plain(std::string(900, 'x'));
  const std::string link = "https://" + std::string(1000, 'y');
  for (std::size_t i = 0; i < 900; ++i) content.spans.push_back({Kind::link, i, i + 1, link});
  EXPECT_EQ(only(content), json::parse(R"({"msgtype":"m.text","m.mentions":{},"body":")" + content.text + "\"}"));
}

TEST(MatrixSplitting, KeepsSpansWithTheirWords) {
  chat::Content content = chat::plain("one two three");
  content.kind = chat::Content::Kind::action;
  content.spans = {{Kind::bold, 4, 13, {}}};
  const auto pieces = split_content(content, 8);
  ASSERT_EQ(pieces.size(), 2u);
  EXPECT_EQ(pieces[0].text, "one two");
  EXPECT_EQ(pieces[0].spans, (std::vector<chat::Span>{{Kind::bold, 4, 7, {}}}));
  EXPECT_EQ(pieces[1].text, "three");
  EXPECT_EQ(pieces[1].spans, (std::vector<chat::Span>{{Kind::bold, 0, 5, {}}}));
  EXPECT_EQ(pieces[1].kind, chat::Content::Kind::text);
}

TEST(MatrixWriting, EditsWithAFallback) {
  chat::Content content = bold("tea");
  content.spans.push_back({Kind::mention, 0, 3, "@alice:hs"});
  const json edit = *make_edit(content, "$1", {}, {"@alice:hs"});
  EXPECT_EQ(edit["body"], "* tea");
  EXPECT_TRUE(text_at(edit, "formatted_body").starts_with("* <"));
  EXPECT_EQ(edit["m.new_content"]["body"], "tea");
  EXPECT_EQ(edit["m.relates_to"], json::parse(R"({"rel_type":"m.replace","event_id":"$1"})"));
  EXPECT_EQ(edit["m.mentions"], json::object()) << "she was called before";
  EXPECT_EQ(edit["m.new_content"]["m.mentions"]["user_ids"][0], "@alice:hs");
}

TEST(MatrixWriting, EditsAsLongAsItFits) {
  const auto middle = make_edit(chat::plain(std::string(50'000, 'x')), "$1", {});
  ASSERT_TRUE(middle);
  EXPECT_EQ(text_at((*middle)["m.new_content"], "body").size(), 50'000u);
  EXPECT_TRUE(text_at(*middle, "body").ends_with("…"));
  EXPECT_EQ(make_edit(chat::plain(std::string(70'000, 'x')), "$1", {}).error().fault, Fault::too_long);
}

TEST(MatrixWriting, IsReadAsWhatWasMeant) {
  chat::Content content = bold("my cat");
  content.attachments = {cat()};
  content.reply_to = chat::MessageId{"$1"};
  content.thread = "$root";
  content.shown_author = "Bob";
  const auto event = read_event({{"type", "m.room.message"}, {"content", only(content)}});
  EXPECT_EQ(std::get<Said>(read_message(*event)).content, content);
}

TEST(MatrixWriting, ReactsRedactsAndVotes) {
  EXPECT_EQ(make_reaction("$1", "👍"),
            json::parse(R"({"m.relates_to":{"rel_type":"m.annotation","event_id":"$1","key":"👍"}})"));
  EXPECT_EQ(make_redaction("spam"), json::parse(R"({"reason":"spam"})"));
  EXPECT_EQ(make_redaction(""), json::object());
  for (const bool stable : {true, false}) {
    const Vote vote = make_vote("$1", {"y"}, stable);
    const auto read = read_message(*read_event({{"type", vote.type}, {"content", vote.content}}));
    ASSERT_TRUE(std::holds_alternative<PollVoted>(read));
    EXPECT_EQ(std::get<PollVoted>(read).answers, std::vector<std::string>{"y"});
  }
}

}  // namespace
}  // namespace dragoman::backends::matrix::message_write_test
