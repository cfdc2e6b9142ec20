#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "backends/webhook/happening.hpp"
#include "backends/webhook/hook.hpp"
#include "base/result.hpp"
#include "net/http.hpp"

namespace dragoman::backends::webhook {

/// What the other side is told in.
enum class OutFormat : std::uint8_t {
  standard,      ///< the envelope of Standard Webhooks, with everything
  cloudevents,   ///< CloudEvents over HTTP, binary mode
  slack,         ///< what an outgoing webhook of Slack sends: a form, its token is slack_token()
  mattermost,    ///< the same of Mattermost
  discord,       ///< what a webhook of Discord takes; each speaker has their name and picture there
  matterbridge,  ///< a message of matterbridge's API
  ntfy,          ///< a notification for a topic of ntfy
  pattern,       ///< "template": whatever the owner has written
};

std::string_view name_of(OutFormat format);
std::optional<OutFormat> out_format_named(std::string_view name);
std::span<const OutFormat> all_out_formats();

/// Whether a format has words for this; what it has none for is not told.
bool can_tell(OutFormat format, const Happening& happening);

/// What each request of ours says of where it comes from.
struct Sender {
  std::string software;   ///< "dragoman 0.1.0"
  std::string instance;   ///< for X-Dragoman-Via
  std::string reply_url;  ///< empty: late answers are not taken
};

/// The request that tells a happening, without what signs it. The same happening is the same bytes each time. Faults:
/// malformed (the address), too_long (the format has no room for it), unacceptable (the template), unsupported (see
/// can_tell).
Result<net::HttpRequest> tell(const Outgoing& target, const Happening& happening, const Sender& sender);
/// Puts what proves it there: of all formats the headers of Standard Webhooks.
void sign_request(net::HttpRequest& request, const Outgoing& target, const std::string& id, Timestamp now);

/// The token in forms of Slack and Mattermost: what their receivers compare. Made of the hook's secret, which it does
/// not tell.
std::string slack_token(const Secret<std::string>& secret);

/// A text in a header: as it is when it is ASCII, else as an encoded word (RFC 2047), which ntfy reads.
std::string header_text(std::string_view text);

}  // namespace dragoman::backends::webhook
