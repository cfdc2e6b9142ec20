#include <algorithm>
#include <iterator>

#include "backends/irc/address.hpp"
#include "backends/irc/bans.hpp"
#include "backends/irc/bouncer.hpp"
#include "backends/irc/contacts.hpp"
#include "backends/irc/formatting.hpp"
#include "backends/irc/handlers.hpp"
#include "backends/irc/history.hpp"
#include "backends/irc/host_change.hpp"
#include "backends/irc/identity.hpp"
#include "backends/irc/joining.hpp"
#include "backends/irc/multiline.hpp"
#include "backends/irc/quit_reason.hpp"
#include "backends/irc/room_settings.hpp"
#include "backends/irc/rooms.hpp"
#include "backends/irc/sending.hpp"
#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

std::string reason_of(const State& state, std::string_view text, std::string_view channel = {}) {
  return without_formatting(read_text(state, text, channel));
}

void own_join(State& state, std::string_view channel, Effects& effects) {
  Room* room = find_room(state, channel);
  if (room == nullptr) {
    // Not asked for: a bouncer, an operator's SAJOIN, or a forward.
    room = &make_room(state, state.room_id(channel), channel);
    room->phase = Room::Phase::joining;
    room->unasked = state.link.offered.bouncer;
  }
  room->name = channel;
  if (room->phase == Room::Phase::leaving) return;  // its PART is on the way
  if (room->phase == Room::Phase::abandoned) {
    const auto sent = send(state, effects, {}, "PART", {channel});
    if (sent) room->phase = Room::Phase::leaving;
    return;
  }
  room->phase = Room::Phase::joining;
  forget_members(state, *room, effects);
  room->present = true;
  room->takes_no_relay = false;
  room->topic.clear();
  room->topic_author.clear();
  room->topic_time.reset();
  forget_settings(*room);
  forget_bans(state, *room);
  room->members.add(hold_name(state, state.link.nickname).id(), {});
  ask_names(state, *room, effects);
}

/// The account that somebody joins with; without extended-join servers do not tell.
void read_account(State& state, const Message& message, NameId name) {
  if (state.link.caps.has(Cap::extended_join) && message.count > 1) account_is(state, name, message.param(1), true);
}

void on_join(State& state, const Message& message, Effects& effects) {
  const Source source = split_source(message.source);
  for (const std::string_view channel : text::split(message.param(0), ',')) {
    if (state.is_me(source.nick)) {
      learn_prefix(state, source);
      own_join(state, channel, effects);
      read_account(state, message, hold_name(state, source.nick).id());
      continue;
    }
    Room* room = find_room(state, channel);
    if (room == nullptr || !room->present) continue;
    state.link.heard_last.note(source);
    const NameRef name = hold_name(state, source.nick);
    address_is(state, name.id(), source.user, source.host);
    read_account(state, message, name.id());
    if (is_host_change(state, *room, source.nick)) continue;
    contact_is_here(state, source.nick, effects);
    Rank rank;
    rank.bot = has_bot_tag(message);
    if (!room->members.add(name.id(), rank)) continue;
    if (room->phase != Room::Phase::joined) continue;  // the snapshot will have it
    state.shared.names.show(name.id());
    const chat::Occupant occupant{name.id(), standing_in(state, *room, rank)};
    if (state.link.batches.has(message, "netjoin")) {
      NetJoin& coming = state.link.net_join.change();
      coming.here[room->id].push_back(occupant);
      coming.names.push_back(name);
      continue;
    }
    effects.heard.names.push_back(name);
    chat::OccupantsJoined joined;
    joined.room = room->id;
    joined.occupants.push_back(occupant);
    effects.tell(std::move(joined));
  }
}

