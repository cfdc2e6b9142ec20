#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace dragoman::backends::matrix {

/// m.room.power_levels with the defaults of the specification (client-server API, m.room.power_levels); without the
/// event the creator has 100 and everybody else 0.
struct PowerLevels {
  bool present = false;  ///< the room has the event
  std::int64_t ban = 50, kick = 50, redact = 50, invite = 0, events_default = 0, state_default = 50, users_default = 0;
  std::int64_t notify_room = 50;
  std::map<std::string, std::int64_t> users, events;

  /// What somebody needs to send this type of event.
  std::int64_t needed(std::string_view type, bool is_state) const;
  bool operator==(const PowerLevels&) const = default;
};

/// Numbers may be texts in old rooms; what is neither is as if it were missing.
PowerLevels read_power_levels(const nlohmann::json& content);

}  // namespace dragoman::backends::matrix
