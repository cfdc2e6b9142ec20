#pragma once

#include "base/random.hpp"
#include "net/loop.hpp"
#include "net/pressure.hpp"

#include <string>

namespace dragoman::backends {

/// What a network may use of the process; all of it outlives the network.
struct Services {
  net::Loop& loop;
  Random& random;
  net::Pressure& pressure;    ///< of the component's output: a link is not read while it is high
  std::string software;       ///< "dragoman 0.1.0", for CTCP VERSION and User-Agent
};

}  // namespace dragoman::backends
