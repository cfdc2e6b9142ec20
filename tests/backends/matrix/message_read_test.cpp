#include "backends/matrix/message_read.hpp"

#include <gtest/gtest.h>

#include "backends/matrix/content_read.hpp"
#include "backends/matrix/file_key.hpp"
#include "backends/matrix/small_picture.hpp"
#include "support/fixed_random.hpp"

namespace dragoman::backends::matrix::message_read_test {
namespace {

using nlohmann::json;
using ContentKind = chat::Content::Kind;

Message read(const std::string& type, const std::string& content) {
  return read_message(*read_event({{"type", type}, {"content", json::parse(content)}}));
}
Message message(const std::string& content) { return read("m.room.message", content); }
/// What it says, when it is said.
chat::Content said(const Message& message) {
  const auto* found = std::get_if<Said>(&message);
  return found != nullptr ? found->content : chat::plain("nothing is said");
}

TEST(MatrixMessage, IsTextOrActionOrNotice) {
  EXPECT_EQ(said(message(R"({"msgtype":"m.text","body":"hello"})")), chat::plain("hello"));
  EXPECT_EQ(said(message(R"({"msgtype":"m.emote","body":"waves"})")).kind, ContentKind::action);
  EXPECT_EQ(said(message(R"({"msgtype":"m.notice","body":"beep"})")).kind, ContentKind::notice);
  EXPECT_EQ(said(message(R"({"msgtype":"org.new","body":"fallback"})")), chat::plain("fallback"));
  EXPECT_EQ(said(message(R"({"body":"a\u0000b\u0007\r\nc"})")), chat::plain("ab\nc"));
}

TEST(MatrixMessage, PrefersHtml) {
  const auto content = said(message(R"({"msgtype":"m.text","body":"**a**","format":"org.matrix.custom.html",
    "formatted_body":"<b>a</b>"})"));
  EXPECT_EQ(content.text, "a");
  ASSERT_EQ(content.spans.size(), 1u);
  EXPECT_EQ(content.spans[0].kind, chat::Span::Kind::bold);
  EXPECT_EQ(said(message(R"({"body":"a","format":"other","formatted_body":"<b>b</b>"})")), chat::plain("a"));
  EXPECT_EQ(said(message(R"({"body":"a","format":"org.matrix.custom.html","formatted_body":"<b></b>"})")),
            chat::plain("a"));
}

TEST(MatrixMessage, IsPlainWhereAFieldHasAnotherType) {
  for (const std::string bad :
       {R"("m.relates_to":"x")", R"("m.relates_to":{"rel_type":5,"event_id":"$1"})", R"("formatted_body":{})",
        R"("m.relates_to":{"event_id":5,"rel_type":"m.replace"},"m.new_content":{"body":"b"})",
        R"("m.relates_to":{"event_id":"$1","rel_type":"m.replace"},"m.new_content":"x")",
        R"("m.relates_to":{"m.in_reply_to":"$1"})", R"("m.mentions":[1])", R"("msgtype":7,"format":7)",
        R"("m.relates_to":{"m.in_reply_to":{"event_id":"not one"}})", R"("com.beeper.per_message_profile":"x")"}) {
    EXPECT_EQ(said(message(R"({"body":"a","format":"org.matrix.custom.html",)" + bad + "}")), chat::plain("a")) << bad;
  }
  for (const std::string nothing : {R"({"msgtype":"m.text"})", R"({"body":5})", R"({"body":"\u0007"})", "{}"}) {
    EXPECT_TRUE(std::holds_alternative<NoMessage>(message(nothing))) << nothing;
  }
}

TEST(MatrixMessage, AnswersAnother) {
  const auto content = said(message(R"({"body":"> <@bob:hs> tea?\n> now?\n\nyes","format":"org.matrix.custom.html",
    "m.relates_to":{"m.in_reply_to":{"event_id":"$1"}}})"));
  EXPECT_EQ(content.text, "yes") << "what older clients quote is known";
  EXPECT_EQ(content.reply_to.str(), "$1");
  EXPECT_EQ(
      said(message(R"({"body":"> quoted by hand\nyes","m.relates_to":{"m.in_reply_to":{"event_id":"$1"}}})")).text,
      "> quoted by hand\nyes");
  EXPECT_EQ(said(message(R"({"body":"> <@bob:hs> tea?\n\nyes"})")).text, "> <@bob:hs> tea?\n\nyes") << "no answer";
}

TEST(MatrixMessage, OnlyAQuotationOfItsOwnIsStripped) {
  EXPECT_EQ(without_reply_fallback("> * <@bob:hs> waves\n\nhi"), "hi");
  EXPECT_EQ(without_reply_fallback("> <@bob:hs> a\n> b\n\n> c\nd"), "> c\nd");
  EXPECT_EQ(without_reply_fallback("> <@bob:hs> a"), "> <@bob:hs> a") << "nothing else was said";
}

TEST(MatrixMessage, BelongsToAThread) {
  const std::string relation = R"("m.relates_to":{"rel_type":"m.thread","event_id":"$root","is_falling_back":)";
  const auto fallback = said(message(R"({"body":"a",)" + relation + R"(true,"m.in_reply_to":{"event_id":"$1"}}})"));
  EXPECT_EQ(fallback.thread, "$root");
  EXPECT_TRUE(fallback.reply_to.empty());
  const auto answer = said(message(R"({"body":"a",)" + relation + R"(false,"m.in_reply_to":{"event_id":"$1"}}})"));
  EXPECT_EQ(answer.thread, "$root");
  EXPECT_EQ(answer.reply_to.str(), "$1");
}

TEST(MatrixMessage, ReplacesAnother) {
  const auto edit = message(R"({"body":"* tea","m.new_content":{"body":"tea","msgtype":"m.emote",
    "m.mentions":{"user_ids":["@b:hs"]}},"m.relates_to":{"rel_type":"m.replace","event_id":"$1"}})");
  const auto* edited = std::get_if<Edited>(&edit);
  ASSERT_NE(edited, nullptr);
  EXPECT_EQ(edited->edited, "$1");
  EXPECT_EQ(edited->content.text, "tea");
  EXPECT_EQ(edited->content.kind, ContentKind::action);
  EXPECT_EQ(edited->mentions.users, std::vector<std::string>{"@b:hs"});
}

