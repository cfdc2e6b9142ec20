#pragma once

#include <optional>
#include <string>

#include "base/clock.hpp"

namespace dragoman::backends::webhook {

struct Request;
struct Scheme;

/// What makes two requests one delivery: of the same key within this time the second is answered as the first was.
struct DeliveryId {
  std::string key;
  Duration kept = std::chrono::hours{24};
  bool operator==(const DeliveryId&) const = default;
};

/// The first of: Idempotency-Key, webhook-id (svix-id), X-GitHub-Delivery, X-Forgejo-Delivery, X-Gitea-Delivery,
/// X-Gogs-Delivery, Request-ID (of Sentry alone), the id and source of a CloudEvent. What Alertmanager and Grafana send
/// has none, and they say the same again on purpose: there only equal bodies within a minute are one. Nothing: every
/// request is a new one. (GitLab's X-Gitlab-Event-UUID is that of an event, which several hooks hear of.)
///
/// `verified`: the scheme that the request has proved itself by; what that signs goes first, because a stranger who
/// repeats the request can add other headers.
std::optional<DeliveryId> delivery_id(const Request& request, const Scheme* verified = nullptr);

/// Of the body, to tell a repetition from another request with the same id (409).
std::string body_digest(const Request& request);

}  // namespace dragoman::backends::webhook
