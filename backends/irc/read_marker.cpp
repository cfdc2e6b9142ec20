#include "backends/irc/read_marker.hpp"

#include <iterator>

#include "backends/irc/address.hpp"
#include "backends/irc/encodings.hpp"
#include "backends/irc/handlers.hpp"
#include "backends/irc/rooms.hpp"
#include "backends/irc/sending.hpp"
#include "backends/irc/translate.hpp"

namespace dragoman::backends::irc {

namespace {

constexpr std::size_t most_marks = 1000;
constexpr std::string_view timestamp_key = "timestamp=";

/// False when we are further: marks only go forward, and our own come back.
bool goes_forward(State& state, std::string_view target, Timestamp time) {
  auto& marks = state.link.read_up_to.change();
  if (marks.size() >= most_marks) marks.clear();
  Timestamp& known = marks[std::string{state.folded(target)}];
  if (time <= known) return false;
  known = time;
  return true;
}

void tell_read(const State& state, const chat::Conversation& conversation, Timestamp time, Effects& effects) {
  chat::ReadUpTo read;
  read.conversation = conversation;
  read.author.person = state.person_id(state.link.nickname);
  read.author.name = read_name(state, state.link.nickname);
  read.author.self = true;
  read.time = time;
  effects.tell(std::move(read));
}

/// soju called the command READ before it was a draft.
std::string_view verb_of(const Link& link) { return link.caps.has(Cap::read_marker) ? "MARKREAD" : "READ"; }

void on_mark(State& state, const Message& message, Effects& effects) {
  const std::string_view target = message.param(0);
  std::string_view value = message.param(1);
  const auto slot = state.link.evidence.find_verb(verb_of(state.link));
  if (slot != Evidence::none && state.link.evidence.find(Concerns::command, state.folded(target)) == slot) {
    state.link.evidence.succeed(slot, effects);
  }
  if (!value.starts_with(timestamp_key)) return;
  value.remove_prefix(timestamp_key.size());
  const auto time = parse_time(value);
  if (!time || !goes_forward(state, target, *time)) return;
  if (!state.link.isupport->is_channel(target)) return tell_read(state, {{}, state.person_id(target)}, *time, effects);
  const Room* room = find_room(state, target);
  if (room != nullptr && room->phase == Room::Phase::joined) tell_read(state, {room->id, {}}, *time, effects);
}

constexpr Handler read_marker_rows[] = {{"MARKREAD", 2, on_mark}, {"READ", 2, on_mark}};

}  // namespace

HandlerTable read_marker_handlers() { return {read_marker_rows, std::size(read_marker_rows)}; }

void mark_read(State& state, chat::CommandId id, const chat::MarkRead& mark, std::string_view target,
               Effects& effects) {
  if (!mark.time)
    return effects.refused(id, Fault::unsupported, "IRC names what is read by its time, which is unknown");
  if (!goes_forward(state, target, *mark.time)) return effects.done(id);
  const std::string folded{state.folded(target)};
  const std::string_view verb = verb_of(state.link);
  const auto slot =
      state.link.evidence.open({id, Concerns::command, Evidence::Answer::nothing, std::string{verb}, folded, {}}, 1);
  state.link.evidence.set_deadline(slot, effects.now + answer_deadline);
  const std::string value = std::string{timestamp_key} + write_time(*mark.time);
  const Sending how{.urgency = Urgency::background, .target = folded, .slot = slot};
  const auto sent = send(state, effects, how, verb, {target, value});
  if (!sent) state.link.evidence.refuse(slot, sent.error().fault, sent.error().text, effects);
}

void tell_read_up_to(State& state, const Room& room, Effects& effects) {
  const auto& marks = *state.link.read_up_to;
  const auto known = marks.find(std::string{state.folded(room.name)});
  if (known != marks.end()) tell_read(state, {room.id, {}}, known->second, effects);
}

}  // namespace dragoman::backends::irc
