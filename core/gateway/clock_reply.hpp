#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "base/clock.hpp"

namespace dragoman::gateway {

/// A clock somewhere else: its time, and how far its zone is from UTC.
struct ClockReading {
  Timestamp utc;
  std::chrono::minutes offset{};
  bool operator==(const ClockReading&) const = default;
};

/// Reads what somebody's client says about its time: IRC has no format for it, every client writes for people. An
/// offset that is not said is what brings the time closest to ours (`now`, in steps of 15 minutes: all zones are);
/// a clock that then is no zone of the earth reads as nothing.
/// Examples: "Fri Nov 20 14:47:12 2026", "Fri, 20 Nov 2026 14:47:12 +0100", "2026-11-20T13:47:12Z".
std::optional<ClockReading> read_clock(std::string_view text, Timestamp now);

}  // namespace dragoman::gateway