void on_names(State& state, const Message& message, Effects&) {
  Room* room = find_room(state, message.param(message.count - 2));
  if (room == nullptr || !room->present || room->phase == Room::Phase::joined) return;
  std::string_view rest = message.last();
  while (!rest.empty()) {
    const auto space = rest.find(' ');
    std::string_view entry = rest.substr(0, space);
    rest.remove_prefix(space == std::string_view::npos ? rest.size() : space + 1);
    Rank rank;
    rank.prefixes = take_prefixes(*state.link.isupport, entry);
    const Source source = split_source(entry);  // userhost-in-names
    if (source.nick.empty()) continue;
    const NameRef name = hold_name(state, source.nick);
    address_is(state, name.id(), source.user, source.host);
    if (state.is_me(source.nick)) learn_prefix(state, source);
    room->members.add(name.id(), rank);
  }
}

void on_names_end(State& state, const Message& message, Effects& effects) {
  Room* room = find_room(state, message.param(1));
  if (room == nullptr || !room->present || room->phase != Room::Phase::joining) return;
  names_are_complete(state, *room, effects);
}

void tell_left(Room& room, NameId name, chat::OccupantsLeft::Why why, std::string actor, std::string text,
               Effects& effects) {
  if (room.phase != Room::Phase::joined) return;
  chat::OccupantsLeft left;
  left.room = room.id;
  left.occupants.push_back(name);
  left.why = why;
  left.actor = std::move(actor);
  left.text = std::move(text);
  effects.tell(std::move(left));
}

void own_leave(State& state, Room& room, chat::RoomLeft::Why why, std::string actor, std::string text,
               Effects& effects) {
  chat::RoomLeft left;
  left.room = room.id;
  left.why = why;
  left.actor = std::move(actor);
  left.text = std::move(text);
  room_is_left(state, room, std::move(left), effects);
}

void on_part(State& state, const Message& message, Effects& effects) {
  const Source source = split_source(message.source);
  for (const std::string_view channel : text::split(message.param(0), ',')) {
    Room* room = find_room(state, channel);
    if (room == nullptr) continue;
    if (state.is_me(source.nick)) {
      own_leave(state, *room, chat::RoomLeft::Why::left, {}, reason_of(state, message.param(1), channel), effects);
      continue;
    }
    NameId name;
    if (!find_source(state, *room, source.nick, name) || !remove_member(*room, name, effects)) continue;
    tell_left(*room, name, chat::OccupantsLeft::Why::left, {}, reason_of(state, message.param(1), channel), effects);
  }
}

void on_kick(State& state, const Message& message, Effects& effects) {
  Room* room = find_room(state, message.param(0));
  if (room == nullptr) return;
  std::string actor = read_name(state, split_source(message.source).nick);
  const bool banned = was_banned(state, *room, message.param(1), actor, effects.now);
  if (state.is_me(message.param(1))) {
    const auto why = banned ? chat::RoomLeft::Why::banned : chat::RoomLeft::Why::kicked;
    return own_leave(state, *room, why, std::move(actor), reason_of(state, message.param(2), room->name), effects);
  }
  NameId name;
  if (!find_member(state, *room, message.param(1), name) || !remove_member(*room, name, effects)) return;
  const auto why = banned ? chat::OccupantsLeft::Why::banned : chat::OccupantsLeft::Why::kicked;
  tell_left(*room, name, why, std::move(actor), reason_of(state, message.param(2), room->name), effects);
}

void on_quit(State& state, const Message& message, Effects& effects) {
  const Source source = split_source(message.source);
  if (state.is_me(source.nick)) return;  // ERROR follows
  if (is_host_change(message.param(0))) return host_changes(state, source.nick, effects);
  Link& link = state.link;
  const bool split = is_netsplit(message.param(0)) || link.batches.has(message, "netsplit");
  const std::string text = reason_of(state, message.param(0));
  const bool lost = !split && is_involuntary(text);
  const auto why = lost ? chat::OccupantsLeft::Why::lost : chat::OccupantsLeft::Why::quit;
  contact_is_gone(state, source.nick, effects);
  if (split && link.split->text != text) {
    tell_split(state, effects);
    link.split.change().text = text;
  }
  for (auto& [key, room] : state.rooms) {
    NameId name;
    if (!find_source(state, room, source.nick, name) || !remove_member(room, name, effects)) continue;
    if (split && room.phase == Room::Phase::joined) {
      link.split.change().gone[room.id].push_back(name);
    } else {
      tell_left(room, name, why, {}, text, effects);
    }
  }
}

