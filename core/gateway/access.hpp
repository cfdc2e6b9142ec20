#pragma once

#include "gateway/context.hpp"
#include "xmpp/jid.hpp"

namespace dragoman::gateway {

/// Whether this person may use the gateway: their domain or bare JID is in `allow` (or "*" is), or admins allow it; and
/// admins have neither blocked nor disabled them. Admins always may.
bool may_use(const Context& context, const xmpp::Jid& person);
/// As far as the configuration says it: `allow` and `admins`.
bool is_allowed(const Policy& policy, const xmpp::Jid& person);
bool is_admin(const Policy& policy, const xmpp::Jid& person);
/// What somebody who may not is told: who may, and whom to ask.
std::string refusal(const Context& context, const xmpp::Jid& person);

}  // namespace dragoman::gateway
