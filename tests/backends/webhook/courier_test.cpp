#include "backends/webhook/courier.hpp"

#include <map>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "backends/webhook/reply_desk.hpp"
#include "backends/webhook/request.hpp"
#include "backends/webhook/signature.hpp"
#include "base/text.hpp"
#include "support/fake_http.hpp"
#include "support/fixed_random.hpp"
#include "support/loop_test.hpp"

namespace dragoman::backends::webhook {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr const char* where = "POST https://target.example.net/in";

/// A courier, who owns its hook, and the other side, which the test plays.
struct WebhookCourier : test::LoopTest, Courier::Host {
  ~WebhookCourier() override {
    if (!courier) return;
    courier->stop();
    while (!courier->tasks().empty()) loop.turn();
    courier.reset();
  }
  static Outgoing usual() {
    Outgoing settings;
    settings.url = Secret<std::string>{"https://target.example.net/in"};
    settings.secrets = {Secret<std::string>{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}};
    return settings;
  }
  void begin(Outgoing settings = usual()) {
    courier.emplace(office, "ci", std::move(settings), QueueLimits{}, *this);
    courier->start();
    settle();
  }
  void restarts() {
    courier->stop();
    while (!courier->tasks().empty()) loop.turn();
    courier.reset();
    begin();
  }
  void says(const std::string& id, Queue::Durable durable = Queue::Durable::elsewhere) {
    Happening happening;
    happening.id = id;
    happening.endpoint = "ci@hook.example.org";
    happening.from.jid = "alice@example.org";
    happening.time = clock.utc();
    happening.content = chat::plain("text of " + id);
    const auto told = courier->tell(std::move(happening), durable);
    EXPECT_TRUE(told.has_value()) << told.error().text;
    settle();
  }
  void answers(int status, std::string body = {}, const std::string& type = "text/plain", net::HttpFields more = {}) {
    more.set("Content-Type", type);
    http.answers(where, std::move(body), status, std::move(more));
  }
  /// The ids that the other side was told, in order.
  std::vector<std::string> told() const {
    std::vector<std::string> ids;
    for (const auto& request : http.requests) ids.emplace_back(request.fields.get("webhook-id"));
    return ids;
  }

  void on_delivered(const std::string& id) override { delivered.push_back(id); }
  void on_returned(const QueueEffects::Returned& each) override { returned.push_back(each); }
  void on_replies(const Happening& to, const std::vector<Reply>& said) override {
    for (const Reply& reply : said) replies.emplace_back(to.id, reply);
  }
  void on_health(const Health& now) override { health = now; }
  void on_notice(const std::string& text) override { notices.push_back(text); }
  void on_waiting(const Happening& about, bool waiting) override { waits.emplace_back(about.id, waiting); }
  void keep(const std::string& key, const std::string& text) override {
    if (text.empty())
      documents.erase(key);
    else
      documents[key] = text;
  }
  std::string kept(const std::string& key) const override {
    const auto found = documents.find(key);
    return found == documents.end() ? std::string{} : found->second;
  }

