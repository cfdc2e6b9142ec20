#include "backends/webhook/format.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace dragoman::backends::webhook {

namespace {

constexpr Format every_format[] = {
    Format::text,    Format::json,    Format::slack,        Format::mattermost,  Format::discord, Format::alertmanager,
    Format::grafana, Format::github,  Format::gitlab,       Format::forgejo,     Format::sentry,  Format::uptime_kuma,
    Format::ntfy,    Format::apprise, Format::healthchecks, Format::cloudevents, Format::form,    Format::multipart,
};

}  // namespace

std::string_view name_of(Format format) {
  switch (format) {
    case Format::text:
      return "text";
    case Format::json:
      return "json";
    case Format::slack:
      return "slack";
    case Format::mattermost:
      return "mattermost";
    case Format::discord:
      return "discord";
    case Format::alertmanager:
      return "alertmanager";
    case Format::grafana:
      return "grafana";
    case Format::github:
      return "github";
    case Format::gitlab:
      return "gitlab";
    case Format::forgejo:
      return "forgejo";
    case Format::sentry:
      return "sentry";
    case Format::uptime_kuma:
      return "uptimekuma";
    case Format::ntfy:
      return "ntfy";
    case Format::apprise:
      return "apprise";
    case Format::healthchecks:
      return "healthchecks";
    case Format::cloudevents:
      return "cloudevents";
    case Format::form:
      return "form";
    case Format::multipart:
      return "multipart";
  }
  return {};
}

std::optional<Format> format_named(std::string_view word) {
  const std::string name = text::ascii_lower(text::trim(word));
  if (name == "gitea" || name == "gogs") return Format::forgejo;
  if (name == "uptime_kuma" || name == "uptime-kuma") return Format::uptime_kuma;
  if (name == "rocketchat") return Format::slack;
  const auto* const found = std::find_if(std::begin(every_format), std::end(every_format),
                                         [&name](Format each) { return name_of(each) == name; });
  return found == std::end(every_format) ? std::nullopt : std::optional{*found};
}

std::span<const Format> all_formats() { return every_format; }

}  // namespace dragoman::backends::webhook
