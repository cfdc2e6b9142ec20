#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace dragoman::backends::webhook::formats {

/// ISO 8601 as products write it: "2026-11-20T08:15:30.123Z", "2026-11-20 08:15:30+01:00", a date alone. Without an
/// offset it is UTC. Nothing when it is none, or a year before 1900.
std::optional<Timestamp> read_time(std::string_view text);
/// "2026-11-20 08:15 UTC".
std::string show_time(Timestamp time);
/// The same of what a product wrote; empty when it is no time.
std::string show_time(std::string_view text);
/// Seconds, or milliseconds when they are so many, since 1970; empty when it is no number of those.
std::string from_unix_time(std::string_view digits);
/// "3 h 20 min", "45 s"; whole minutes from an hour on, whole hours from a day on.
std::string show_duration(Duration duration);
/// strftime's %Y %m %d %H %M %S %j %a %b %e %F %T %z %Z %%, in UTC and English; others stay.
std::string format_time(Timestamp time, std::string_view pattern);

}  // namespace dragoman::backends::webhook::formats
