#include "backends/irc/plain_again.hpp"

#include <algorithm>

#include "backends/irc/handlers.hpp"
#include "backends/irc/rooms.hpp"

namespace dragoman::backends::irc {

bool takes_codes(const Room& room) { return !room.takes_no_codes && !room.has('c') && !room.has('S'); }

chat::Content without_spans(chat::Content content) {
  // A quotation is text on IRC, and a mention no code.
  std::erase_if(content.spans, [](const chat::Span& span) {
    return span.kind != chat::Span::Kind::mention && span.kind != chat::Span::Kind::quote;
  });
  return content;
}

void remember_formatted(State& state, Evidence::Slot slot, chat::CommandId command, const chat::SendMessage& message) {
  auto& formatted = state.link.formatted;
  std::erase_if(formatted,
                [&state](const FormattedMessage& each) { return !state.link.evidence.alive(each.slot, each.command); });
  formatted.push_back({slot, command, message});
}

bool say_plain_again(State& state, const Message& message, Effects& effects) {
  if (state.link.formatted.empty()) return false;
  Room* room = find_room(state, message.param(1));
  if (room == nullptr) return false;
  const auto label = label_of(message);
  const auto slot = label ? state.link.evidence.find_label(*label)
                          : state.link.evidence.find(Concerns::message, state.folded(message.param(1)));
  const auto found = std::find_if(
      state.link.formatted.begin(), state.link.formatted.end(),
      [&](const FormattedMessage& each) { return each.slot == slot && state.link.evidence.alive(slot, each.command); });
  if (slot == Evidence::none || found == state.link.formatted.end()) return false;
  FormattedMessage again = std::move(*found);
  state.link.formatted.erase(found);
  state.link.evidence.give_up(slot);
  room->takes_no_codes = true;
  perform(state, again.command, chat::Command{std::move(again.message)}, effects);
  return true;
}

}  // namespace dragoman::backends::irc
