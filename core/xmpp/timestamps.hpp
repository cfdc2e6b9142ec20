#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace dragoman::xmpp {

/// XEP-0082 DateTime in UTC; milliseconds only when there are some. Examples: "2026-11-20T09:00:00Z",
/// "2026-11-20T09:00:00.250Z".
std::string to_datetime(Timestamp time);
/// Reads any XEP-0082 DateTime: fractions of any length are cut to milliseconds, offsets are applied. Example:
/// "1969-07-21T02:56:15-05:00". Nothing when it is not one, or no date of the calendar.
std::optional<Timestamp> read_datetime(std::string_view text);

/// The older form of XEP-0091 and jabber:iq:time, always UTC: "20020910T23:08:25".
std::string to_legacy_datetime(Timestamp time);
std::optional<Timestamp> read_legacy_datetime(std::string_view text);

}  // namespace dragoman::xmpp
