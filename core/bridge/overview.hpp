#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

// How bridges are, for whoever shows or counts it: copies.
namespace dragoman::bridge {

enum class LegState {
  connecting,  ///< for the first time
  joining,     ///< connected, not in the room yet
  joined,
  lost,     ///< the connection; it is tried again
  out,      ///< not let in, or thrown out: tried again later
  refused,  ///< not tried again: only `resume` or a new configuration does
};
std::string_view to_string(LegState state);

struct LegOverview {
  std::string address, network, label, nickname;
  std::string direction;  ///< "in", "out", "both"
  LegState state = LegState::connecting;
  std::string text;   ///< why, in words
  Timestamp since{};  ///< of this state
  std::size_t waiting = 0;
  std::optional<Timestamp> oldest{};      ///< of what waits
  std::optional<Timestamp> last_heard{};  ///< when somebody spoke, else when it was listened to first
  std::uint64_t heard = 0, told = 0, held = 0;
  std::size_t speakers = 0;  ///< people of other rooms who are in this one themselves
};

struct BridgeOverview {
  std::string name;
  bool paused = false;
  std::string paused_text;   ///< why
  std::uint64_t echoes = 0;  ///< of foreign bots, not told again
  std::uint64_t storms = 0;  ///< how often the breaker tripped
  std::vector<LegOverview> legs;
};

}  // namespace dragoman::bridge