TEST(MatrixMessage, SaysWhomItIsFor) {
  const auto mentions_of = [](const std::string& content) { return std::get<Said>(message(content)).mentions; };
  const auto mentions = mentions_of(R"({"body":"a","m.mentions":{"user_ids":["@a:hs",5,"b","@c:hs"],"room":true}})");
  EXPECT_TRUE(mentions.told && mentions.room);
  EXPECT_EQ(mentions.users, (std::vector<std::string>{"@a:hs", "@c:hs"}));
  EXPECT_FALSE(mentions_of(R"({"body":"a"})").told);
  EXPECT_TRUE(mentions_of(R"({"body":"a","m.mentions":{}})").told);
}

TEST(MatrixMessage, CarriesAFile) {
  const auto content = said(message(R"({"msgtype":"m.image","body":"cat.png","url":"mxc://hs/1",
    "info":{"mimetype":"image/png","size":5,"w":3,"h":4.0}})"));
  EXPECT_EQ(content.text, "");
  ASSERT_EQ(content.attachments.size(), 1u);
  const chat::Attachment& file = content.attachments[0];
  EXPECT_EQ(file.url, "mxc://hs/1");
  EXPECT_EQ(file.name, "cat.png");
  EXPECT_EQ(file.media_type, "image/png");
  EXPECT_EQ(file.size, 5u);
  EXPECT_TRUE(file.width == 3 && file.height == 4);
}

