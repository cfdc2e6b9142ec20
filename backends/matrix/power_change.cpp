#include "backends/matrix/power_change.hpp"

#include <utility>

#include "backends/matrix/handlers.hpp"
#include "backends/matrix/json.hpp"
#include "backends/matrix/members.hpp"
#include "backends/matrix/paths.hpp"

namespace dragoman::backends::matrix {

namespace {

/// A room without the event has it with its first change, and whoever made it keeps what they had.
nlohmann::json levels_of_creators(const Room* room) {
  nlohmann::json content = nlohmann::json::object();
  if (room == nullptr || creators_stand_above_all(*room)) return content;
  for (const std::string& creator : room->creators) content["users"][creator] = 100;
  return content;
}

void next_change(State& state, const std::string& room_id, Effects& effects) {
  const auto changes = state.level_changes.find(room_id);
  if (changes == state.level_changes.end()) return;
  changes->second.erase(changes->second.begin());
  if (changes->second.empty()) {
    state.level_changes.erase(changes);
    return;
  }
  const auto next = changes->second.front();
  next(state, effects);
}

}  // namespace

void change_power_levels(State& state, const std::string& room_id, std::function<void(nlohmann::json& content)> change,
                         Then then, Effects& effects) {
  const std::string path = room_path(room_id, "/state/m.room.power_levels/");
  auto begins = [room_id, path, change = std::move(change), then = std::move(then)](State& now, Effects& more) {
    now.calls.add(
        {"GET", path},
        [room_id, path, change, then](State& later, const Answer& answer, Effects& effects_then) {
          if (!answer.ok() && answer.status != 404) {
            then(later, answer, effects_then);
            return next_change(later, room_id, effects_then);
          }
          nlohmann::json content =
              answer.ok() ? answer.body : levels_of_creators(find_room(later, std::string_view{room_id}));
          change(content);
          later.calls.add(
              {"PUT", path, dump_json(content)},
              [room_id, then](State& at_last, const Answer& written, Effects& effects_last) {
                then(at_last, written, effects_last);
                next_change(at_last, room_id, effects_last);
              },
              effects_then);
        },
        more);
  };
  auto& changes = state.level_changes[room_id];
  changes.push_back(begins);
  if (changes.size() == 1) begins(state, effects);
}

}  // namespace dragoman::backends::matrix
