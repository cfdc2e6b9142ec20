#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "backends/webhook/format.hpp"

namespace dragoman::backends::webhook {

/// Whose answers a caller understands.
enum class Dialect { plain, slack, mattermost, discord };

/// What the path of a request to a hook says.
struct IngressPath {
  std::string token;  ///< as it stands there
  Dialect dialect = Dialect::plain;
  std::optional<Format> forced{};  ///< by a word behind the token
  std::string rest{};              ///< that word, or one that says nothing to us
};

/// Reads a path below one of the routes:
///
///     /h/<token>[/<format>]                                   ours; `own` is "/h/" unless configured otherwise
///     /services/<any>/<any>/<token>                           Slack
///     /hooks/<token>                                          Mattermost
///     /api/webhooks/<any>/<token>[/slack|/github]             Discord
///
/// Nothing: it is none of these, or names a format that is none. The token is not looked at.
std::optional<IngressPath> read_ingress_path(std::string_view path, std::string_view own);

/// Where the aliases begin.
inline constexpr std::string_view alias_paths[] = {"/services/", "/hooks/", "/api/webhooks/"};

}  // namespace dragoman::backends::webhook
