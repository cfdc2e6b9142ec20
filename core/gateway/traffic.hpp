#pragma once

#include <cstdint>

#include "base/histogram.hpp"

namespace dragoman::gateway {

/// What went through one gateway since it was started.
struct Traffic {
  std::uint64_t accepted = 0;               ///< messages of people for the network
  std::uint64_t delivered = 0;              ///< that the network has taken
  std::uint64_t returned = 0;               ///< that came back to who sent them
  std::uint64_t ready = 0;                  ///< connections to the network that came to work
  std::uint64_t lost = 0;                   ///< attempts that failed, and connections that broke
  std::uint64_t joins_limited = 0;          ///< refused because of rooms_per_minute
  std::uint64_t messages_limited = 0;       ///< of messages_per_minute
  std::uint64_t registrations_limited = 0;  ///< of registrations_per_hour
  Histogram latency;                        ///< from acceptance to the network's evidence
};

}  // namespace dragoman::gateway
