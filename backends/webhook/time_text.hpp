#pragma once

#include <string>

#include "base/clock.hpp"

namespace dragoman::backends::webhook {

/// "2026-11-28 19:45:10", in UTC.
std::string time_text(Timestamp time);

/// As settings write it: "90s", "30m", "24h"; in whole seconds.
std::string short_duration(Duration duration);

}  // namespace dragoman::backends::webhook
