#include <gtest/gtest.h>

#include "backends/webhook/ingress.hpp"
#include "support/webhook_script.hpp"

// webhook_bridge_ops 1.5, a line of its table each: what is answered when, with which body and fields.

namespace dragoman::backends::webhook {
namespace {

using namespace std::chrono_literals;

const net::HttpFields as_json{{"Content-Type", "application/json"}};

struct Expected {
  int status;
  std::string type;  ///< Content-Type; empty: none
  std::string body;  ///< a part of it; "" with no type: there is no body at all
};

struct WebhookStatus : HooksScript {
  void gets(const net::HttpResponse& answer, const Expected& expected, const std::string& what) {
    EXPECT_EQ(answer.status, expected.status) << what;
    EXPECT_EQ(answer.fields.get("Content-Type"), expected.type) << what;
    if (expected.type.empty()) {
      EXPECT_EQ(answer.body, "") << what;
    }
    EXPECT_NE(answer.body.find(expected.body), std::string::npos) << what << ": " << answer.body;
    if (expected.type != "application/problem+json") return;
    EXPECT_NE(answer.body.find("\"status\":" + std::to_string(expected.status)), std::string::npos) << what;
    EXPECT_NE(answer.body.find("\"title\":\""), std::string::npos) << what;
  }
  static std::string json_type() { return "application/json"; }
  static std::string text_type() { return "text/plain; charset=utf-8"; }
  static std::string problem() { return "application/problem+json"; }
};

TEST_F(WebhookStatus, OfWhatIsTaken) {
  const std::string token = make("ci"), own = "/h/" + token, discord = "/api/webhooks/ci/" + token;
  comes("alice@test");
  const std::string text = R"({"text":"a"})", content = R"({"content":"a"})";
  struct Row {
    const char* what;
    std::string path, body;
    net::HttpFields fields;
    Expected expected;
  };
  const Row rows[] = {
      {"generic JSON", own, text, as_json, {202, json_type(), R"("duplicate":false,"id":")"}},
      {"who waits", own + "?wait=true", text, as_json, {200, json_type(), R"("messages":[")"}},
      {"a text", own, "a", {}, {200, json_type(), R"("duplicate":false)"}},
      {"Slack", "/services/x/x/" + token, text, as_json, {200, text_type(), "ok"}},
      {"Slack by a word", own + "/slack", text, as_json, {200, text_type(), "ok"}},
      {"Slack by a form", own, "payload=%7B%22text%22%3A%22a%22%7D", {}, {200, text_type(), "ok"}},
      {"Mattermost", "/hooks/" + token, text, as_json, {200, text_type(), "ok"}},
      {"Discord", discord, content, as_json, {204, "", ""}},
      {"Discord that waits", discord + "?wait=true", content, as_json, {200, json_type(), R"("content":"a")"}},
      {"Discord's Slack", discord + "/slack", text, as_json, {200, text_type(), "ok"}},
  };
  for (const Row& row : rows) {
    advance(1s);
    gets(posts(row.path, row.body, row.fields), row.expected, row.what);
  }
  EXPECT_EQ(posts(own + "/slack", R"({"text":"b"})", as_json).body, "ok") << "not a byte more";
  EXPECT_EQ(posts(own, "by PUT", {}, "PUT").status, 200);
}

TEST_F(WebhookStatus, OfWhatCannotBeRead) {
  const std::string token = make("ci"), own = "/h/" + token;
  struct Row {
    const char* what;
    std::string path, body;
    net::HttpFields fields;
    Expected expected;
  };
  const Row rows[] = {
      {"no JSON", own, "{", as_json, {400, problem(), "\"detail\":\""}},
      {"nothing to say", own, "", {}, {400, problem(), "\"detail\":\""}},
      {"no JSON of Slack", own + "/slack", "{", as_json, {400, text_type(), "invalid_payload"}},
      {"nothing to say of Slack", own + "/slack", "{}", as_json, {400, text_type(), "invalid_payload"}},
      {"no JSON of Mattermost", "/hooks/" + token, "{", as_json, {400, text_type(), "invalid_payload"}},
      {"no JSON of Discord", "/api/webhooks/ci/" + token, "{", as_json, {400, json_type(), "\"message\":\""}},
      {"too large", own, std::string(256 * 1024 + 1, 'a'), {}, {413, problem(), "too large"}},
      {"an unknown encoding", own, "x", {{"Content-Encoding", "br"}}, {415, problem(), "Content-Encoding"}},
      {"an unknown type",
       own,
       "x",
       {{"Content-Type", "application/octet-stream"}},
       {415, problem(), "Content-Type that no format has"}},
  };
  for (const Row& row : rows) gets(posts(row.path, row.body, row.fields), row.expected, row.what);
}

TEST_F(WebhookStatus, OfATemplateThatFailsIsToldToTheOwnerToo) {
  const std::string token = make("ci", [](Hook& hook) { hook.text_template = "{{#l}}{{#l}}x{{/l}}{{/l}}"; });
  Listener& alice = comes("alice@test");
  std::string list = "0";
  for (int i = 0; i < 200; ++i) list += ",0";
  gets(posts("/h/" + token, "{\"l\":[" + list + "]}", as_json), {422, problem(), "10,000 steps"}, "a template");
  ASSERT_FALSE(alice.all<chat::Notice>().empty());
  EXPECT_NE(alice.all<chat::Notice>().back().text.find("10,000 steps"), std::string::npos);
}

TEST_F(WebhookStatus, OfWhoMayNotTellsNothingOfWhy) {
  const std::string token = make("ci", [](Hook& hook) {
    hook.proof.bearer = Secret<std::string>{"b"};
    hook.proof.signature = "github";
    hook.proof.secrets = {Secret<std::string>{"s"}};
  });
  const auto nothing = posts("/h/" + token, "x");
  const auto wrong = posts("/h/" + token, "x", {{"Authorization", "Bearer c"}});
  const auto unsigned_one = posts("/h/" + token, "x", {{"Authorization", "Bearer b"}});
  gets(nothing, {401, problem(), "does not prove"}, "no bearer token");
  EXPECT_EQ(wrong.body, nothing.body);
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(unsigned_one.body, nothing.body);
  EXPECT_EQ(unsigned_one.status, 401);
  const auto elsewhere = posts("/h/" + make("far", [](Hook& hook) { hook.proof.addresses = {"203.0.113.0/24"}; }), "x");
  const auto paused = posts("/h/" + make("paused", [](Hook& hook) { hook.paused = true; }), "x");
  gets(elsewhere, {403, problem(), "does not take"}, "not from there");
  gets(paused, {403, problem(), "does not take"}, "paused");
  EXPECT_EQ(elsewhere.body, paused.body);
}

TEST_F(WebhookStatus, OfAnUnknownTokenIsThatOfARevokedOne) {
  const std::string token = make("ci");
  Hook hook = *hub->book().find("ci");
  hook.tokens.front() = {hash_of_token(bare_token(make_token(random).reveal())), std::nullopt};
  hub->change(hook);
  const auto revoked = posts("/h/" + token, "x"), unknown = posts("/h/nothing", "x");
  gets(revoked, {404, problem(), "no such hook"}, "revoked");
  EXPECT_EQ(revoked.body, unknown.body);
  const std::string gone = make("gone");
  hub->remove("gone");
  gets(posts("/h/" + gone, "x"), {410, problem(), "deleted"}, "deleted");
  EXPECT_EQ(posts("/h/" + make("ci2") + "/nonsense", "x").status, 404) << "no format of this name";
}

TEST_F(WebhookStatus, OfAnotherRequestWithTheSameIdIsAConflict) {
  const std::string token = make("ci");
  const net::HttpFields id{{"Idempotency-Key", "7"}};
  EXPECT_EQ(posts("/h/" + token, "one", id).status, 200);
  gets(posts("/h/" + token, "two", id), {409, problem(), "delivery id"}, "another body");
  gets(posts("/h/" + token, "one", id), {200, json_type(), "\"duplicate\":true"}, "the same again");
}

TEST_F(WebhookStatus, OverTheRateIsInTheSendersTerms) {
  const std::string token = make("ci", [](Hook& hook) { hook.over = Hook::Over::reject; });
  for (int i = 0; i < 30; ++i) posts("/h/" + token, "x");
  const std::string alerts =
      R"({"version":"4","groupKey":"{}:{}","status":"firing","alerts":[{"status":"firing","labels":{"alertname":"A"}}]})";
  struct Row {
    const char* what;
    std::string path, body;
    net::HttpFields fields;
    Expected expected;
  };
  const Row rows[] = {
      {"anybody", "/h/" + token, "x", {}, {429, problem(), "Too many"}},
      {"Slack", "/h/" + token + "/slack", R"({"text":"a"})", as_json, {429, text_type(), "Too many"}},
      {"Discord", "/api/webhooks/ci/" + token, R"({"content":"a"})", as_json, {429, json_type(), R"("retry_after":1)"}},
      {"Alertmanager by its body", "/h/" + token, alerts, as_json, {503, problem(), "Too many"}},
      {"Alertmanager by its name",
       "/services/x/x/" + token,
       R"({"text":"a"})",
       {{"Content-Type", "application/json"}, {"User-Agent", "Alertmanager/0.25.0"}},
       {503, text_type(), "Too many"}},
  };
  for (const Row& row : rows) {
    const auto answer = posts(row.path, row.body, row.fields);
    gets(answer, row.expected, row.what);
    EXPECT_EQ(answer.fields.get("Retry-After"), "1") << row.what;
  }
}

TEST_F(WebhookStatus, WhenNothingCanBeKeptIsToComeAgain) {
  const std::string token = make("ci");
  Listener& alice = comes("alice@test");
  pressure.set(true);  // the disk is full, or the XMPP server takes nothing
  const Instant before = clock.now();
  const auto refused = posts("/h/" + token, "lost?");
  gets(refused, {503, problem(), "send it again later"}, "full");
  EXPECT_EQ(refused.fields.get("Retry-After"), "30");
  EXPECT_GE(clock.now() - before, 4s) << "it may be over in a moment";
  gets(posts("/h/" + token + "/slack", R"({"text":"a"})", as_json), {503, text_type(), "later"}, "Slack");
  EXPECT_TRUE(alice.texts().empty());
  pressure.set(false);
  EXPECT_EQ(posts("/h/" + token, "here").status, 200);
  EXPECT_EQ(alice.texts(), std::vector<std::string>{"here"});
}

TEST_F(WebhookStatus, OfWhoOnlyLooks) {
  const std::string token = make("ci");
  const auto asked = posts("/h/" + token, "", {{"Accept", "*/*"}}, "GET");
  gets(asked, {405, problem(), "POST"}, "GET");
  EXPECT_EQ(asked.fields.get("Allow"), "POST, PUT");
  const auto shown = posts("/h/" + token, "", {{"Accept", "text/html,application/xhtml+xml"}}, "GET");
  gets(shown, {200, "text/html; charset=utf-8", "address of a webhook"}, "a browser");
  EXPECT_EQ(shown.fields.get("Content-Security-Policy"), "default-src 'none'");
  EXPECT_EQ(posts("/h/nothing", "", {{"Accept", "text/html"}}, "GET").body, shown.body) << "nothing about the token";
}

}  // namespace
}  // namespace dragoman::backends::webhook
