#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace dragoman::backends::webhook {

struct Request;

/// What the body of a request is.
enum class Format : std::uint8_t {
  text,
  json,
  slack,
  mattermost,
  discord,
  alertmanager,
  grafana,
  github,
  gitlab,
  forgejo,
  sentry,
  uptime_kuma,
  ntfy,
  apprise,
  healthchecks,
  cloudevents,
  form,       ///< application/x-www-form-urlencoded, its fields read as json
  multipart,  ///< multipart/form-data, its fields read as json, its files attached
};

/// The word in URLs and settings, e.g. "github".
std::string_view name_of(Format format);
/// What a word means; "gitea" and "gogs" are forgejo. Nothing for a word that is none.
std::optional<Format> format_named(std::string_view word);
/// Every format, in the order in which people are shown them.
std::span<const Format> all_formats();

}  // namespace dragoman::backends::webhook
