#include "backends/irc/redaction.hpp"

#include <algorithm>
#include <iterator>

#include "backends/irc/address.hpp"
#include "backends/irc/encodings.hpp"
#include "backends/irc/handlers.hpp"
#include "backends/irc/history.hpp"
#include "backends/irc/replay.hpp"
#include "backends/irc/rooms.hpp"
#include "backends/irc/sending.hpp"
#include "backends/irc/translate.hpp"
#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

constexpr std::size_t most_remembered = 64;

std::vector<Redaction>::iterator find_own(State& state, std::string_view target, std::string_view id) {
  auto& redactions = state.link.made_past().redactions;
  const std::string folded{state.folded(target)};
  return std::find_if(redactions.begin(), redactions.end(),
                      [&](const Redaction& each) { return each.target == folded && each.id == id; });
}

/// Ours comes back: with our label, or with none beside an ACK that has it (Ergo), before or after that.
bool is_own_redaction(State& state, const Message& message, Effects& effects) {
  auto& redactions = state.link.made_past().redactions;
  const auto own = find_own(state, message.param(0), message.param(1));
  const auto label = label_of(message);
  const bool known = own != redactions.end();
  if (label) state.link.evidence.acknowledged(*label, effects);
  if (known) redactions.erase(own);
  return known || label.has_value();
}

void on_redact(State& state, const Message& message, Effects& effects) {
  const Source source = split_source(message.source);
  const bool self = state.is_me(source.nick);
  if (self && !is_replayed(state, message) && is_own_redaction(state, message, effects)) return;
  const std::string_view target = message.param(0);
  chat::MessageRetracted retracted;
  if (state.link.isupport->is_channel(target)) {
    const Room* room = find_room(state, target);
    if (room == nullptr) return;
    retracted.conversation.room = room->id;
  } else {
    retracted.conversation.person = state.person_id(self ? target : source.nick);
  }
  retracted.author = author_of(state, message);
  retracted.retracted.text = message.param(1);
  if (message.count > 2) retracted.reason = decode_text(message.last());
  if (!is_answer(state, message, chat::Event{retracted})) effects.tell(std::move(retracted));
}

constexpr Handler redaction_rows[] = {{"REDACT", 2, on_redact}};

}  // namespace

HandlerTable redaction_handlers() { return {redaction_rows, std::size(redaction_rows)}; }

void redact(State& state, chat::CommandId id, const chat::RetractMessage& wish, std::string_view target,
            Effects& effects) {
  Link& link = state.link;
  std::vector<chat::MessageId> ids{wish.retracted};
  if (const auto* all = link.evidence.lines_of(wish.retracted)) ids = *all;
  const std::string folded = fold(link.isupport->casemap, target);
  const auto slot =
      link.evidence.open({id, Concerns::message | Concerns::command, Evidence::Answer::sent, "REDACT", folded, {}},
                         static_cast<std::uint32_t>(ids.size()));
  const std::string reason = encode_text(single_line(text::cut(wish.reason, 200)), encoding_out(state, target));
  const auto said = reason.empty() ? std::nullopt : std::optional<std::string_view>{reason};
  for (const chat::MessageId& each : ids) {
    const auto sent =
        send(state, effects, {Urgency::message, folded, slot, true, {}}, "REDACT", {target, each.text}, said);
    if (!sent) return link.evidence.refuse(slot, sent.error().fault, sent.error().text, effects);
    auto& redactions = link.made_past().redactions;
    if (redactions.size() == most_remembered) redactions.erase(redactions.begin());
    redactions.push_back({slot, id, folded, each.text});
  }
}

bool redaction_refused(State& state, const Message& message, Fault fault, const std::string& text, Effects& effects) {
  if (message.param(0) != "REDACT") return false;
  auto& redactions = state.link.made_past().redactions;
  const std::string_view id = message.count > 4 ? message.param(3) : std::string_view{};
  // INVALID_TARGET names no message.
  const auto own = id.empty() ? std::find_if(redactions.begin(), redactions.end(),
                                             [folded = std::string{state.folded(message.param(2))}](
                                                 const Redaction& each) { return each.target == folded; })
                              : find_own(state, message.param(2), id);
  if (own == redactions.end()) return false;
  const Redaction refused = *own;
  redactions.erase(own);
  if (!state.link.evidence.alive(refused.slot, refused.command)) return false;
  state.link.evidence.refuse(refused.slot, fault, text, effects);
  return true;
}

}  // namespace dragoman::backends::irc
