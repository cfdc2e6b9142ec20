#pragma once

#include <string>

#include "base/clock.hpp"

namespace dragoman::backends::webhook {

/// "2026-11-28 19:45:10", in UTC.
std::string time_text(Timestamp time);

}  // namespace dragoman::backends::webhook
