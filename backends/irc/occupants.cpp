#include <iterator>

#include "backends/irc/contacts.hpp"
#include "backends/irc/formatting.hpp"
#include "backends/irc/handlers.hpp"
#include "backends/irc/metadata.hpp"
#include "backends/irc/regain.hpp"
#include "backends/irc/rooms.hpp"
#include "backends/irc/sending.hpp"

// What somebody changes about themselves: nickname, away.

namespace dragoman::backends::irc {

namespace {

void on_nick(State& state, const Message& message, Effects& effects) {
  const Source source = split_source(message.source);
  const bool self = state.is_me(source.nick);
  const std::string_view fresh = message.param(0);
  NameId from_name, known;
  Names& names = state.shared.names;
  const bool first_seen = !find_name(state, fresh, known);
  const NameRef to = hold_name(state, fresh);
  // Each person's session hears of it; the first one takes the identity along.
  if (first_seen && find_name(state, source.nick, from_name)) names.inherit(from_name, to.id());
  metadata_moves(state, source.nick, fresh);
  if (self) {
    learn_prefix(state, source);
    state.link.nickname = fresh;
  }
  const Casemap casemap = state.link.isupport->casemap;
  const bool wished =
      same(casemap, fresh, state.link.nickname_asked) || same(casemap, read_name(state, fresh), state.login.nickname);
  for (auto& [key, room] : state.rooms) {
    NameId from;
    if (!find_source(state, room, source.nick, from)) continue;
    const Rank rank = *room.members.find(from);
    remove_member(room, from, effects);
    room.members.add(to.id(), rank);
    if (room.phase != Room::Phase::joined) continue;
    names.show(to.id());
    effects.heard.names.push_back(to);
    effects.tell(chat::OccupantRenamed{room.id, from, to.id(), self, self && !wished});
  }
  if (!self) {
    if (same(state.link.isupport->casemap, source.nick, fresh)) return;
    contact_is_gone(state, source.nick, effects);
    return contact_is_here(state, fresh, effects);
  }
  chat::SelfChanged changed;
  changed.nickname = read_name(state, fresh);
  changed.text = status_of(state.link);
  effects.tell(std::move(changed));
  const auto slot = state.link.evidence.find(Concerns::nickname, state.folded(fresh));
  if (slot != Evidence::none) {
    state.login.nickname = read_name(state, fresh);  // asked for, so wished from now on
    state.link.evidence.succeed(slot, effects);
  }
  check_regain(state, slot != Evidence::none, effects);
}

void set_away(State& state, Room& room, std::string_view nick, bool away, Effects& effects) {
  NameId name;
  if (!find_source(state, room, nick, name)) return;
  Rank& rank = *room.members.find(name);
  if (rank.away == away) return;
  rank.away = away;
  tell_occupant(state, room, name, {}, effects);
}

void on_away(State& state, const Message& message, Effects& effects) {
  const Source source = split_source(message.source);
  if (state.is_me(source.nick)) return;
  const bool away = !message.last().empty();
  for (auto& [key, room] : state.rooms) set_away(state, room, source.nick, away, effects);
  if (state.contacts.empty()) return;
  if (away) {
    contact_is_away(state, source.nick, read_away(state, message.last()), effects);
  } else {
    contact_is_back(state, source.nick, effects);
  }
}

/// 305, 306: away-notify is for the others; how we are shown ourselves is told by the answer alone.
void on_own_away(State& state, const Message& message, Effects& effects) {
  const bool away = message.command == "306";
  for (auto& [key, room] : state.rooms) set_away(state, room, state.link.nickname, away, effects);
}

constexpr Handler occupant_rows[] = {
    {"NICK", 1, on_nick},
    {"AWAY", 0, on_away},
    {"305", 0, on_own_away},
    {"306", 0, on_own_away},
};

}  // namespace

HandlerTable occupant_handlers() { return {occupant_rows, std::size(occupant_rows)}; }

}  // namespace dragoman::backends::irc
