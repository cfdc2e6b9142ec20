#include "backends/webhook/delivery_id.hpp"

#include <gtest/gtest.h>

#include "backends/webhook/request.hpp"
#include "backends/webhook/signature.hpp"

namespace dragoman::backends::webhook {
namespace {

std::string key_of(std::map<std::string, std::string> headers, std::string body = "{}", std::string type = {}) {
  Request request;
  request.headers = std::move(headers);
  request.body = std::move(body);
  request.content_type = std::move(type);
  const auto id = delivery_id(request);
  return id ? id->key : "";
}

TEST(WebhookDeliveryId, IsTheFirstThatTheRequestNames) {
  EXPECT_EQ(key_of({{"idempotency-key", "a"}, {"webhook-id", "b"}}), "idempotency-key:a");
  EXPECT_EQ(key_of({{"webhook-id", "b"}, {"x-github-delivery", "c"}}), "webhook-id:b");
  EXPECT_EQ(key_of({{"svix-id", "b"}}), "webhook-id:b");
  EXPECT_EQ(key_of({{"x-github-delivery", "c"}}), "delivery:c");
  EXPECT_EQ(key_of({{"x-forgejo-delivery", "c"}, {"x-gitea-delivery", "d"}}), "delivery:c");
  EXPECT_EQ(key_of({{"x-gitea-delivery", "d"}}), "delivery:d");
  EXPECT_EQ(key_of({{"sentry-hook-resource", "issue"}, {"request-id", "e"}}), "sentry:e");
  EXPECT_EQ(key_of({{"ce-id", "f"}, {"ce-source", "/here"}}), "cloudevent:/here f");
  EXPECT_EQ(key_of({}, R"({"id":"f","source":"/here"})", "application/cloudevents+json"), "cloudevent:/here f");
}

TEST(WebhookDeliveryId, OthersHaveNone) {
  EXPECT_EQ(key_of({}), "");
  EXPECT_EQ(key_of({{"x-gitlab-event-uuid", "shared by the hooks of an event"}}), "");
  EXPECT_EQ(key_of({{"request-id", "of any proxy"}}), "");
}

TEST(WebhookDeliveryId, WhatIsSaidAgainOnPurposeIsOneForAMinuteOnly) {
  Request request;
  request.headers = {{"user-agent", "Alertmanager/0.25.0"}};
  request.body = R"({"version":"4"})";
  const auto id = delivery_id(request);
  ASSERT_TRUE(id.has_value());
  EXPECT_EQ(id->kept, std::chrono::minutes{1});
  Request other = request;
  other.body = R"({"version":"4","status":"resolved"})";
  EXPECT_NE(delivery_id(other)->key, id->key);
}

TEST(WebhookDeliveryId, WhatIsSignedGoesBeforeWhatAStrangerMayAdd) {
  Request request;
  request.headers = {{"idempotency-key", "added by who repeats it"}, {"webhook-id", "msg_1"}};
  const Scheme standard;
  EXPECT_EQ(delivery_id(request, &standard)->key, "webhook-id:msg_1");
}

TEST(WebhookDeliveryId, IsKeptShort) {
  EXPECT_LT(key_of({{"idempotency-key", std::string(100'000, 'x')}}).size(), 100u);
}

}  // namespace
}  // namespace dragoman::backends::webhook
