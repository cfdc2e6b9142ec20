#include <gtest/gtest.h>

#include "backends/webhook/read_postings.hpp"
#include "support/webhook_posting.hpp"

// What holds for the postings of every format.
namespace dragoman::backends::webhook::postings_test {
namespace {

using webhook_test::make_request;

Result<std::vector<Posting>> read(const Request& request, const Options& options = {}) {
  return read_postings(request, std::nullopt, options);
}
std::string text_of(const Request& request, const Options& options = {}) {
  const auto postings = read(request, options);
  if (!postings) return std::string{to_string(postings.error().fault)} + ": " + postings.error().text;
  return postings->empty() ? "nothing" : webhook_test::show_text(postings->front().content);
}

TEST(WebhookPostings, HaveNothingThatXmppCannotCarry) {
  using namespace std::string_literals;
  EXPECT_EQ(text_of(make_request("text/plain", "a\0b\x1b[0m\xff\r\nc"s)), "ab[0m\uFFFD\nc");
  EXPECT_EQ(text_of(make_request("application/json", R"({"text":"\u0000\u001bx\uffff"})")), "x");
}

TEST(WebhookPostings, AreRefusedForHalfOfACharacter) {
  const auto of = [](const std::string& text) {
    return text_of(make_request("application/json", "{\"text\":\"" + text + "\"}"));
  };
  constexpr const char* refused = "malformed: half of a character (a lone surrogate)";
  for (const char* half :
       {"\\ud800", "\\udc00", "a\\ud83d b", "\\ud83d\\ud83d", "\\ud83d\\n", "\\ud83d\\u0041", "\\uDFFF"}) {
    EXPECT_EQ(of(half), refused) << half;
  }
  EXPECT_EQ(of("\\ud83d\\ude00"), "\U0001F600");
  EXPECT_EQ(of("\\\\ud800"), "\\ud800") << "a backslash, and words behind it";
}

TEST(WebhookPostings, AreCutWhereTheyAreTooLong) {
  const std::string body = R"({"title":"T","url":"https://example.org/1","text":")" + std::string(20'000, 'x') + "\"}";
  const auto postings = read(make_request("application/json", body));
  ASSERT_TRUE(postings);
  const chat::Content& content = postings->front().content;
  EXPECT_LE(content.text.size(), 8 * 1024U);
  EXPECT_GE(content.text.size(), 8 * 1024U - 8);
  EXPECT_TRUE(content.text.ends_with("… (full: https://example.org/1)"));
  Options options;
  options.longest_text = 100;
  EXPECT_EQ(text_of(make_request("text/plain", std::string(200, 'y')), options), std::string(96, 'y') + "…");
}

TEST(WebhookPostings, AreRefusedWhenThereIsNothingToSay) {
  EXPECT_TRUE(text_of(make_request("text/plain", " \n")).starts_with("malformed: nothing to say"));
  EXPECT_TRUE(text_of(make_request("application/json", "{}")).starts_with("malformed: nothing to say"));
  EXPECT_TRUE(text_of(make_request("application/json", R"({"blocks":[]})")).starts_with("malformed: nothing to say"));
  EXPECT_TRUE(text_of(make_request("application/json", "{\"text\":")).starts_with("malformed"));
  EXPECT_TRUE(text_of(make_request("application/x-tar", "x")).starts_with("unsupported"));
}

TEST(WebhookPostings, AreRefusedWhenTheJsonIsTooDeepOrTooLarge) {
  const std::string deep = std::string(65, '[') + std::string(65, ']');
  EXPECT_TRUE(text_of(make_request("application/json", deep)).starts_with("malformed"));
  std::string large = "[0";
  for (int i = 0; i < 10'000; ++i) large += ",0";
  EXPECT_TRUE(text_of(make_request("application/json", large + "]")).starts_with("too_long"));
  std::string most = "[0";
  for (int i = 0; i < 9'000; ++i) most += ",0";
  EXPECT_TRUE(text_of(make_request("application/json", most + "]")).starts_with("{code_block"));
  std::string fields;
  for (int i = 0; i < 101; ++i) fields += "a" + std::to_string(i) + "=1&";
  EXPECT_TRUE(text_of(make_request("application/x-www-form-urlencoded", fields + "text=x")).starts_with("too_long"));
}

TEST(WebhookPostings, ErrorsQuoteNothingOfThePayload) {
  const auto read_json = read(make_request("application/json", R"({"password":"hunter2")"));
  ASSERT_FALSE(read_json);
  EXPECT_EQ(read_json.error().text.find("hunter2"), std::string::npos);
}

TEST(WebhookPostings, OfCurlWithoutAContentTypeAreTexts) {
  const std::string form = "application/x-www-form-urlencoded";  // what curl -d says of everything
  EXPECT_EQ(text_of(make_request(form, "the disk is full")), "the disk is full");
  EXPECT_EQ(text_of(make_request(form, "load = 5, disk = 9")), "load = 5, disk = 9");
  EXPECT_EQ(text_of(make_request(form, R"({"text":"a & b"})")), "a & b");
  EXPECT_EQ(text_of(make_request(form, "text=a+%26+b")), "a & b");
  EXPECT_EQ(text_of(make_request("", R"({"text":"x"})")), "x");
  EXPECT_EQ(text_of(make_request("", "payload=%7B%22text%22%3A%22*x*%22%7D")), "{bold:x}");
}

TEST(WebhookPostings, OfAnAlertThatEndsAreWhatTheHookWants) {
  const Request up = make_request("application/json", R"({"name":"Backup","status":"up","code":"1"})");
  Options options;
  options.resolved = Posting::After::edit;
  EXPECT_EQ(read(up, options)->front().after, Posting::After::edit);
  EXPECT_EQ(read(up)->front().after, Posting::After::reply);
}

TEST(WebhookPostings, OfEventsThatAreOffAreNotTold) {
  Request request = make_request("application/json", R"({"action":"created","repository":{"full_name":"a/b"}})");
  request.headers["x-github-event"] = "star";
  const auto events = EventList::parse("!star");
  Options options;
  options.events = &*events;
  EXPECT_EQ(text_of(request, options), "nothing");
  request.headers["x-github-event"] = "watch";
  EXPECT_EQ(text_of(request, options), "{bold:[a/b]} watch: created");
}

TEST(WebhookPostings, SayWhatTheTemplateSays) {
  const auto pattern = Template::compile("**{{sensor}}** has {{temperature}} °C: {{link|url}}");
  Options options;
  options.pattern = &*pattern;
  const Request request =
      make_request("application/json", R"({"sensor":"*kitchen*","temperature":21.5,"link":"https://example.org"})");
  EXPECT_EQ(text_of(request, options), "{bold:*kitchen*} has 21.5 °C: https://example.org");
  const auto silent = Template::compile("{{#missing}}x{{/missing}}");
  options.pattern = &*silent;
  EXPECT_EQ(text_of(request, options), "nothing");
}

TEST(WebhookPostings, KeepWhatIsKnownBesideTheTemplate) {
  const auto pattern = Template::compile("{{status|upper}}");
  Options options;
  options.pattern = &*pattern;
  const auto postings = read(make_request("application/json", R"({"name":"B","status":"up","code":"7"})"), options);
  ASSERT_TRUE(postings);
  EXPECT_EQ(postings->front().content.text, "UP");
  EXPECT_EQ(postings->front().key, "7");
  EXPECT_EQ(postings->front().after, Posting::After::reply);
}

TEST(WebhookPostings, OfDiscordHaveAtMostTenEmbeds) {
  std::string embeds = R"({"title":"x"})";
  for (int i = 0; i < 10; ++i) embeds += R"(,{"title":"x"})";
  EXPECT_EQ(text_of(make_request("application/json", R"({"content":"a","embeds":[)" + embeds + "]}")),
            "malformed: more than 10 embeds");
}

TEST(WebhookPostings, NeverLinkToWhatIsNoAddress) {
  EXPECT_EQ(text_of(make_request("text/markdown", "[a](javascript:alert(1)) <javascript:x>")),
            "[a](javascript:alert(1)) <javascript:x>");
  EXPECT_EQ(text_of(make_request("application/json", R"({"title":"T","text":"x","url":"javascript:a"})")),
            "{bold:T}\nx");
}

}  // namespace
}  // namespace dragoman::backends::webhook::postings_test
