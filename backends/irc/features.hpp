#pragma once

#include "backends/irc/caps.hpp"
#include "backends/irc/isupport.hpp"
#include "backends/irc/state.hpp"
#include "chat/capabilities.hpp"

namespace dragoman::backends::irc {

/// What IRC can do for its users, with the limits of a server when it has told them.
chat::Capabilities capabilities_of(const Isupport* isupport, const CapSet& caps, const Shared& shared,
                                   const MultilineLimits& multiline = {});

}  // namespace dragoman::backends::irc
