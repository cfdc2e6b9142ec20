#include <utility>

#include "backends/muc/handlers.hpp"
#include "xmpp/stanza_error.hpp"

// Nicknames of our own (XEP-0045 7.6).
namespace dragoman::backends::muc {

namespace {
constexpr auto rename_patience = std::chrono::seconds{15};
}  // namespace

void set_nickname(State& state, chat::CommandId id, const chat::SetNickname& set, Effects& effects) {
  if (set.nickname.empty()) return effects.refused(id, Fault::unacceptable, "a nickname has at least one character");
  if (set.room.empty()) {
    // Wished everywhere from now on; each room says for itself whether it is so.
    state.voice.nickname = set.nickname;
    for (auto& [address, room] : state.rooms) {
      room.wished = set.nickname;
      room.keeps_nick = false;
      const auto to = occupant_address(room, set.nickname);
      if (to && state.up && room.phase == Room::Phase::present) {
        static_cast<void>(effects.link.send(make_presence(state, to->str())));
      }
    }
    return effects.done(id);
  }
  Room* room = room_for(state, set.room, id, effects);
  if (room == nullptr) return;
  const auto to = occupant_address(*room, set.nickname);
  if (!to) return effects.refused(id, Fault::unacceptable, "this nickname cannot be used");
  if (room->renaming) return effects.not_sent(id, Fault::limited, "the last change of nickname is still under way");
  room->wished = set.nickname;
  if (to->resource() == room->nick) return effects.done(id);
  room->renaming = Room::Renaming{id, std::string{to->resource()}, effects.now + rename_patience};
  static_cast<void>(effects.link.send(make_presence(state, to->str())));
}

void regain_nickname(State& state, Room& room, Effects& effects) {
  if (room.nick_attempt == 0 || room.renaming) return;
  const auto to = occupant_address(room, room.wished);
  if (!to || room.occupants.contains(to->resource())) return;
  room.nick_attempt = 0;
  static_cast<void>(effects.link.send(make_presence(state, to->str())));
}

bool rename_refused(State&, Room& room, const xmpp::Element& presence, std::string_view nick, Effects& effects) {
  if (!room.renaming || room.phase != Room::Phase::present) return false;
  if (!nick.empty() && nick != room.renaming->nick) return false;
  const Error error = xmpp::read_error(presence);
  effects.refused(std::exchange(room.renaming, std::nullopt)->command, error.fault, error.text);
  return true;
}

}  // namespace dragoman::backends::muc
