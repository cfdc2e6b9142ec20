#pragma once

#include <string>

#include "gateway/context.hpp"

// What a network asks about people of XMPP who may never have come here.

namespace dragoman::gateway {

/// Whether a person (bare JID) may use the gateway; a domain alone is nobody.
bool is_welcome(const Context& context, const std::string& person);
/// Somebody on the network wants to reach this person, who has no session: they get one, for as long as if they had
/// spoken to somebody there. False: they may not use the gateway.
bool wake(Context& context, const std::string& person);

}  // namespace dragoman::gateway
