#include "backends/webhook/filter.hpp"

#include <chrono>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "backends/webhook/event_list.hpp"
#include "backends/webhook/request.hpp"

namespace dragoman::backends::webhook::filter_test {
namespace {

using nlohmann::json;

bool allows(std::string_view rule, const json& payload) {
  Request request;
  request.headers["x-event"] = "push";
  request.query = "branch=main&x=";
  const auto filter = Filter::parse(rule);
  EXPECT_TRUE(filter) << filter.error().text;
  return filter && filter->allows(request, payload);
}
std::string error_of(std::string_view rule) {
  const auto filter = Filter::parse(rule);
  return filter ? "none" : filter.error().text;
}
std::string match(std::string_view type, std::string_view wanted, std::string_view source, std::string_view name) {
  const json rule{
      {"match", {{"type", type}, {std::string{type}, wanted}, {"parameter", {{"source", source}, {"name", name}}}}}};
  return rule.dump();
}

const json push = {{"ref", "refs/heads/main"}, {"commits", {{{"author", {{"name", "alice"}}}}}}, {"size", 3}};

TEST(WebhookFilter, LooksAtPayloadHeaderAndQuery) {
  EXPECT_TRUE(allows(match("value", "refs/heads/main", "payload", "ref"), push));
  EXPECT_FALSE(allows(match("value", "refs/heads/other", "payload", "ref"), push));
  EXPECT_TRUE(allows(match("value", "alice", "payload", "commits.0.author.name"), push));
  EXPECT_TRUE(allows(match("value", "1", "payload", "commits.length"), push));
  EXPECT_TRUE(allows(match("value", "3", "payload", "size"), push));
  EXPECT_TRUE(allows(match("value", "push", "header", "X-Event"), push));
  EXPECT_TRUE(allows(match("value", "main", "url", "branch"), push));
  EXPECT_TRUE(allows(match("prefix", "refs/heads/", "payload", "ref"), push));
  EXPECT_TRUE(allows(match("regex", "^refs/(heads|tags)/m", "payload", "ref"), push));
  EXPECT_FALSE(allows(match("regex", ".*", "payload", "missing"), push)) << "what is not there matches nothing";
}

TEST(WebhookFilter, CombinesRules) {
  const std::string yes = match("value", "3", "payload", "size"), no = match("value", "4", "payload", "size");
  EXPECT_TRUE(allows("{\"and\":[" + yes + "," + yes + "]}", push));
  EXPECT_FALSE(allows("{\"and\":[" + yes + "," + no + "]}", push));
  EXPECT_TRUE(allows("{\"or\":[" + no + "," + yes + "]}", push));
  EXPECT_TRUE(allows("{\"not\":" + no + "}", push));
  EXPECT_TRUE(allows("{\"id\":\"x\",\"trigger-rule\":" + yes + "}", push)) << "a whole setting of adnanh/webhook";
  EXPECT_TRUE(allows("", push));
}

TEST(WebhookFilter, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(error_of("{\"and\":[{\"xor\":1}]}"), "and[0].xor: one of and, or, not, match");
  EXPECT_EQ(error_of(match("regex", "a(", "payload", "x")).substr(0, 33), "match.regex: no regular expressio");
  EXPECT_EQ(error_of(match("payload-hash-sha1", "a", "payload", "x")), "match.type: one of value, prefix, regex");
  EXPECT_EQ(error_of(match("value", "a", "string", "x")), "match.parameter.source: one of payload, header, query");
  EXPECT_EQ(error_of("{\"or\":[]}"), "or: a list of rules");
  EXPECT_EQ(error_of("x"), "a filter is JSON: {\"match\": ...}");
  std::string deep = "{\"match\":1}";
  for (int i = 0; i < 20; ++i) deep = "{\"not\":" + deep + "}";
  EXPECT_NE(error_of(deep).find("more than 16 levels"), std::string::npos);
}

TEST(WebhookFilter, GivesUpOnExpressionsThatNeverEnd) {
  const json payload{{"text", std::string(5'000, 'a') + "b"}};
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_FALSE(allows(match("regex", "^(a+)+$", "payload", "text"), payload));
  EXPECT_FALSE(allows(match("regex", "(x+x+)+y|(a*)*c", "payload", "text"), payload));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds{5});
}

TEST(WebhookEventList, NamesWhatIsTold) {
  const auto list = [](std::string_view text) { return *EventList::parse(text); };
  EXPECT_TRUE(list("").allows("push"));
  EXPECT_TRUE(list("push, issues").allows("issues.opened"));
  EXPECT_FALSE(list("push, issues").allows("issue_comment.created"));
  EXPECT_TRUE(list("!star").allows("push"));
  EXPECT_FALSE(list("!star").allows("star.created"));
  EXPECT_FALSE(list("*, !push").allows("push"));
  EXPECT_TRUE(list("!issues, issues.opened").allows("Issues.Opened")) << "what stands later wins";
  EXPECT_TRUE(list("push").allows("")) << "formats without events are always told";
  EXPECT_FALSE(EventList::parse("push$"));
}

}  // namespace
}  // namespace dragoman::backends::webhook::filter_test
