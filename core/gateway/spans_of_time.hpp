#pragma once

#include <string>

#include "base/clock.hpp"

namespace dragoman::gateway {

/// How long something has lasted or will, for people: "90 s", "5 min", "3 h"; what is left of a unit is cut off.
std::string duration_text(Duration duration);

}  // namespace dragoman::gateway