  test::FixedRandom random;
  test::FakeHttp http;
  Courier::Office office{loop, random, http, "dragoman 0.1.0", "dg:test", {}, nullptr, {}, "hook.example.org"};
  std::vector<std::string> delivered, notices;
  std::vector<QueueEffects::Returned> returned;
  std::vector<std::pair<std::string, Reply>> replies;
  std::vector<std::pair<std::string, bool>> waits;
  Health health;
  std::map<std::string, std::string> documents;
  std::optional<Courier> courier;
};

TEST_F(WebhookCourier, SendsWhatIsSaidSigned) {
  answers(204);
  begin();
  says("msg_a");
  EXPECT_EQ(delivered, std::vector<std::string>{"msg_a"});
  ASSERT_EQ(http.requests.size(), 1u);
  EXPECT_TRUE(http.all_public);
  Request arrived;
  for (const auto& [name, value] : http.requests[0].fields) arrived.headers[text::ascii_lower(name)] = value;
  arrived.body = http.requests[0].body;
  EXPECT_TRUE(verify(Scheme{}, arrived, usual().secrets, clock.utc()).has_value());
  EXPECT_EQ(arrived.header("x-dragoman-via"), "dg:test");
}

TEST_F(WebhookCourier, TriesAgainInOrderWithTheSameBytes) {
  answers(503);
  answers(503);
  answers(200);
  begin();
  says("msg_a");
  says("msg_b");
  EXPECT_TRUE(delivered.empty());
  for (int i = 0; i < 20 && delivered.size() < 2; ++i) advance(seconds{10});
  EXPECT_EQ(delivered, (std::vector<std::string>{"msg_a", "msg_b"}));
  EXPECT_EQ(told(), (std::vector<std::string>{"msg_a", "msg_a", "msg_a", "msg_b"}));
  EXPECT_EQ(http.requests[0].body, http.requests[2].body);
  EXPECT_NE(http.requests[0].fields.get("webhook-timestamp"), http.requests[2].fields.get("webhook-timestamp"));
}

TEST_F(WebhookCourier, ARedirectIsNotFollowed) {
  answers(302, {}, "text/plain", {{"Location", "https://127.0.0.1/"}});
  begin();
  says("msg_a");
  for (int i = 0; i < 60; ++i) advance(seconds{10});
  EXPECT_EQ(http.count(where), http.asked.size());
  ASSERT_EQ(returned.size(), 1u);
}

TEST_F(WebhookCourier, WhatMayNotBeReachedComesBackAtOnceWithoutDetails) {
  http.fails(where, Fault::forbidden, "target.example.net has no public address");
  begin();
  says("msg_a");
  ASSERT_EQ(returned.size(), 1u);
  EXPECT_EQ(returned[0].fault, Fault::forbidden);
  EXPECT_EQ(returned[0].text.find("target"), std::string::npos);
}

TEST_F(WebhookCourier, ObeysRetryAfter) {
  answers(429, {}, "text/plain", {{"Retry-After", "120"}});
  answers(200);
  begin();
  says("msg_a");
  advance(seconds{119});
  EXPECT_EQ(http.requests.size(), 1u);
  advance(seconds{1});
  EXPECT_EQ(delivered.size(), 1u);
}

TEST_F(WebhookCourier, WhatIsNotWantedEndsAtOnce) {
  Outgoing settings = usual();
  settings.prefix = "!";
  begin(settings);
  Happening happening;
  happening.id = "msg_a";
  happening.content = chat::plain("no command");
  const auto told = courier->tell(happening, Queue::Durable::elsewhere);
  ASSERT_TRUE(told.has_value());
  EXPECT_FALSE(*told);
  settle();
  EXPECT_TRUE(http.requests.empty());
}

TEST_F(WebhookCourier, TheAnswerIsSaid) {
  answers(200, R"({"text": "deployed", "to": "sender", "react": "🚀"})", "application/json");
  begin();
  says("msg_a");
  ASSERT_EQ(replies.size(), 1u);
  EXPECT_EQ(replies[0].first, "msg_a");
  EXPECT_EQ(replies[0].second.posting.content.text, "deployed");
  EXPECT_EQ(replies[0].second.to, Reply::To::sender);
  EXPECT_EQ(replies[0].second.reaction, "🚀");
}

TEST_F(WebhookCourier, TheAnswerToARepetitionIsNotSaid) {
  http.fails(where, Fault::timeout);
  answers(200, "deployed");
  begin();
  says("msg_a");
  advance(minutes{1});
  EXPECT_EQ(delivered.size(), 1u);
  EXPECT_TRUE(replies.empty());
}

TEST_F(WebhookCourier, WhatIsNoAnswerSaysNothing) {
  answers(200, "<html>welcome</html>", "text/html");
  answers(200, "ok");
  answers(202, "queued");
  begin();
  says("msg_a");
  says("msg_b");
  says("msg_c");
  EXPECT_EQ(delivered.size(), 3u);
  EXPECT_TRUE(replies.empty());
}

TEST_F(WebhookCourier, WhatNobodyElseKeepsIsToldAfterARestart) {
  answers(503);
  answers(200);
  begin();
  says("msg_a", Queue::Durable::here);
  EXPECT_FALSE(documents.empty());
  restarts();
  EXPECT_EQ(told(), (std::vector<std::string>{"msg_a", "msg_a"}));
  EXPECT_EQ(http.requests[0].body, http.requests[1].body);
  EXPECT_TRUE(documents.empty());
}

TEST_F(WebhookCourier, ADeadLetterIsSentAgainWhenSomebodyAsksForIt) {
  answers(410);
  answers(200);
  begin();
  says("msg_a");
  EXPECT_EQ(health.state, Health::State::disabled);
  ASSERT_EQ(courier->queue().dead().size(), 1u);
  courier->enable();
  ASSERT_TRUE(courier->replay("msg_a").has_value());
  settle();
  EXPECT_EQ(told(), (std::vector<std::string>{"msg_a", "msg_a"}));
  EXPECT_TRUE(documents.empty());
}

TEST_F(WebhookCourier, TheOtherSideIsToldAfterwardsThatItFailed) {
  Outgoing settings = usual();
  settings.events = {"message.created", "endpoint.failing"};
  for (int i = 0; i < 5; ++i) answers(503);
  answers(200);
  begin(settings);
  says("msg_a");
  for (int i = 0; i < 200 && delivered.empty(); ++i) advance(minutes{1});
  settle();
  EXPECT_EQ(notices.size(), 2u);
  const auto last = nlohmann::json::parse(http.requests.back().body);
  EXPECT_EQ(last["type"], "endpoint.failing");
  EXPECT_EQ(last["data"]["endpoint"], "ci@hook.example.org");
  EXPECT_EQ(last["data"]["text"], "HTTP 503 x5");
}

TEST_F(WebhookCourier, APingIsSentWhateverIsWanted) {
  Outgoing settings = usual();
  settings.events = {"presence.changed"};
  answers(200);
  begin(settings);
  const auto id = courier->ping({});
  ASSERT_TRUE(id.has_value());
  settle();
  EXPECT_EQ(delivered, std::vector<std::string>{*id});
}

struct WebhookReplyDesk : WebhookCourier {
  WebhookReplyDesk() { office.replies = &desk; }

