#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "backends/irc/account_registration.hpp"
#include "backends/irc/account_required.hpp"
#include "backends/irc/bouncer.hpp"
#include "backends/irc/channel_rename.hpp"
#include "backends/irc/error_table.hpp"
#include "backends/irc/formatting.hpp"
#include "backends/irc/handlers.hpp"
#include "backends/irc/history.hpp"
#include "backends/irc/joining.hpp"
#include "backends/irc/login.hpp"
#include "backends/irc/plain_again.hpp"
#include "backends/irc/queries.hpp"
#include "backends/irc/raw_answer.hpp"
#include "backends/irc/redaction.hpp"
#include "backends/irc/relaying.hpp"
#include "backends/irc/room_settings.hpp"
#include "backends/irc/rooms.hpp"
#include "backends/irc/typing.hpp"
#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

/// What a refusal says, and how it is acted on.
struct Refusal {
  Concerns kind;
  Fault fault;
  std::string text;
  std::string_view join_hint{};  ///< for people whose JOIN was refused
  ErrorRow::Again again = ErrorRow::Again::no;
};

constexpr std::string_view register_hint =
    " - register your nickname with the services of the network (usually: /msg NickServ HELP REGISTER), then give the "
    "account and its password to this gateway by registering with it";

void refuse_slot(State& state, Evidence::Slot slot, Fault fault, const std::string& text, Effects& effects) {
  const Evidence::Asked& asked = state.link.evidence.asked(slot);
  // Somebody who is not there to be told something may come back.
  const bool to_person = asked.kind == Concerns::message && !state.link.isupport->is_channel(asked.target);
  // Who has an account there knows how.
  const bool hint = asked.kind == Concerns::message && fault == Fault::members_only && !state.link.logged_in;
  state.link.evidence.refuse(slot, to_person && fault == Fault::not_found ? Fault::absent : fault,
                             hint ? text + std::string{register_hint} : text, effects);
}

bool refused_by_label(State& state, const Message& message, Fault fault, const std::string& text, Effects& effects) {
  const auto label = label_of(message);
  if (!label) return false;
  const auto slot = state.link.evidence.find_label(*label);
  if (slot == Evidence::none) return false;
  refuse_slot(state, slot, fault, text, effects);
  return true;
}

/// The join or leave that waits for this channel.
bool refused_join(State& state, std::string_view channel, const Refusal& refusal, Effects& effects) {
  Room* room = find_room(state, channel);
  if (room == nullptr || room->present) return false;
  switch (room->phase) {
    case Room::Phase::joining:
    case Room::Phase::abandoned:
      if (join_again(state, *room, refusal.again, refusal.fault, refusal.text, effects)) return true;
      join_refused(state, *room, refusal.fault, refusal.text + std::string{refusal.join_hint}, effects);
      return true;
    case Room::Phase::leaving: {
      chat::RoomLeft left;
      left.room = room->id;
      room_is_left(state, *room, std::move(left), effects);
      return true;
    }
    case Room::Phase::wanted:
    case Room::Phase::joined:
      return false;
  }
  return false;
}

/// "You're not on that channel": then a PART has got what it wanted.
bool refused_leave(State& state, std::string_view channel, Effects& effects) {
  Room* room = find_room(state, channel);
  if (room == nullptr || room->phase != Room::Phase::leaving) return false;
  chat::RoomLeft left;
  left.room = room->id;
  room_is_left(state, *room, std::move(left), effects);
  return true;
}

/// Finds what a refusal is the answer to, by the words between its code and its text.
bool refuse(State& state, const Message& message, std::size_t first_word, const Refusal& refusal, Effects& effects) {
  for (std::size_t i = first_word; i + 1 < message.count; ++i) {
    const std::string_view word = message.param(i);
    if (concerns(refusal.kind, Concerns::join) && refused_join(state, word, refusal, effects)) return true;
    if (concerns(refusal.kind, Concerns::command) && refused_leave(state, word, effects)) return true;
    const auto slot = state.link.evidence.find(refusal.kind, state.folded(word));
    if (slot != Evidence::none) {
      refuse_slot(state, slot, refusal.fault, refusal.text, effects);
      return true;
    }
    if (query_refused(state, word, refusal.fault, refusal.text, effects)) return true;
  }
  // 263 of a JOIN names no channel.
  if (concerns(refusal.kind, Concerns::join) && text::ascii_iequals(message.param(first_word), "JOIN")) {
    std::vector<std::string> names;
    for (const auto& [name, room] : state.rooms) {
      if (room.phase == Room::Phase::joining && !room.present) names.push_back(room.name);
    }
    for (const std::string& name : names) refused_join(state, name, refusal, effects);
    if (!names.empty()) return true;
  }
  // 421, 461, 263: the command itself is named.
  for (std::size_t i = first_word; i + 1 < message.count; ++i) {
    if (const auto slot = state.link.evidence.find_verb(message.param(i)); slot != Evidence::none) {
      refuse_slot(state, slot, refusal.fault, refusal.text, effects);
      return true;
    }
    const bool of_command = concerns(refusal.kind, Concerns::command);
    if (of_command && query_refused_by_verb(state, message.param(i), refusal.fault, refusal.text, effects)) return true;
  }
  return false;
}

