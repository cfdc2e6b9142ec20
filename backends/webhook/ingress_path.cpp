#include "backends/webhook/ingress_path.hpp"

#include <vector>

#include "base/text.hpp"

namespace dragoman::backends::webhook {

namespace {

/// The token and at most one word behind it.
std::optional<IngressPath> with_word(const std::vector<std::string_view>& parts, std::size_t token, Dialect dialect,
                                     std::optional<Format> usual) {
  if (parts.size() <= token || parts[token].empty() || parts.size() > token + 2) return std::nullopt;
  IngressPath found;
  found.token = parts[token];
  found.dialect = dialect;
  found.forced = usual;
  if (parts.size() == token + 1 || parts[token + 1].empty()) return found;
  found.rest = parts[token + 1];
  found.forced = format_named(found.rest);
  if (!found.forced) return std::nullopt;
  if (dialect == Dialect::discord) found.dialect = found.rest == "slack" ? Dialect::slack : Dialect::plain;
  if (dialect == Dialect::plain && *found.forced == Format::slack) found.dialect = Dialect::slack;
  if (dialect == Dialect::plain && *found.forced == Format::mattermost) found.dialect = Dialect::mattermost;
  if (dialect == Dialect::plain && *found.forced == Format::discord) found.dialect = Dialect::discord;
  return found;
}

std::vector<std::string_view> parts_behind(std::string_view path, std::string_view begin) {
  return text::split(path.substr(begin.size()), '/');
}

}  // namespace

std::optional<IngressPath> read_ingress_path(std::string_view path, std::string_view own) {
  if (path.starts_with(own)) return with_word(parts_behind(path, own), 0, Dialect::plain, std::nullopt);
  const auto& [services, hooks, webhooks] = alias_paths;
  if (path.starts_with(services)) return with_word(parts_behind(path, services), 2, Dialect::slack, Format::slack);
  if (path.starts_with(hooks)) return with_word(parts_behind(path, hooks), 0, Dialect::mattermost, Format::mattermost);
  if (path.starts_with(webhooks)) return with_word(parts_behind(path, webhooks), 1, Dialect::discord, Format::discord);
  return std::nullopt;
}

}  // namespace dragoman::backends::webhook
