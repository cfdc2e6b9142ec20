#include "gateway/degrade.hpp"

#include <utility>

#include "base/text.hpp"

namespace dragoman::gateway {

namespace {

using chat::Feature;
using chat::Support;

void put_in_front(chat::Content& content, std::string_view text) {
  content.text.insert(0, text);
  for (chat::Span& span : content.spans) {
    span.begin += text.size();
    span.end += text.size();
  }
}

void reply_as_text(chat::Content& content, const Reference& reference, bool addressed, std::string_view addressee) {
  content.reply_to = {};
  if (content.kind != chat::Content::Kind::text) return;
  if (!addressed || addressee.empty()) return put_in_front(content, reference.quote);
  const bool names_them = text::ascii_iequals(std::string_view{content.text}.substr(0, addressee.size()), addressee);
  if (!names_them) put_in_front(content, std::string{addressee} + ": ");
}

void title_as_text(chat::Content& content) {
  if (content.title.empty()) return;
  std::string line = "Subject: " + std::exchange(content.title, {});
  if (!content.text.empty()) line += '\n';
  put_in_front(content, line);
}

}  // namespace

std::optional<Feature> feature_of(const chat::Command& command, const Reference& reference) {
  if (std::holds_alternative<chat::EditMessage>(command)) return Feature::edit;
  if (std::holds_alternative<chat::RetractMessage>(command)) return Feature::retract;
  if (std::holds_alternative<chat::React>(command)) return Feature::react;
  if (!reference.reply_id.empty()) return Feature::reply;
  return std::nullopt;
}

std::optional<Error> refusal_of(const chat::Command& command, const chat::Capabilities& can, std::string_view network) {
  const std::string name{network};
  if (std::holds_alternative<chat::RetractMessage>(command) && can.of(Feature::retract) != Support::native) {
    return Error{Fault::unsupported, name + " cannot take a message back: everybody who was there has it."};
  }
  if (const auto* react = std::get_if<chat::React>(&command)) {
    const Support support = can.of(Feature::react);
    if (support == Support::no || (support == Support::as_text && react->emoji.empty())) {
      return Error{Fault::unacceptable, name + " has no reactions to messages; write what you think."};
    }
    if (can.reactions != 0 && react->emoji.size() > can.reactions) {
      return Error{Fault::unacceptable, name + " allows at most " + std::to_string(can.reactions) +
                                            " reactions of one person to a message."};
    }
  }
  if (std::holds_alternative<chat::EditMessage>(command) && !can.has(Feature::edit)) {
    return Error{Fault::unsupported, name + " cannot change a message; send a new one."};
  }
  return std::nullopt;
}

chat::Command degraded(const chat::Command& command, const Reference& reference, const chat::Capabilities& can,
                       std::string_view addressee) {
  if (const auto* send = std::get_if<chat::SendMessage>(&command)) {
    chat::SendMessage said = *send;
    const bool native = can.of(Feature::reply) == Support::native && !said.content.reply_to.empty();
    if (!reference.reply_id.empty() && !native) {
      const bool addressed = said.conversation.is_room() && can.has(Feature::reply);
      reply_as_text(said.content, reference, addressed, addressee);
    }
    if (can.of(Feature::titles) != Support::native) title_as_text(said.content);
    return said;
  }
  if (const auto* edit = std::get_if<chat::EditMessage>(&command)) {
    if (can.of(Feature::edit) == Support::native && !edit->edited.empty()) return command;
    chat::SendMessage said{edit->conversation, edit->content};
    said.content.kind = chat::Content::Kind::text;
    put_in_front(said.content, "* ");
    return said;
  }
  if (const auto* react = std::get_if<chat::React>(&command)) {
    if (can.of(Feature::react) == Support::native) return command;
    std::string text = "reacts with";
    for (const std::string& each : react->emoji) text += ' ' + each;
    chat::SendMessage said{react->conversation, chat::plain(std::move(text))};
    said.content.kind = chat::Content::Kind::action;
    return said;
  }
  return command;
}

}  // namespace dragoman::gateway
