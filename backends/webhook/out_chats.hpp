#pragma once

#include <string>
#include <string_view>

#include "backends/webhook/happening.hpp"
#include "backends/webhook/hook.hpp"
#include "base/result.hpp"
#include "net/http.hpp"

// What other chat products read, for tell() of out_format.hpp: body and type of the request.

namespace dragoman::backends::webhook {

void add_slack(net::HttpRequest& request, const Outgoing& target, const Happening& happening);
void add_mattermost(net::HttpRequest& request, const Outgoing& target, const Happening& happening);
/// Fault::too_long: over 2,000 characters and what its embeds take.
Result<void> add_discord(net::HttpRequest& request, const Happening& happening);
void add_matterbridge(net::HttpRequest& request, const Happening& happening);
/// Fault::too_long: over 4,096 bytes, which ntfy would make a file of.
Result<void> add_ntfy(net::HttpRequest& request, const Happening& happening);

/// The name of the speaker, for people.
std::string speaker_of(const Happening& happening);
/// As CloudEvents writes header values: percent-encoded where it is not printable ASCII (HTTP binding 3.1.3.2).
std::string cloudevent_value(std::string_view text);
/// "dragoman/0.1.0" of "dragoman 0.1.0".
std::string user_agent_of(std::string software);

}  // namespace dragoman::backends::webhook