TEST(MatrixMessage, HasTheThumbnailOfItsSender) {
  const auto content = said(message(R"({"msgtype":"m.video","body":"cat.mp4","url":"mxc://hs/1",
    "info":{"w":1920,"h":1080,"thumbnail_url":"mxc://hs/2","thumbnail_info":{"mimetype":"image/jpeg","size":9,"w":32,"h":18}}})"));
  ASSERT_EQ(content.attachments.size(), 1u);
  EXPECT_EQ(content.attachments[0].thumbnail, (chat::Thumbnail{"mxc://hs/2", "image/jpeg", 9, 32, 18}));
}

TEST(MatrixMessage, HasTheThumbnailOfTheHomeserverWhereItIsALargePicture) {
  const auto thumbnail_of = [](const std::string& type, const std::string& info) {
    return said(message(R"({"msgtype":")" + type + R"(","body":"cat","url":"mxc://hs/1","info":{)" + info + "}}"))
        .attachments.at(0)
        .thumbnail;
  };
  const std::string small = small_picture("mxc://hs/1");
  EXPECT_EQ(thumbnail_of("m.image", R"("mimetype":"image/png","w":1600,"h":400)"),
            (chat::Thumbnail{small, "", 0, 320, 80}));
  EXPECT_EQ(thumbnail_of("m.image", R"("mimetype":"image/jpeg","w":100,"h":2400)"),
            (chat::Thumbnail{small, "", 0, 10, 240}));
  EXPECT_EQ(thumbnail_of("m.image", R"("mimetype":"image/png","w":99999999,"h":1)"),
            (chat::Thumbnail{small, "", 0, 320, 1}));
  EXPECT_EQ(thumbnail_of("m.image", R"("mimetype":"image/png","w":1600,"h":400,"thumbnail_url":"https://spy.test/1")"),
            (chat::Thumbnail{small, "", 0, 320, 80}));
  EXPECT_FALSE(thumbnail_of("m.image", R"("mimetype":"image/png","w":320,"h":240)")) << "it is small itself";
  EXPECT_FALSE(thumbnail_of("m.image", R"("mimetype":"image/svg+xml","w":1600,"h":400)")) << "homeservers cannot";
  EXPECT_FALSE(thumbnail_of("m.image", R"("mimetype":"image/png")")) << "how large it is nobody says";
  EXPECT_FALSE(thumbnail_of("m.video", R"("mimetype":"video/mp4","w":1600,"h":400)"));
}

TEST(MatrixMessage, CarriesAFileWithACaption) {
  const auto content = said(message(R"({"msgtype":"m.file","body":"my cat","filename":"../cat.png","url":"mxc://hs/1",
    "format":"org.matrix.custom.html","formatted_body":"my <b>cat</b>","info":{"size":-1,"w":1e300}})"));
  EXPECT_EQ(content.text, "my cat");
  EXPECT_EQ(content.spans.size(), 1u);
  ASSERT_EQ(content.attachments.size(), 1u);
  EXPECT_EQ(content.attachments[0].name, ".._cat.png");
  EXPECT_TRUE(content.attachments[0].size == 0 && content.attachments[0].width == 0);
  EXPECT_EQ(said(message(R"({"msgtype":"m.file","body":"a","filename":"a","url":"mxc://hs/1"})")).text, "");
}

TEST(MatrixMessage, NamesFilesThatNobodyHereCanRead) {
  const auto content = said(message(R"({"msgtype":"m.file","body":"plan.pdf","info":{"size":2048},
    "file":{"url":"mxc://hs/1","key":{"k":"secret"}}})"));
  EXPECT_TRUE(content.attachments.empty());
  EXPECT_EQ(content.text, "(encrypted file “plan.pdf”, 2 KiB: it can be opened in a Matrix client only)");
  for (const std::string bad : {"7", "\"https://spy.tld/1\"", "\"mxc://\"", "\"mxc://hs/a\\u0000b\""}) {
    EXPECT_EQ(said(message(R"({"msgtype":"m.image","body":"cat.png","url":)" + bad + "}")), chat::plain("cat.png"))
        << bad;
  }
}

TEST(MatrixMessage, IsASticker) {
  const auto content = said(read("m.sticker", R"({"body":"a happy cat","url":"mxc://hs/1","info":{"w":5,"h":5}})"));
  EXPECT_EQ(content.kind, ContentKind::sticker);
  ASSERT_EQ(content.attachments.size(), 1u);
  EXPECT_EQ(content.attachments[0].description, "a happy cat");
}

TEST(MatrixMessage, IsAPlace) {
  const auto content = said(message(R"({"msgtype":"m.location","body":"Big Ben","geo_uri":"geo:51.5,-0.12"})"));
  EXPECT_EQ(content.kind, ContentKind::location);
  EXPECT_EQ(content.text, "Big Ben\ngeo:51.5,-0.12");
  EXPECT_EQ(said(message(R"({"msgtype":"m.location","body":"x","geo_uri":"http://x"})")), chat::plain("x"));
}

TEST(MatrixMessage, IsSaidBySomebodyElseThroughABot) {
  const auto content = said(message(R"({"body":"Bob: hi","com.beeper.per_message_profile":{"id":"1","displayname":"Bob",
    "has_fallback":true},"format":"org.matrix.custom.html",
    "formatted_body":"<strong data-mx-profile-fallback>Bob: </strong>hi"})"));
  EXPECT_EQ(content.shown_author, "Bob");
  EXPECT_EQ(content.text, "hi");
  EXPECT_EQ(
      said(message(R"({"body":"Bob: hi","m.per_message_profile":{"displayname":"Bob","has_fallback":true}})")).text,
      "hi");
}

TEST(MatrixMessage, IsAReaction) {
  const auto reaction =
      read("m.reaction", R"({"m.relates_to":{"rel_type":"m.annotation","event_id":"$1","key":"👍️"}})");
  ASSERT_TRUE(std::holds_alternative<Reacted>(reaction));
  EXPECT_EQ(std::get<Reacted>(reaction).message, "$1");
  EXPECT_EQ(std::get<Reacted>(reaction).key, "👍️");
  const auto custom = read("m.reaction", R"({"shortcode":"cat",
    "m.relates_to":{"rel_type":"m.annotation","event_id":"$1","key":"mxc://hs/1"}})");
  EXPECT_EQ(std::get<Reacted>(custom).key, ":cat:");
  for (const std::string bad : {"{}", R"({"m.relates_to":{"rel_type":"m.annotation","event_id":"$1"}})",
                                R"({"m.relates_to":{"rel_type":"m.annotation","key":"x","event_id":5}})",
                                R"({"m.relates_to":{"event_id":"$1","key":"x"}})"}) {
    EXPECT_TRUE(std::holds_alternative<NoMessage>(read("m.reaction", bad))) << bad;
  }
}

TEST(MatrixMessage, TakesAnotherBack) {
  const auto redaction = read("m.room.redaction", R"({"redacts":"$1","reason":"spam\nagain"})");
  ASSERT_TRUE(std::holds_alternative<Redacted>(redaction));
  EXPECT_EQ(std::get<Redacted>(redaction).redacted, "$1");
  EXPECT_EQ(std::get<Redacted>(redaction).reason, "spam again");
  EXPECT_TRUE(std::holds_alternative<NoMessage>(read("m.room.redaction", R"({"redacts":5})")));
}

TEST(MatrixMessage, NamesEncryptedFilesWhoseKeyItHas) {
  const std::string file = R"({"url":"mxc://hs.test/1","v":"v2","iv":"AAAAAAAAAAAAAAAAAAAAAA",
    "key":{"kty":"oct","alg":"A256CTR","k":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"},
    "hashes":{"sha256":"I06O7lMCCSEMpV8IVu8HEFyg3zbYpGV5UOl+nZ+vYok"}})";
  const auto content = said(message(R"({"msgtype":"m.image","body":"cat.png","file":)" + file +
                                    R"(,"info":{"mimetype":"image/png","size":9,"w":2000,"h":1000,"thumbnail_file":)" +
                                    file + R"(,"thumbnail_info":{"mimetype":"image/jpeg","w":20,"h":10}}})"));
  EXPECT_EQ(content.text, "");
  ASSERT_EQ(content.attachments.size(), 1U);
  const chat::Attachment& picture = content.attachments[0];
  EXPECT_EQ(picture.name, "cat.png");
  EXPECT_EQ(picture.media_type, "image/png");
  std::string_view name = picture.url;
  const auto key = take_file_key(name);
  ASSERT_TRUE(key);
  EXPECT_EQ(name, "mxc://hs.test/1");
  EXPECT_EQ(key->media_type, "image/png");
  ASSERT_TRUE(picture.thumbnail);
  name = picture.thumbnail->url;
  const auto of_thumbnail = take_file_key(name);
  ASSERT_TRUE(of_thumbnail);
  EXPECT_EQ(of_thumbnail->media_type, "image/jpeg");
  const auto alone = said(message(R"({"msgtype":"m.image","body":"cat.png","file":)" + file +
                                  R"(,"info":{"mimetype":"image/png","w":2000,"h":1000}})"));
  ASSERT_EQ(alone.attachments.size(), 1U);
  EXPECT_FALSE(alone.attachments[0].thumbnail) << "no homeserver can make one";
}

TEST(MatrixMessage, IsNothingAnyMoreWhenItWasTakenBack) {
  const auto event = read_event({{"type", "m.room.message"},
                                 {"content", {{"body", "left over"}}},
                                 {"unsigned", {{"redacted_because", json::object()}}}});
  EXPECT_TRUE(std::holds_alternative<NoMessage>(read_message(*event)));
}

TEST(MatrixMessage, IsEncrypted) {
  const auto message =
      read("m.room.encrypted", R"({"ciphertext":"x","m.relates_to":{"m.in_reply_to":{"event_id":"$1"}}})");
  ASSERT_TRUE(std::holds_alternative<Encrypted>(message));
  EXPECT_EQ(std::get<Encrypted>(message).content.kind, ContentKind::encrypted);
  EXPECT_FALSE(std::get<Encrypted>(message).content.text.empty());
  EXPECT_EQ(std::get<Encrypted>(message).content.reply_to.str(), "$1");
  const auto edit = read("m.room.encrypted", R"({"m.relates_to":{"rel_type":"m.replace","event_id":"$1"}})");
  EXPECT_EQ(std::get<Encrypted>(edit).edited, "$1");
}

TEST(MatrixMessage, IsAPollInEitherSpelling) {
  const auto unstable = read("org.matrix.msc3381.poll.start", R"({"org.matrix.msc3381.poll.start":{"kind":
    "org.matrix.msc3381.poll.disclosed","max_selections":2,"question":{"org.matrix.msc1767.text":"Tea?"},"answers":
    [{"id":"y","org.matrix.msc1767.text":"Yes"},{"id":"n","org.matrix.msc1767.text":"No"},{"id":5},"x"]}})");
  const auto stable = read("m.poll.start", R"({"m.poll":{"question":{"m.text":[{"body":"Tea?"}]},"answers":
    [{"m.id":"y","m.text":[{"mimetype":"text/html","body":"<b>"},{"body":"Yes"}]},{"m.id":"n","m.text":[{"body":"No"}]}]}})");
  for (const Message& each : {unstable, stable}) {
    const auto* poll = std::get_if<PollStarted>(&each);
    ASSERT_NE(poll, nullptr);
    EXPECT_EQ(poll->content.text, "Tea?\n1. Yes\n2. No");
    EXPECT_EQ(poll->content.kind, ContentKind::poll);
    ASSERT_EQ(poll->answers.size(), 2u);
    EXPECT_EQ(poll->answers[1].id, "n");
  }
  EXPECT_TRUE(std::get<PollStarted>(unstable).disclosed);
  EXPECT_EQ(std::get<PollStarted>(unstable).most_selections, 2u);
  EXPECT_FALSE(std::get<PollStarted>(unstable).stable);
  EXPECT_TRUE(std::get<PollStarted>(stable).stable);
  EXPECT_FALSE(std::get<PollStarted>(stable).disclosed);
}

TEST(MatrixMessage, IsAVoteOrTheEndOfAPoll) {
  const std::string relation = R"("m.relates_to":{"rel_type":"m.reference","event_id":"$1"})";
  const auto vote = read("org.matrix.msc3381.poll.response",
                         "{" + relation + R"(,"org.matrix.msc3381.poll.response":{"answers":["y",5]}})");
  ASSERT_TRUE(std::holds_alternative<PollVoted>(vote));
  EXPECT_EQ(std::get<PollVoted>(vote).poll, "$1");
  EXPECT_EQ(std::get<PollVoted>(vote).answers, std::vector<std::string>{"y"});
  const auto final_vote = read("m.poll.response", "{" + relation + R"(,"m.selections":["n"]})");
  EXPECT_EQ(std::get<PollVoted>(final_vote).answers, std::vector<std::string>{"n"});
  const auto end = read("m.poll.end", "{" + relation + R"(,"m.text":[{"body":"Tea won"}]})");
  EXPECT_EQ(std::get<PollEnded>(end).text, "Tea won");
  EXPECT_TRUE(std::holds_alternative<NoMessage>(read("m.poll.end", "{}")));
}

TEST(MatrixMessage, IsNothingWhereOnlyProgramsTalk) {
  EXPECT_TRUE(std::holds_alternative<NoMessage>(message(R"({"msgtype":"m.key.verification.request","body":"x"})")));
  EXPECT_TRUE(std::holds_alternative<NoMessage>(read("m.call.candidates", R"({"body":"x"})")));
  const auto state = read_event({{"type", "m.room.message"}, {"state_key", ""}, {"content", {{"body", "x"}}}});
  EXPECT_TRUE(std::holds_alternative<NoMessage>(read_message(*state)));
  EXPECT_EQ(said(read("m.call.invite", "{}")).kind, ContentKind::notice);
}

TEST(MatrixMessage, BearsAnyTypeAnywhere) {
  test::FixedRandom random{77};
  const json values[] = {json(),
                         json(5),
                         json(1.5),
                         json(true),
                         json("$1"),
                         json("mxc://hs/1"),
                         json::array({"x", 5}),
                         json{{"event_id", "$1"}, {"body", 5}},
                         json{{"url", 1}},
                         json{{"user_ids", "x"}},
                         json("m.replace"),
                         json("m.image")};
  static constexpr const char* keys[] = {
      "body",       "msgtype", "format",      "formatted_body", "url",
      "file",       "info",    "filename",    "m.relates_to",   "m.new_content",
      "m.mentions", "geo_uri", "m.poll",      "m.text",         "com.beeper.per_message_profile",
      "redacts",    "reason",  "m.selections"};
  static constexpr const char* types[] = {"m.room.message",   "m.sticker",        "m.reaction",
                                          "m.poll.start",     "m.poll.response",  "m.poll.end",
                                          "m.room.encrypted", "m.room.redaction", "m.call.invite"};
  for (int i = 0; i < 20'000; ++i) {
    json content = json::object();
    for (const char* key : keys) {
      if (random.below(2) == 0) content[key] = values[random.below(std::size(values))];
    }
    read_message(*read_event({{"type", types[random.below(std::size(types))]}, {"content", content}}));
  }
}

}  // namespace
}  // namespace dragoman::backends::matrix::message_read_test