void on_fail(State& state, const Message& message, Effects& effects) {
  // FAIL command code [context ...] :text
  const Fault fault = fault_of_code(message.param(1));
  const std::string text = decode_text(message.last());
  effects.code = decode_text(message.param(1));
  if (account_refused(state, message, effects) || bouncer_refused(state, message, effects) ||
      channel_was_renamed(state, message, effects)) {
    return;
  }
  if (say_as_ourselves(state, message, effects)) return;
  if (refused_by_label(state, message, fault, text, effects)) return;
  if (history_refused(state, message, fault, text, effects)) return;
  if (redaction_refused(state, message, fault, text, effects)) return;
  const Refusal refusal{Concerns::join | Concerns::message | Concerns::command, fault, text};
  if (refuse(state, message, 2, refusal, effects)) return;
  const auto slot = state.link.evidence.find_verb(message.param(0));
  if (slot != Evidence::none) return refuse_slot(state, slot, fault, text, effects);
  if (state.stage == Stage::registering && message.param(1) == "ACCOUNT_REQUIRED") {
    effects.ending = account_is_required(state, text);
    return;
  }
  if (message.param(0) == "METADATA") return;  // nobody has asked for it but we
  effects.tell(chat::Notice{decode_text(message.source), text, {}});
}

void on_remark(State&, const Message& message, Effects& effects) {
  effects.tell(chat::Notice{decode_text(message.source), decode_text(message.last()), {}});
}

constexpr Handler error_rows[] = {
    {"FAIL", 3, on_fail},
    {"WARN", 3, on_remark},
    {"NOTE", 3, on_remark},
};

/// "472 me X :is unknown mode char to me for #tea"
bool unknown_mode(State& state, const Message& message, const std::string& text, Effects& effects) {
  const std::string_view letter = message.param(1);
  if (message.count < 3 || letter.size() != 1) return false;
  if (setting_unknown(state, letter.front(), std::string{letter} + ' ' + text)) return true;
  const auto slot = state.link.evidence.find_verb("MODE");
  if (slot == Evidence::none) return false;
  state.link.evidence.refuse(slot, Fault::unsupported, std::string{letter} + ' ' + text, effects);
  return true;
}

/// 437 says of a nickname that somebody had it until now, of a channel that it is overloaded.
Fault nickname_fault(std::string_view numeric, Fault fault) { return numeric == "437" ? Fault::conflict : fault; }

/// The second line of a command whose first one was refused has the same error.
bool is_late(const State& state, const Message& message, Concerns kind) {
  for (std::size_t i = 1; i + 1 < message.count; ++i) {
    if (state.link.evidence.was_refused(kind, fold(state.link.isupport->casemap, message.param(i)))) return true;
  }
  return false;
}

bool is_numeric(std::string_view command) {
  return command.size() == 3 &&
         std::all_of(command.begin(), command.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

HandlerTable error_handlers() { return {error_rows, std::size(error_rows)}; }

std::string text_of(const Message& message, std::size_t first) {
  std::string text;
  for (std::size_t i = first; i < message.count; ++i) {
    if (!text.empty()) text += ' ';
    text += without_formatting(decode_text(message.params[i]));
  }
  return text;
}

void on_other(State& state, const Message& message, Effects& effects) {
  if (!is_numeric(message.command)) return;
  if (const ErrorRow* row = find_error(message.command)) {
    effects.code = message.command;
    if ((message.command == "404" || message.command == "408") && say_plain_again(state, message, effects)) return;
    if (say_as_ourselves(state, message, effects)) return;
    const std::string text = decode_text(message.last());
    if (refused_by_label(state, message, row->fault, text, effects)) return;
    if (history_refused(state, message, row->fault, text, effects)) return;
    if (concerns(row->concerns, Concerns::nickname) && !state.link.isupport->is_channel(message.param(1)) &&
        nickname_refused(state, message, nickname_fault(message.command, row->fault), effects)) {
      return;
    }
    if (message.command == "401" && services_are_away(state, message.param(1), effects)) return;
    if (label_of(message)) {  // of a line that nobody waits for: that somebody writes, or what has ended already
      typing_is_refused(state, message.param(1));
      return;
    }
    if (message.command == "472" && unknown_mode(state, message, text, effects)) return;
    Refusal refusal{row->concerns, row->fault, text, {}, row->again};
    if (message.command == "477") refusal.join_hint = register_hint;
    if (refuse(state, message, 1, refusal, effects)) return;
    if (is_late(state, message, row->concerns)) return;
    if (typing_is_refused(state, message.param(1))) return;
    Room* room = find_room(state, message.param(1));
    if (room != nullptr && settings_refused(state, *room, effects)) return;
  }
  std::string text = text_of(message, 1);
  if (text.empty() || is_raw_answer(state, text)) return;
  chat::Notice notice{decode_text(message.source), std::move(text), {}};
  if (const Room* room = find_room(state, message.param(1))) notice.room = room->id;
  effects.tell(std::move(notice));
}

}  // namespace dragoman::backends::irc
