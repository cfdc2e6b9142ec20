#include "backends/irc/host_change.hpp"

#include <algorithm>
#include <utility>

#include "backends/irc/contacts.hpp"
#include "backends/irc/rooms.hpp"

namespace dragoman::backends::irc {

namespace {

/// The JOINs come in the same moment; a server that is slow has them sent at least.
constexpr auto patience_for_joins = std::chrono::seconds{5};

}  // namespace

bool is_host_change(std::string_view text) { return text == "Changing host" || text == "Changing hostname"; }

void host_changes(State& state, std::string_view nick, Effects& effects) {
  HostChange change{hold_name(state, nick), std::string{nick}, effects.now + patience_for_joins, {}};
  for (const auto& [key, room] : state.rooms) {
    NameId name;
    if (find_source(state, room, nick, name)) change.rooms.push_back(room.id);
  }
  if (change.rooms.empty()) return contact_is_gone(state, nick, effects);
  state.link.host_changes.push_back(std::move(change));
}

bool is_host_change(State& state, const Room& room, std::string_view nick) {
  auto& changes = state.link.host_changes;
  const auto change =
      std::find_if(changes.begin(), changes.end(), [nick](const auto& each) { return each.nick == nick; });
  if (change == changes.end() || std::erase(change->rooms, room.id) == 0) return false;
  if (change->rooms.empty()) changes.erase(change);
  NameId name;
  return find_source(state, room, nick, name);  // else they have quit meanwhile, and come anew
}

void expire_host_changes(State& state, Effects& effects) {
  auto& changes = state.link.host_changes;
  while (!changes.empty() && changes.front().until <= effects.now) {
    const HostChange gone = std::move(changes.front());
    changes.erase(changes.begin());
    for (const chat::RoomId& id : gone.rooms) {
      Room* room = find_room(state, id);
      if (room == nullptr || !remove_member(*room, gone.name.id(), effects)) continue;
      if (room->phase != Room::Phase::joined) continue;
      effects.tell(chat::OccupantsLeft{id, {gone.name.id()}, chat::OccupantsLeft::Why::quit, {}, {}});
    }
    contact_is_gone(state, gone.nick, effects);
  }
}

std::optional<Instant> next_host_change(const State& state) {
  const auto& changes = state.link.host_changes;
  return changes.empty() ? std::nullopt : std::optional{changes.front().until};
}

}  // namespace dragoman::backends::irc