void on_invite(State& state, const Message& message, Effects& effects) {
  const Source source = split_source(message.source);
  if (!state.is_me(message.param(0))) {  // invite-notify: somebody else's
    const Room* room = find_room(state, message.param(1));
    if (room == nullptr || room->phase != Room::Phase::joined) return;
    std::string text =
        read_name(state, source.nick) + " has invited " + decode_text(message.param(0)) + " to this channel.";
    return effects.tell(chat::Notice{read_name(state, source.nick), std::move(text), room->id});
  }
  chat::Invited invited;
  invited.room = state.room_id(message.param(1));
  invited.room_name = decode_text(message.param(1));
  invited.author.person = state.person_id(source.nick);
  invited.author.name = read_name(state, source.nick);
  invited.author.identity = decode_text(source.host);
  effects.tell(std::move(invited));
}

void on_forward(State& state, const Message& message, Effects& effects) {
  // 470 me #asked #there :Forwarding to another channel
  Room* room = find_room(state, message.param(1));
  if (room == nullptr || room->phase == Room::Phase::joined) return;
  chat::RoomLeft moved;
  moved.room = room->id;
  moved.why = chat::RoomLeft::Why::moved;
  moved.text = read_text(state, message.last());
  moved.moved_to = state.room_id(message.param(2));
  effects.tell(moved);
  room->known = false;
  join_refused(state, *room, Fault::not_found, "this channel forwards to " + decode_text(message.param(2)), effects);
}

void on_batch(State& state, const Message& message, Effects& effects) {
  std::string_view reference = message.param(0);
  if (reference.size() < 2) return;
  const bool begins = reference.front() == '+';
  reference.remove_prefix(1);
  if (begins) {
    state.link.batches.open(reference, message);
    multiline_begins(state, reference, message);
    return history_begins(state, reference, message);
  }
  const std::string type = state.link.batches.close(reference);
  multiline_ends(state, reference, effects);
  history_ends(state, reference, effects);
  if (type == "netsplit") tell_split(state, effects);
  if (type == "netjoin") tell_net_join(state, effects);
  if (type == "soju.im/bouncer-networks") networks_are_listed(state, effects);
  if (type == "draft/isupport") isupport_is_complete(state, effects);
}

constexpr Handler membership_rows[] = {
    {"JOIN", 1, on_join},   {"PART", 1, on_part},     {"KICK", 2, on_kick},     {"QUIT", 0, on_quit},
    {"353", 3, on_names},   {"366", 2, on_names_end}, {"INVITE", 2, on_invite}, {"470", 3, on_forward},
    {"BATCH", 1, on_batch}, {"341", 0, on_ignored},
};

}  // namespace

HandlerTable membership_handlers() { return {membership_rows, std::size(membership_rows)}; }

void tell_net_join(State& state, Effects& effects) {
  if (state.link.net_join->here.empty()) return;
  NetJoin join = std::move(state.link.net_join.change());
  state.link.net_join.reset();
  for (auto& [room, occupants] : join.here) {
    chat::OccupantsJoined joined;
    joined.room = room;
    joined.occupants = std::move(occupants);
    effects.tell(std::move(joined));
  }
  for (NameRef& name : join.names) effects.heard.names.push_back(std::move(name));
}

void tell_split(State& state, Effects& effects) {
  if (state.link.split->gone.empty()) return;
  Split split = std::move(state.link.split.change());
  state.link.split.reset();
  for (auto& [room, names] : split.gone) {
    chat::OccupantsLeft left;
    left.room = room;
    left.occupants = std::move(names);
    left.why = chat::OccupantsLeft::Why::lost;
    left.text = split.text;
    left.split = true;
    effects.tell(std::move(left));
  }
}

}  // namespace dragoman::backends::irc
