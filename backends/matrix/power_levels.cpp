#include "backends/matrix/power_levels.hpp"

#include <optional>

#include "backends/matrix/json.hpp"

namespace dragoman::backends::matrix {

namespace {

void read_level(const nlohmann::json& content, std::string_view key, std::int64_t& level) {
  if (const auto told = level_at(content, key)) level = *told;
}

std::map<std::string, std::int64_t> read_table(const nlohmann::json& table) {
  std::map<std::string, std::int64_t> levels;
  for (const auto& [key, value] : table.items()) {
    if (const auto level = level_of(value)) levels.emplace(key, *level);
  }
  return levels;
}

}  // namespace

std::int64_t PowerLevels::needed(std::string_view type, bool is_state) const {
  const auto found = events.find(std::string{type});
  if (found != events.end()) return found->second;
  if (!is_state) return events_default;
  return present ? state_default : 0;
}

PowerLevels read_power_levels(const nlohmann::json& content) {
  PowerLevels levels;
  levels.present = true;
  read_level(content, "ban", levels.ban);
  read_level(content, "kick", levels.kick);
  read_level(content, "redact", levels.redact);
  read_level(content, "invite", levels.invite);
  read_level(content, "events_default", levels.events_default);
  read_level(content, "state_default", levels.state_default);
  read_level(content, "users_default", levels.users_default);
  read_level(object_at(content, "notifications"), "room", levels.notify_room);
  levels.users = read_table(object_at(content, "users"));
  levels.events = read_table(object_at(content, "events"));
  return levels;
}

}  // namespace dragoman::backends::matrix
