#include "backends/webhook/delivery_id.hpp"

#include <string_view>

#include <nlohmann/json.hpp>

#include "backends/json.hpp"
#include "backends/webhook/digest.hpp"
#include "backends/webhook/request.hpp"
#include "backends/webhook/signature.hpp"

namespace dragoman::backends::webhook {

namespace {

constexpr std::size_t longest_id = 256;

/// As it can be kept: of a stranger's header.
DeliveryId id_of(std::string_view kind, std::string_view value) {
  std::string key{kind};
  key += ':';
  key += value.size() <= longest_id ? std::string{value} : sha256_hex(value);
  return {std::move(key)};
}

std::optional<DeliveryId> from_header(const Request& request, const std::string& name, std::string_view kind) {
  const std::string_view value = request.header(name);
  if (value.empty()) return std::nullopt;
  return id_of(kind, value);
}

std::optional<DeliveryId> standard_id(const Request& request) {
  auto id = from_header(request, "webhook-id", "webhook-id");
  return id ? id : from_header(request, "svix-id", "webhook-id");
}

/// Of a CloudEvent that is a JSON object as a whole. Its body is read here once more, but those are few.
std::optional<std::string> structured_event_id(const std::string& body) {
  JsonLimits limits;
  limits.depth = 64;
  const auto event = parse_json(body, limits);
  if (!event) return std::nullopt;
  const std::string id = text_at(*event, "id");
  if (id.empty()) return std::nullopt;
  return text_at(*event, "source") + ' ' + id;
}

/// Alertmanager and Grafana, whose notifications have Alertmanager's form. Both name themselves.
bool repeats_on_purpose(const Request& request) {
  const std::string_view agent = request.header("user-agent");
  return agent.starts_with("Alertmanager") || agent.starts_with("Grafana") ||
         (request.body.find("\"groupKey\"") != std::string::npos &&
          request.body.find("\"alerts\"") != std::string::npos);
}

}  // namespace

std::optional<DeliveryId> delivery_id(const Request& request, const Scheme* verified) {
  if (verified != nullptr && verified->kind == Scheme::Kind::standard) {
    if (auto id = standard_id(request)) return id;
  }
  if (auto id = from_header(request, "idempotency-key", "idempotency-key")) return id;
  if (auto id = standard_id(request)) return id;
  static constexpr const char* deliveries[] = {"x-github-delivery", "x-forgejo-delivery", "x-gitea-delivery",
                                               "x-gogs-delivery"};
  for (const char* name : deliveries) {
    if (auto id = from_header(request, name, "delivery")) return id;
  }
  if (!request.header("sentry-hook-resource").empty()) {
    if (auto id = from_header(request, "request-id", "sentry")) return id;
  }
  const std::string_view event = request.header("ce-id");
  if (!event.empty()) return id_of("cloudevent", std::string{request.header("ce-source")} + ' ' + std::string{event});
  if (request.content_type == "application/cloudevents+json") {
    if (auto id = structured_event_id(request.body)) return id_of("cloudevent", *id);
  }
  if (repeats_on_purpose(request)) {
    DeliveryId id{"body:" + body_digest(request)};
    id.kept = std::chrono::minutes{1};
    return id;
  }
  return std::nullopt;
}

std::string body_digest(const Request& request) { return sha256_hex(request.body); }

}  // namespace dragoman::backends::webhook
