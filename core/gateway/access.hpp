#pragma once

#include "gateway/context.hpp"
#include "xmpp/jid.hpp"

namespace dragoman::gateway {

/// Whether this person may use the gateway: their domain or bare JID is in `allow` (or "*" is), or admins allow it; and
/// they are neither banned nor disabled. Admins always may.
bool may_use(const Context& context, const xmpp::Jid& person);
/// As far as the configuration says it: `allow` and `admins`.
bool is_allowed(const Policy& policy, const xmpp::Jid& person);
bool is_admin(const Policy& policy, const xmpp::Jid& person);
/// What somebody who may not is told: why, until when, who may, and whom to ask.
std::string refusal(const Context& context, const xmpp::Jid& person);
/// Ends what those do here who may not use the gateway any more, and tells them why. After every change of the lists.
void enforce_access(const Context& context);
/// " Ask admin@example.org about it."; empty: nobody is named.
std::string ask_whom(const Context& context, const std::string& what = "about it");

}  // namespace dragoman::gateway
