#include "backends/irc/channel_rename.hpp"

#include <iterator>
#include <utility>

#include "backends/irc/address.hpp"
#include "backends/irc/encodings.hpp"
#include "backends/irc/formatting.hpp"
#include "backends/irc/handlers.hpp"
#include "backends/irc/joining.hpp"
#include "backends/irc/rooms.hpp"

namespace dragoman::backends::irc {

namespace {

constexpr auto door_is_open = std::chrono::minutes{1};

void tell_moved(const State& state, const Room& room, std::string_view to, std::string_view actor,
                std::string_view reason, Effects& effects) {
  chat::RoomLeft moved;
  moved.room = room.id;
  moved.why = chat::RoomLeft::Why::moved;
  moved.actor = read_name(state, actor);
  moved.text = without_formatting(read_text(state, reason, room.name));
  moved.moved_to = state.room_id(to);
  moved.renamed = true;
  effects.tell(std::move(moved));
}

void on_rename(State& state, const Message& message, Effects& effects) {
  Room* room = find_room(state, message.param(0));
  const std::string_view fresh = message.param(1);
  if (room == nullptr || !state.link.isupport->is_channel(fresh)) return;
  const std::string key{state.folded(room->name)};
  if (state.folded(fresh) == key) {  // another spelling of the same name
    room->name = fresh;
    return;
  }
  if (room->phase != Room::Phase::joined || find_room(state, fresh) != nullptr) {
    // Nobody is inside yet, or the new one is asked for already: the server has the last word on that.
    tell_moved(state, *room, fresh, {}, message.param(2), effects);
    room->known = false;
    return join_refused(state, *room, Fault::not_found, "the channel is called " + std::string{fresh} + " now",
                        effects);
  }
  tell_moved(state, *room, fresh, split_source(message.source).nick, message.param(2), effects);
  auto node = state.rooms.extract(key);
  node.key() = state.folded(fresh);
  Room& moved = node.mapped();
  moved.id = state.room_id(fresh);
  moved.name = fresh;
  moved.known = false;
  moved.settings_told = false;
  moved.empty_until = effects.now + door_is_open;
  ++state.waiting;
  state.rooms.insert(std::move(node));
}

constexpr Handler rename_rows[] = {{"RENAME", 2, on_rename}};

}  // namespace

HandlerTable rename_handlers() { return {rename_rows, std::size(rename_rows)}; }

bool channel_was_renamed(State& state, const Message& message, Effects& effects) {
  if (message.param(0) != "JOIN" || message.param(1) != "CHANNEL_RENAMED" || message.count < 4) return false;
  Room* room = find_room(state, message.param(2));
  if (room == nullptr || room->phase == Room::Phase::joined) return false;
  tell_moved(state, *room, message.param(3), {}, message.last(), effects);
  room->known = false;
  join_refused(state, *room, Fault::not_found, "the channel is called " + std::string{message.param(3)} + " now",
               effects);
  return true;
}

}  // namespace dragoman::backends::irc
