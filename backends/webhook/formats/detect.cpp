#include <algorithm>
#include <string>

#include "backends/json.hpp"
#include "backends/webhook/formats/fields.hpp"
#include "backends/webhook/formats/formats.hpp"
#include "base/text.hpp"

namespace dragoman::backends::webhook::formats {

namespace {

using nlohmann::json;

bool has_any(const json& value, std::initializer_list<std::string_view> names) {
  return std::any_of(names.begin(), names.end(), [&value](std::string_view name) { return has(value, name); });
}
bool has_all(const json& value, std::initializer_list<std::string_view> names) {
  return std::all_of(names.begin(), names.end(),
                     [&value](std::string_view name) { return find_member(value, name) != nullptr; });
}

/// Forgejo and Gitea also send GitHub's headers, and Gitea's forks Gitea's: the last to have come stands first.
std::optional<Format> by_header(const Request& request) {
  struct Sign {
    const char* header;
    Format format;
  };
  static constexpr Sign signs[] = {
      {"x-forgejo-event", Format::forgejo},    {"x-gitea-event", Format::forgejo},
      {"x-gogs-event", Format::forgejo},       {"x-github-event", Format::github},
      {"x-gitlab-event", Format::gitlab},      {"sentry-hook-resource", Format::sentry},
      {"ce-specversion", Format::cloudevents},
  };
  for (const Sign& each : signs) {
    if (request.headers.contains(each.header)) return each.format;
  }
  if (request.content_type == "application/cloudevents+json" ||
      request.content_type == "application/cloudevents-batch+json") {
    return Format::cloudevents;
  }
  return std::nullopt;
}

bool has_ntfy_header(const Request& request) {
  static constexpr const char* names[] = {"title",   "x-title",   "priority", "x-priority", "tags",     "x-tags",
                                          "click",   "x-click",   "message",  "x-message",  "attach",   "x-attach",
                                          "actions", "x-actions", "markdown", "x-markdown", "filename", "x-filename"};
  return std::any_of(std::begin(names), std::end(names),
                     [&request](const char* name) { return request.headers.contains(name); });
}

bool is_check(const json& value) {
  const std::string status = text::ascii_lower(text_in(value, "status"));
  const bool is_status =
      status == "up" || status == "down" || status == "grace" || status == "new" || status == "paused";
  return is_status && (has_text(value, "name") || has_text(value, "check")) &&
         !has_any(value, {"text", "message", "body", "content", "msg"});
}

bool is_slack(const json& value) {
  if (has_any(value, {"blocks", "channel", "icon_emoji", "icon_url", "mrkdwn", "unfurl_links", "unfurl_media",
                      "link_names", "thread_ts"})) {
    return has_any(value, {"text", "blocks", "attachments"});
  }
  const json& attached = list_in(value, "attachments");
  return !attached.empty() && !has_any(attached.front(), {"base64", "filename", "type"}) &&
         has_any(attached.front(), {"fallback", "text", "title", "fields", "color", "pretext", "blocks", "image_url"});
}

Format object_shape(const json& value, bool is_multipart) {
  if (has_all(value, {"alerts", "groupKey"}) && list_in(value, "alerts").is_array()) {
    const json* first = find_at(value, "alerts[0]");
    const bool grafana =
        has_any(value, {"orgId", "state"}) ||
        (first != nullptr && has_any(*first, {"silenceURL", "dashboardURL", "panelURL", "valueString"}));
    return grafana ? Format::grafana : Format::alertmanager;
  }
  if (has_all(value, {"ruleName", "state"}) && has_any(value, {"ruleUrl", "evalMatches"})) return Format::grafana;
  if (has_all(value, {"heartbeat", "monitor", "msg"})) return Format::uptime_kuma;
  if (has_all(value, {"specversion", "type", "source", "id"})) return Format::cloudevents;
  if (has_text(value, "object_kind") || (has_text(value, "event_name") && has(value, "project_id")))
    return Format::gitlab;
  if (has_all(value, {"action", "data", "installation"}) || has_all(value, {"culprit", "project", "url"})) {
    return Format::sentry;
  }
  if (has_all(value, {"version", "title", "message", "type"})) return Format::apprise;
  if (has_all(value, {"topic", "message"})) return Format::ntfy;
  if (has_any(value, {"embeds", "avatar_url", "tts", "allowed_mentions", "thread_name"}) &&
      has_any(value, {"content", "embeds"})) {
    return Format::discord;
  }
  if (has(value, "props") && has_any(value, {"text", "attachments"})) return Format::mattermost;
  if (is_slack(value)) return Format::slack;
  if (is_check(value)) return Format::healthchecks;
  return is_multipart ? Format::multipart : Format::json;
}

}  // namespace

Format shape_of(const Payload& payload) {
  switch (payload.kind) {
    case Payload::Kind::text:
    case Payload::Kind::markdown:
    case Payload::Kind::html:
      return Format::text;
    case Payload::Kind::file:
      return Format::ntfy;
    case Payload::Kind::xml:
      return payload.text.find("MessageType") != std::string::npos ? Format::apprise : Format::text;
    case Payload::Kind::json:
      return payload.value.is_object() ? object_shape(payload.value, payload.is_multipart) : Format::json;
    case Payload::Kind::in_a_form: {
      const Format format = object_shape(payload.value, payload.is_multipart);
      // `payload=` is Slack's and Mattermost's, payload_json Discord's.
      if (format != Format::json && format != Format::multipart) return format;
      return payload.is_multipart ? Format::discord : Format::slack;
    }
    case Payload::Kind::form: {
      const Format format = object_shape(payload.value, payload.is_multipart);
      if (format == Format::apprise || format == Format::healthchecks) return format;
      return payload.is_multipart ? Format::multipart : Format::form;
    }
  }
  return Format::json;
}

Format detect_format(const Request& request, const Payload& payload) {
  if (const auto format = by_header(request)) return *format;
  const Format shape = shape_of(payload);
  return shape == Format::text && has_ntfy_header(request) ? Format::ntfy : shape;
}

}  // namespace dragoman::backends::webhook::formats
