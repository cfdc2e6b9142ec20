#include "backends/webhook/signature.hpp"

#include <gtest/gtest.h>

#include "backends/webhook/request.hpp"
#include "base/text.hpp"
#include "support/fixed_random.hpp"

namespace dragoman::backends::webhook {
namespace {

using std::chrono::seconds;

Timestamp at(std::int64_t time) { return Timestamp{seconds{time}}; }

std::vector<Secret<std::string>> keys(std::initializer_list<const char*> texts) {
  std::vector<Secret<std::string>> secrets;
  for (const char* text : texts) secrets.emplace_back(std::string{text});
  return secrets;
}

Request request_of(std::string body, std::map<std::string, std::string> headers) {
  Request request;
  request.body = std::move(body);
  request.headers = std::move(headers);
  return request;
}

bool proved(const char* scheme, const Request& request, const std::vector<Secret<std::string>>& secrets,
            std::int64_t now = 1'700'000'000) {
  const auto read = read_scheme(scheme);
  EXPECT_TRUE(read.has_value()) << scheme;
  return verify(*read, request, secrets, at(now)).has_value();
}

// The example of the specification and of all its libraries.
constexpr const char* standard_key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr std::int64_t standard_time = 1614265330;
Request standard_request(std::string signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=") {
  return request_of(R"({"test": 2432232314})", {{"webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"},
                                                {"webhook-timestamp", "1614265330"},
                                                {"webhook-signature", std::move(signature)}});
}

TEST(WebhookSignature, StandardTakesTheKnownAnswer) {
  EXPECT_TRUE(proved("standard", standard_request(), keys({standard_key}), standard_time));
  EXPECT_FALSE(proved("standard", standard_request(), keys({"whsec_AAAA"}), standard_time));
  EXPECT_FALSE(proved("standard", standard_request(), {}, standard_time));
  EXPECT_FALSE(proved("standard", standard_request(), keys({""}), standard_time));
}

TEST(WebhookSignature, StandardTakesAnyOfSeveralSignaturesAndSecrets) {
  const auto several = standard_request(
      "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= v2,xyz v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  EXPECT_TRUE(proved("standard", several, keys({"whsec_AAAA", standard_key}), standard_time));
  EXPECT_FALSE(proved("standard", several, keys({"whsec_AAAA"}), standard_time));
}

TEST(WebhookSignature, StandardSignsIdAndTimeAndBody) {
  for (const char* name : {"webhook-id", "webhook-timestamp", "webhook-signature"}) {
    Request changed = standard_request();
    changed.headers[name].back() ^= 1;
    EXPECT_FALSE(proved("standard", changed, keys({standard_key}), standard_time)) << name;
    changed.headers.erase(name);
    EXPECT_FALSE(proved("standard", changed, keys({standard_key}), standard_time)) << name;
  }
  Request changed = standard_request();
  changed.body += ' ';
  EXPECT_FALSE(proved("standard", changed, keys({standard_key}), standard_time));
}

TEST(WebhookSignature, StandardHasTheNamesOfSvixToo) {
  Request request = standard_request();
  for (const char* name : {"id", "timestamp", "signature"}) {
    request.headers[std::string{"svix-"} + name] = request.headers[std::string{"webhook-"} + name];
    request.headers.erase(std::string{"webhook-"} + name);
  }
  EXPECT_TRUE(proved("standard", request, keys({standard_key}), standard_time));
}

TEST(WebhookSignature, WhatWasSignedMoreThanFiveMinutesAgoIsRefused) {
  EXPECT_TRUE(proved("standard", standard_request(), keys({standard_key}), standard_time + 300));
  EXPECT_FALSE(proved("standard", standard_request(), keys({standard_key}), standard_time + 301));
  EXPECT_TRUE(proved("standard", standard_request(), keys({standard_key}), standard_time - 300));
  EXPECT_FALSE(proved("standard", standard_request(), keys({standard_key}), standard_time - 301));
}

TEST(WebhookSignature, TheBodyIsTakenAsItWasSent) {
  Request request = standard_request();
  request.packed = request.body;
  request.body = "inflated";
  EXPECT_TRUE(proved("standard", request, keys({standard_key}), standard_time));
}

TEST(WebhookSignature, Ed25519TakesTheKnownAnswer) {
  // RFC 8032 7.1, test 3.
  std::string seed, text_signed;
  const std::string hex = "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7";
  for (std::size_t i = 0; i < hex.size(); i += 2) seed += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  const std::string signature = ed25519_sign(seed, "\xaf\x82");
  EXPECT_EQ(text::to_hex(signature),
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
            "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a");
}

TEST(WebhookSignature, StandardTakesSignaturesOfAPublicKey) {
  const std::string seed(32, 'k');
  const auto secret_key = Secret<std::string>{"whsk_" + text::to_base64(seed)};
  Request request = standard_request();
  for (const auto& [name, value] : sign(Scheme{}, "msg_1", request.body, {secret_key}, at(standard_time))) {
    request.headers[name] = value;
  }
  EXPECT_TRUE(request.headers["webhook-signature"].starts_with("v1a,"));
  // The public key of this seed, by openssl pkey.
  const char* public_key = "whpk_gyClGXfYw4yopJJ8Zw31gh5El2GUXhXp77JqFQnSMOo=";
  const bool taken = proved("standard", request, keys({public_key}), standard_time);
  request.body += ' ';
  EXPECT_FALSE(proved("standard", request, keys({public_key}), standard_time));
  EXPECT_TRUE(taken);
}

TEST(WebhookSignature, GitHubTakesTheKnownAnswer) {
  const char* key = "It's a Secret to Everybody";
  const std::string good = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
  EXPECT_TRUE(proved("github", request_of("Hello, World!", {{"x-hub-signature-256", good}}), keys({key})));
  EXPECT_TRUE(proved("github", request_of("Hello, World!", {{"x-hub-signature-256", "sha256=00, " + good}}),
                     keys({"another", key})));
  EXPECT_FALSE(proved("github", request_of("Hello, World?", {{"x-hub-signature-256", good}}), keys({key})));
  EXPECT_FALSE(proved("github", request_of("Hello, World!", {{"x-hub-signature-256", good.substr(7)}}), keys({key})));
  EXPECT_FALSE(proved("github", request_of("Hello, World!", {}), keys({key})));
}

TEST(WebhookSignature, TheOldSignatureOfGitHubIsTakenOnlyWhereItIsChosen) {
  const std::string fox = "The quick brown fox jumps over the lazy dog";
  const std::string good = "sha1=de7c9b85b8b78aa6bc8a7a36f70a90701c9db4d9";
  EXPECT_FALSE(proved("github", request_of(fox, {{"x-hub-signature", good}}), keys({"key"})));
  EXPECT_TRUE(proved("github sha1", request_of(fox, {{"x-hub-signature", good}}), keys({"key"})));
  EXPECT_FALSE(proved("github sha1", request_of(fox, {{"x-hub-signature", good}, {"x-hub-signature-256", "sha256=0"}}),
                      keys({"key"})));
}

TEST(WebhookSignature, SlackTakesTheKnownAnswer) {
  const Request request = request_of(
      "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name="
      "foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks"
      ".slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121."
      "803a0bc887a14d10d2c447fce8b6703c",
      {{"x-slack-request-timestamp", "1531420618"},
       {"x-slack-signature", "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"}});
  EXPECT_TRUE(proved("slack", request, keys({"8f742231b10e8888abcd99yyyzzz85a5"}), 1531420618));
  EXPECT_FALSE(proved("slack", request, keys({"8f742231b10e8888abcd99yyyzzz85a5"}), 1531420618 + 301));
  EXPECT_FALSE(proved("slack", request, keys({"8f742231b10e8888abcd99yyyzzz85a6"}), 1531420618));
}

// RFC 4231, test case 2.
constexpr const char* jefe = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
constexpr const char* jefe_says = "what do ya want for nothing?";

TEST(WebhookSignature, ForgejoTakesTheFirstOfItsHeaders) {
  EXPECT_TRUE(proved("forgejo", request_of(jefe_says, {{"x-forgejo-signature", jefe}}), keys({"Jefe"})));
  EXPECT_TRUE(proved("forgejo", request_of(jefe_says, {{"x-gitea-signature", jefe}}), keys({"Jefe"})));
  EXPECT_TRUE(proved("forgejo", request_of(jefe_says, {{"x-gogs-signature", jefe}}), keys({"Jefe"})));
  EXPECT_FALSE(proved("forgejo", request_of(jefe_says, {{"x-forgejo-signature", "00"}, {"x-gitea-signature", jefe}}),
                      keys({"Jefe"})));
}

TEST(WebhookSignature, GitLabSendsTheSecretItselfOrSigns) {
  EXPECT_TRUE(proved("gitlab-token", request_of("{}", {{"x-gitlab-token", "open sesame"}}), keys({"open sesame"})));
  EXPECT_FALSE(proved("gitlab-token", request_of("{}", {{"x-gitlab-token", "open sesam"}}), keys({"open sesame"})));
  EXPECT_FALSE(proved("gitlab-token", request_of("{}", {}), keys({"open sesame"})));
  EXPECT_TRUE(proved("gitlab-token", standard_request(), keys({standard_key}), standard_time));
  Request wrong = standard_request("v1,AAAA");
  wrong.headers["x-gitlab-token"] = standard_key;
  EXPECT_FALSE(proved("gitlab-token", wrong, keys({standard_key}), standard_time));
}

TEST(WebhookSignature, SentryAndGrafanaSignTheBodyInHexadecimal) {
  EXPECT_TRUE(proved("sentry", request_of(jefe_says, {{"sentry-hook-signature", jefe}}), keys({"Jefe"})));
  EXPECT_FALSE(proved("sentry", request_of(jefe_says, {{"sentry-hook-signature", jefe}}), keys({"Jeff"})));
  EXPECT_TRUE(proved("grafana", request_of(jefe_says, {{"x-grafana-alerting-signature", jefe}}), keys({"Jefe"})));
  // By Python's hmac, over "1531420618:body".
  const Request timed = request_of(
      "body",
      {{"x-mine", "d9232d8136d6ca9f137be20b106349b43d95b4e6d02813a4669765edbe6abeea"}, {"x-time", "1531420618"}});
  EXPECT_TRUE(proved("grafana header=X-Mine timestamp=X-Time", timed, keys({"secret"}), 1531420618));
  EXPECT_FALSE(proved("grafana header=X-Mine timestamp=X-Time", timed, keys({"secret"}), 1531421618));
}

TEST(WebhookSignature, GenericTakesWhatItIsTold) {
  // By Python's hmac.
  const Request good = request_of(
      "body", {{"x-sig", "v1:fBskRpKKjBIalM4LSeAWnftkwinZ3G4B6EyOora5B74vWHz71MUQJICRg/wqmBye/x5HcolVhFfpXhBkkpN7Mg=="},
               {"x-ts", "1531420618"}});
  Request wrong = good;
  wrong.body = "Body";
  const char* scheme = "generic-hmac header=X-Sig prefix=v1: hash=sha512 encoding=base64 timestamp=X-Ts joiner=.";
  EXPECT_TRUE(proved(scheme, good, keys({"key"}), 1531420618));
  EXPECT_FALSE(proved(scheme, wrong, keys({"key"}), 1531420618));
  EXPECT_FALSE(proved(scheme, good, keys({"key"}), 1531420618 + 301));
}

TEST(WebhookSignature, WhatIsSignedHereIsProvedThere) {
  const std::vector<Secret<std::string>> two = keys({"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_AAECAwQF"});
  for (const char* text :
       {"standard", "github", "github sha1", "slack", "forgejo", "gitlab-token", "sentry", "grafana",
        "grafana timestamp=x-time", "generic-hmac header=x-sig prefix=a= hash=sha1 encoding=base64"}) {
    const auto scheme = read_scheme(text);
    ASSERT_TRUE(scheme.has_value()) << text;
    Request request = request_of("{}", {});
    for (const auto& [name, value] : sign(*scheme, "msg_1", request.body, two, at(1'700'000'000))) {
      request.headers[text::ascii_lower(name)] = value;
    }
    EXPECT_TRUE(verify(*scheme, request, two, at(1'700'000'000)).has_value()) << text;
    EXPECT_FALSE(verify(*scheme, request, keys({"whsec_BBBB"}), at(1'700'000'000)).has_value()) << text;
  }
}

TEST(WebhookSignature, DuringARotationEachSecretSigns) {
  const auto both = sign(Scheme{}, "msg_p5jXN8AQM9LWM0D4loKWxJek", R"({"test": 2432232314})",
                         keys({"whsec_AAECAwQF", standard_key}), at(standard_time));
  ASSERT_EQ(both.size(), 3u);
  EXPECT_EQ(both[2].first, "webhook-signature");
  EXPECT_TRUE(both[2].second.ends_with(" v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")) << both[2].second;
}

TEST(WebhookSignature, NothingOfASecretStandsInAnError) {
  const auto refused = verify(Scheme{}, standard_request(), keys({"whsec_Y2FuYXJ5"}), at(standard_time));
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().fault, Fault::unauthorized);
  EXPECT_EQ(refused.error().text, "the webhook-signature is by another secret");
}

TEST(WebhookScheme, IsReadAndWrittenAlike) {
  for (const char* text : {"standard", "github", "github sha1", "slack", "forgejo", "gitlab-token", "sentry", "grafana",
                           "grafana header=x-mine timestamp=x-time",
                           "generic-hmac header=x-sig prefix=a= hash=sha512 encoding=base64 timestamp=x-ts joiner=."}) {
    const auto scheme = read_scheme(text);
    ASSERT_TRUE(scheme.has_value()) << text;
    EXPECT_EQ(to_string(*scheme), text);
  }
}

TEST(WebhookScheme, SaysWhatIsWrong) {
  for (const char* text : {"", "md5", "generic-hmac", "github header=x", "generic-hmac header=a:b",
                           "generic-hmac header=a hash=md5", "generic-hmac header=a encoding=rot13", "slack sha1"}) {
    EXPECT_FALSE(read_scheme(text).has_value()) << text;
  }
}

TEST(WebhookSecret, IsMadeAsStandardWebhooksWant) {
  test::FixedRandom random;
  const auto secret = make_secret(random);
  EXPECT_TRUE(secret.reveal().starts_with("whsec_"));
  EXPECT_EQ(secret.reveal().size(), 6u + 44u);
  EXPECT_TRUE(check_secret(Scheme{}, secret).has_value());
  EXPECT_FALSE(check_secret(Scheme{}, Secret<std::string>{"hunter2"}).has_value());
  EXPECT_FALSE(check_secret(Scheme{}, Secret<std::string>{"whsec_AA"}).has_value());
  EXPECT_FALSE(check_secret(Scheme{}, Secret<std::string>{"whsec_!"}).has_value());
}

}  // namespace
}  // namespace dragoman::backends::webhook