  std::string capability() const {
    const std::string url{http.requests.back().fields.get("X-Dragoman-Reply-Url")};
    EXPECT_TRUE(url.starts_with("https://gateway.example.org/r/")) << url;
    return url.substr(url.rfind('/') + 1);
  }
  int takes(const std::string& capability, const std::string& body = R"({"text": "done"})") {
    return desk.take(capability, "application/json", body).status;
  }
  std::vector<std::string> said;
  ReplyDesk desk{clock, "https://gateway.example.org", "/r/", "key",
                 [this](const std::string& hook, const Happening& to, const std::vector<Reply>& late) {
                   for (const Reply& each : late) said.push_back(hook + ' ' + to.id + ' ' + each.posting.content.text);
                   return hook == "ci";
                 }};
};

TEST_F(WebhookReplyDesk, TakesLateAnswers) {
  answers(202);
  begin();
  says("msg_a");
  EXPECT_EQ(takes(capability()), 200);
  EXPECT_EQ(said, std::vector<std::string>{"ci msg_a done"});
  EXPECT_EQ(http.requests[0].body.find("text of msg_a") == std::string::npos, false);
}

TEST_F(WebhookReplyDesk, ForAQuarterOfAnHour) {
  answers(202);
  begin();
  says("msg_a");
  const std::string address = capability();
  advance(minutes{15});
  EXPECT_EQ(takes(address), 200);
  advance(minutes{1});
  EXPECT_EQ(takes(address), 410);
}

TEST_F(WebhookReplyDesk, ThirtyTimes) {
  answers(202);
  begin();
  says("msg_a");
  for (int i = 0; i < 30; ++i) EXPECT_EQ(takes(capability()), 200);
  EXPECT_EQ(takes(capability()), 410);
}

TEST_F(WebhookReplyDesk, NobodyCanMakeOrChangeAnAddress) {
  answers(202);
  begin();
  says("msg_a");
  std::string changed = capability();
  changed[5] = changed[5] == 'A' ? 'B' : 'A';
  EXPECT_EQ(takes(changed), 404);
  EXPECT_EQ(takes(""), 404);
  EXPECT_EQ(takes("AAAA"), 404);
  EXPECT_EQ(takes(std::string(100'000, 'A')), 404);
  EXPECT_TRUE(said.empty());
}

TEST_F(WebhookReplyDesk, RefusesWhatSaysNothing) {
  answers(202);
  begin();
  says("msg_a");
  EXPECT_EQ(takes(capability(), "{}"), 400);
  EXPECT_EQ(takes(capability(), "{"), 400);
  EXPECT_EQ(takes(capability(), std::string(longest_reply + 1, ' ')), 413);
  EXPECT_EQ(desk.take(capability(), "application/json", std::string(100'000, '[')).status, 413);
  EXPECT_EQ(desk.take(capability(), "application/json", std::string(60'000, '[')).status, 400);
}

}  // namespace
}  // namespace dragoman::backends::webhook
