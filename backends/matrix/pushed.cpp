#include <utility>

#include "backends/matrix/handlers.hpp"
#include "backends/matrix/json.hpp"
#include "backends/matrix/sync_rooms.hpp"

// A session of an application service. Transactions tell it what is said and done in its rooms, as it happens; /sync
// (which an application service may ask for its users) tells it how everything was when it begins, and again when its
// own membership changes: invitations, rooms that it enters, from which it is thrown out. So what was missed between
// two lives of the gateway is fetched as for any account, and a transaction is never needed twice.

namespace dragoman::backends::matrix {

namespace {

using Phase = Room::Phase;

/// Of a room that changes for so long that /sync is not answered: it brings all of it.
constexpr std::size_t most_pushed = 1000;
/// For what no transaction has told: a homeserver that has forgotten one, a user that it ignores.
constexpr auto look_again = std::chrono::minutes{15};

bool is_syncing(const State& state) {
  return state.stage != Stage::ready || state.first_sync || state.answered || state.calls.has(state.sync);
}

bool is_signal(const Event& event) { return event.type == "m.typing" || event.type == "m.receipt"; }

bool is_own_membership(const State& state, const Event& event) {
  return event.type == "m.room.member" && event.state_key == state.me.user_id;
}

/// Another session hears what is said in this room: of others only what is told as its state is of use.
bool is_for_other_ears(const State& state, const Event& event) {
  if (!state.me.deaf || event.sender == state.me.user_id || event.is_state()) return false;
  return !state.direct_of.contains(event.room);
}

/// /sync has a summary; here the number of people is counted.
void count_members(Room& room, const Event& event) {
  if (event.type != "m.room.member" || !event.is_state()) return;
  const bool before = text_at(event.prev_content, "membership") == "join";
  const bool now = text_at(event.content, "membership") == "join";
  if (now && !before) ++room.joined_count;
  if (before && !now && room.joined_count > 0) --room.joined_count;
}

void tell_pushed(State& state, Room& room, const Event& event, Effects& effects) {
  if (is_signal(event)) return take_signal(state, room, event, effects);
  count_members(room, event);
  when_told(
      state, room, [event](State& now, Room& here, Effects& then) { take_event(now, here, event, then); }, effects);
}

}  // namespace

void sync_again(State& state, Effects& effects) {
  state.sync_wanted = true;
  if (!is_syncing(state)) begin_sync(state, effects);
}

void take_pushed(State& state, const Event& event, Effects& effects) {
  if (event.type == "m.presence") {
    if (!is_syncing(state)) on_presence(state, event, effects);
    return;
  }
  if (is_for_other_ears(state, event)) return;
  Room* room = find_room(state, std::string_view{event.room});
  const bool inside = room != nullptr && room->phase == Phase::joined;
  const bool stays = inside && text_at(event.content, "membership") == "join";
  if (is_own_membership(state, event) && !stays) return sync_again(state, effects);
  if (is_syncing(state)) {
    if (is_signal(event)) return;
    // The answer may be of before this; who comes and goes is told and counted by the next one. Of a room that is not
    // known yet the answer says whether it is ours.
    const bool comes_or_goes = event.type == "m.room.member";
    if (room == nullptr && comes_or_goes) return;
    if (room != nullptr && (!inside || comes_or_goes)) {
      state.sync_wanted = true;
      return;
    }
    state.pushed.push_back(event);
    if (state.pushed.size() <= most_pushed) return;
    state.pushed.clear();
    state.sync_wanted = true;
    return;
  }
  if (!inside) return;
  // What another client of a real account has said and what we have cannot be told apart here; /sync says it.
  const bool said_by_us = event.sender == state.me.user_id && !state.me.ghost && !event.is_state();
  if (said_by_us && !is_own_echo(state, event)) return sync_again(state, effects);
  tell_pushed(state, *room, event, effects);
}

void go_on_pushed(State& state, Effects& effects) {
  for (const Event& event : std::exchange(state.pushed, {})) {
    Room* room = find_room(state, std::string_view{event.room});
    if (room != nullptr && room->phase == Phase::joined) tell_pushed(state, *room, event, effects);
  }
  if (state.sync_wanted) return begin_sync(state, effects);
  const auto span = static_cast<std::uint64_t>(Duration{look_again}.count());
  state.sync_at = effects.now + look_again + Duration{static_cast<Duration::rep>(state.shared.random.below(span))};
}

}  // namespace dragoman::backends::matrix
