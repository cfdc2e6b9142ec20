#pragma once

#include <cstddef>
#include <string>

#include "base/result.hpp"

namespace dragoman::backends::webhook {

class Hub;

/// Sends again what a hook has given up: "all", or the one of this id. A hook that was disabled is enabled by it. How
/// many it were. Faults: not_found (no such hook, or no such letter), not_allowed (it sends nothing), limited (the
/// queue is full: the rest stays a dead letter).
Result<std::size_t> send_again(Hub& hub, const std::string& hook, const std::string& which);

}  // namespace dragoman::backends::webhook
