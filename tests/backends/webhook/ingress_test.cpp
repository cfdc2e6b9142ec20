#include "backends/webhook/ingress.hpp"

#include <gtest/gtest.h>

#include "backends/webhook/signature.hpp"
#include "support/webhook_script.hpp"

namespace dragoman::backends::webhook {
namespace {

using namespace std::chrono_literals;
using Texts = std::vector<std::string>;

using WebhookIngress = HooksScript;

TEST_F(WebhookIngress, SaysToTheOwnerWhatIsSent) {
  const std::string token = make("ci");
  Listener& alice = comes("alice@test");
  const auto answer = posts("/h/" + token, "green");
  EXPECT_EQ(answer.status, 200);
  EXPECT_NE(answer.body.find("\"duplicate\":false"), std::string::npos);
  EXPECT_EQ(alice.texts(), Texts{"green"});
  const auto message = alice.all<chat::MessageReceived>().front();
  EXPECT_EQ(message.conversation.person.text, "ci");
  EXPECT_FALSE(message.id.empty());
}

TEST_F(WebhookIngress, AnswersAsSendersWant) {
  const std::string token = make("ci");
  const auto slack = posts("/services/T/B/" + token, R"({"text":"a"})", {{"Content-Type", "application/json"}});
  EXPECT_EQ(slack.status, 200);
  EXPECT_EQ(slack.body, "ok");
  const auto mattermost = posts("/hooks/" + token, R"({"text":"b"})", {{"Content-Type", "application/json"}});
  EXPECT_EQ(mattermost.body, "ok");
  const std::string discord = "/api/webhooks/ci/" + token;
  EXPECT_EQ(posts(discord, R"({"content":"c"})", {{"Content-Type", "application/json"}}).status, 204);
  const auto waited = posts(discord + "?wait=true", R"({"content":"d"})", {{"Content-Type", "application/json"}});
  EXPECT_EQ(waited.status, 200);
  EXPECT_NE(waited.body.find("\"content\":\"d\""), std::string::npos);
}

TEST_F(WebhookIngress, TellsWhoWaitsWhetherTheServerHasIt) {
  const std::string token = make("ci");
  comes("alice@test");
  const auto taken = posts("/h/" + token + "?wait=true", "a");
  EXPECT_EQ(taken.status, 200);
  EXPECT_NE(taken.body.find("\"messages\":[\""), std::string::npos) << taken.body;
  server_takes = false;
  const Instant before = clock.now();
  EXPECT_EQ(posts("/h/" + token + "?wait=true", "b").status, 202);
  EXPECT_EQ(clock.now() - before, 8s);
  EXPECT_EQ(
      posts("/api/webhooks/ci/" + token + "?wait=true", R"({"content":"c"})", {{"Content-Type", "application/json"}})
          .status,
      202);
  EXPECT_EQ(
      posts("/services/T/B/" + token + "?wait=true", R"({"text":"d"})", {{"Content-Type", "application/json"}}).status,
      200)
      << "senders of Slack know nothing but 200";
}

TEST_F(WebhookIngress, NobodyWaitsForWhatIsNotSaidNow) {
  const std::string token = make("ci", [this](Hook& hook) { hook.muted_until = clock.utc() + 1h; });
  server_takes = false;
  const Instant before = clock.now();
  EXPECT_EQ(posts("/h/" + token + "?wait=true", "a").status, 202);
  EXPECT_EQ(clock.now(), before);
}

TEST_F(WebhookIngress, TellsTheOwnerWhatDoesNotFitTheirSettingsButSeldom) {
  const std::string token = make("ci", [](Hook& hook) { hook.format = "github"; });
  Listener& alice = comes("alice@test");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(posts("/h/" + token, "hello").status, 400);
  const auto told = alice.all<chat::Notice>();
  ASSERT_EQ(told.size(), 2U);
  EXPECT_NE(told.front().text.find("github"), std::string::npos) << told.front().text;
  EXPECT_EQ(told.front().text.find("hello"), std::string::npos) << "nothing of what was sent";
  advance(1h);
  posts("/h/" + token, "hello");
  EXPECT_EQ(alice.all<chat::Notice>().size(), 3U);
  posts("/h/" + token + "/alertmanager", "hello");
  EXPECT_EQ(alice.all<chat::Notice>().size(), 3U) << "what the sender asks for is the sender's";
}

TEST_F(WebhookIngress, TakesAsMuchAsTheOperatorSaysNow) {
  const std::string token = make("ci", [](Hook& hook) { hook.over = Hook::Over::reject; });
  config.burst = 2;
  ASSERT_TRUE(hub->take_settings(config));
  ingress->take_settings();
  EXPECT_EQ(posts("/h/" + token, "a").status, 200);
  EXPECT_EQ(posts("/h/" + token, "b").status, 200);
  EXPECT_EQ(posts("/h/" + token, "c").status, 429);
  config.bad_tokens_per_minute = 1;
  ASSERT_TRUE(hub->take_settings(config));
  ingress->take_settings();
  EXPECT_EQ(posts("/h/nothing", "x").status, 404);
  EXPECT_EQ(posts("/h/nothing", "x").status, 429);
}

TEST_F(WebhookIngress, TellsNobodyWhetherATokenWasGood) {
  const std::string token = make("ci", [](Hook& hook) { hook.proof.bearer = Secret<std::string>{"b"}; });
  EXPECT_EQ(posts("/h/" + make_token(random).reveal(), "x").status, 404);
  EXPECT_EQ(posts("/h/nothing", "x").status, 404);
  EXPECT_EQ(posts("/h/" + token, "x", {}, "GET").status, 405);
  EXPECT_EQ(posts("/h/" + token, "x", {{"Accept", "text/html"}}, "GET").status, 200);
}

TEST_F(WebhookIngress, SlowsDownWhoGuesses) {
  for (int i = 0; i < 20; ++i) EXPECT_EQ(posts("/h/nothing", "x").status, 404);
  const auto answer = posts("/h/nothing", "x");
  EXPECT_EQ(answer.status, 429);
  EXPECT_EQ(answer.fields.get("Retry-After"), "60");
  EXPECT_EQ(posts("/h/" + make("ci"), "x").status, 200) << "who knows a token does not guess";
  caller = "198.51.100.1";
  EXPECT_EQ(posts("/h/nothing", "x").status, 404);
}

TEST_F(WebhookIngress, OfADeletedHookIsGone) {
  const std::string token = make("ci");
  hub->remove("ci");
  EXPECT_EQ(posts("/h/" + token, "x").status, 410);
  restart();
  EXPECT_EQ(posts("/h/" + token, "x").status, 410);
}

TEST_F(WebhookIngress, TakesTheAddressBeforeForADayMore) {
  const std::string before = make("ci");
  Hook hook = *hub->book().find("ci");
  hook.tokens.front().until = clock.utc() + 24h;
  const std::string after = make_token(random).reveal();
  hook.tokens.push_back({hash_of_token(bare_token(after)), std::nullopt});
  hub->change(hook);
  restart();
  EXPECT_EQ(posts("/h/" + before, "a").status, 200);
  EXPECT_EQ(posts("/h/" + after, "b").status, 200);
  advance(24h);
  EXPECT_EQ(posts("/h/" + before, "c").status, 404);
  EXPECT_EQ(posts("/h/" + after, "d").status, 200);
}

TEST_F(WebhookIngress, AsksForAllProofsOfAHook) {
  const std::string token = make("ci", [](Hook& hook) {
    hook.proof.bearer = Secret<std::string>{"let me in"};
    hook.proof.addresses = {"192.0.2.0/24"};
    hook.proof.signature = "github";
    hook.proof.secrets = {Secret<std::string>{"It's a Secret to Everybody"}};
  });
  Listener& alice = comes("alice@test");
  const std::string body = "Hello, World!";
  const std::string signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
  net::HttpFields good{{"Authorization", "Bearer let me in"}, {"X-Hub-Signature-256", signature}};
  EXPECT_EQ(posts("/h/" + token, body, good).status, 200);
  EXPECT_EQ(posts("/h/" + token, body, {{"X-Hub-Signature-256", signature}}).status, 401);
  EXPECT_EQ(posts("/h/" + token, body, {{"Authorization", "Bearer let me in"}}).status, 401);
  EXPECT_EQ(posts("/h/" + token, body + '!', good).status, 401);
  caller = "198.51.100.1";
  const auto elsewhere = posts("/h/" + token, body, good);
  EXPECT_EQ(elsewhere.status, 403);
  EXPECT_EQ(elsewhere.body.find("address"), std::string::npos) << "no word of what was wrong";
  EXPECT_EQ(alice.texts(), Texts{"Hello, World!"});
  EXPECT_EQ(hub->feed("ci")->log().entries().size(), 5U);
}

TEST_F(WebhookIngress, SaysADeliveryOnce) {
  const std::string token = make("ci");
  Listener& alice = comes("alice@test");
  const net::HttpFields id{{"Idempotency-Key", "7"}};
  EXPECT_EQ(posts("/h/" + token, "once", id).status, 200);
  const auto again = posts("/h/" + token, "once", id);
  EXPECT_EQ(again.status, 200);
  EXPECT_NE(again.body.find("\"duplicate\":true"), std::string::npos);
  EXPECT_EQ(posts("/h/" + token, "other", id).status, 409);
  EXPECT_EQ(alice.texts(), Texts{"once"});
  restart();
  Listener& later = comes("alice@test");
  EXPECT_EQ(posts("/h/" + token, "once", id).status, 200);
  EXPECT_EQ(later.texts(), Texts{});
}

// Reliability input 31: the same bytes, an hour later.
TEST_F(WebhookIngress, KnowsWhatIsReplayedAnHourLater) {
  const Secret<std::string> secret{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"};
  Listener& alice = comes("alice@test");
  const auto replays = [&](const char* name, const char* scheme) {
    const std::string token = make(name, [&](Hook& hook) {
      hook.proof.signature = scheme;
      hook.proof.secrets = {secret};
    });
    net::HttpFields fields;
    for (auto& [field, value] : sign(*read_scheme(scheme), "msg_1", "green", {secret}, clock.utc())) {
      fields.set(field, value);
    }
    if (std::string{scheme} == "github") fields.set("X-GitHub-Delivery", "72d3162e-cc78-11e3-81ab-4c9367dc0958");
    EXPECT_EQ(posts("/h/" + token, "green", fields).status, 200) << scheme;
    advance(1h);
    return posts("/h/" + token, "green", fields);
  };
  EXPECT_EQ(replays("one", "standard").status, 401);
  EXPECT_EQ(replays("two", "slack").status, 401);
  const auto again = replays("three", "github");
  EXPECT_EQ(again.status, 200);
  EXPECT_NE(again.body.find("\"duplicate\":true"), std::string::npos) << again.body;
  EXPECT_EQ(alice.texts(), (Texts{"green", "green", "green"})) << "each once";
}

TEST_F(WebhookIngress, OverTheRateIsToldTogether) {
  const std::string token = make("ci");
  Listener& alice = comes("alice@test");
  for (int i = 0; i < 33; ++i) EXPECT_EQ(posts("/h/" + token, "line " + std::to_string(i)).status, 200);
  EXPECT_EQ(alice.texts().size(), 30U);
  restart();  // it forgets nothing
  Listener& later = comes("alice@test");
  advance(60s);
  ASSERT_EQ(later.texts().size(), 1U);
  EXPECT_TRUE(later.texts().front().starts_with("+3 more in ")) << later.texts().front();
  EXPECT_NE(later.texts().front().find("- line 32"), std::string::npos);
}

TEST_F(WebhookIngress, OverTheRateMayBeRefusedInTheSendersTerms) {
  const std::string token = make("ci", [](Hook& hook) { hook.over = Hook::Over::reject; });
  for (int i = 0; i < 30; ++i) posts("/h/" + token, "x");
  const auto refused = posts("/h/" + token, "x");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.fields.get("Retry-After"), "1");
  EXPECT_EQ(posts("/h/" + token, "x", {{"User-Agent", "Alertmanager/0.25"}}).status, 503);
  advance(2s);
  EXPECT_EQ(posts("/h/" + token, "x").status, 200);
}

TEST_F(WebhookIngress, RefusesWhatIsTooLarge) {
  const std::string token = make("ci");
  EXPECT_EQ(posts("/h/" + token, std::string(256 * 1024 + 1, 'a')).status, 413);
  EXPECT_EQ(posts("/h/" + token, "x", {{"Content-Encoding", "br"}}).status, 415);
  EXPECT_EQ(posts("/h/" + token, "x", {{"Content-Encoding", "gzip"}}).status, 400);
  EXPECT_EQ(posts("/h/" + token, "{", {{"Content-Type", "application/json"}}).status, 400);
}

TEST_F(WebhookIngress, KeepsWhatComesToAMutedHook) {
  const std::string token = make("ci", [this](Hook& hook) { hook.muted_until = clock.utc() + 2h; });
  Listener& alice = comes("alice@test");
  EXPECT_EQ(posts("/h/" + token, "quiet").status, 200);
  EXPECT_EQ(alice.texts(), Texts{});
  EXPECT_EQ(hub->feed("ci")->log().entries().back().unsaid.front().content.text, "quiet");
  advance(2h);
  posts("/h/" + token, "loud");
  EXPECT_EQ(alice.texts(), Texts{"loud"});
}

TEST_F(WebhookIngress, PutsFilesWherePeopleCanReadThem) {
  const std::string token = make("ci");
  Listener& alice = comes("alice@test");
  uploader.there = false;
  const std::string body =
      "--b\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nthe log\r\n"
      "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"log.txt\"\r\nContent-Type: text/plain\r\n\r\n"
      "all of it\r\n--b--\r\n";
  EXPECT_EQ(posts("/h/" + token, body, {{"Content-Type", "multipart/form-data; boundary=b"}}).status, 200);
  const auto said = alice.all<chat::MessageReceived>();
  ASSERT_EQ(said.size(), 1U);
  ASSERT_EQ(said.front().content.attachments.size(), 1U);
  EXPECT_TRUE(said.front().content.attachments.front().url.starts_with("https://gateway.test/media/hook.test/"));
  EXPECT_EQ(store->bytes_of("alice@test"), 9U);
}

}  // namespace
}  // namespace dragoman::backends::webhook
