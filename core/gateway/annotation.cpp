#include "gateway/annotation.hpp"

#include "base/text.hpp"
#include "gateway/attachments.hpp"
#include "gateway/to_stanza.hpp"
#include "xmpp/correction.hpp"
#include "xmpp/fallback.hpp"
#include "xmpp/hints.hpp"
#include "xmpp/markers.hpp"
#include "xmpp/reactions.hpp"
#include "xmpp/reply.hpp"
#include "xmpp/retraction.hpp"
#include "xmpp/styling.hpp"

namespace dragoman::gateway {

namespace {

void annotate_text(const chat::Content& content, const Reference& reference, Annotation& made) {
  if (!reference.reply_id.empty()) {
    made.elements.push_back(xmpp::make_reply(reference.reply_id, reference.reply_to));
    if (!reference.quote.empty() && content.kind == chat::Content::Kind::text) {
      made.quote = reference.quote;
      made.elements.push_back(xmpp::make_fallback(xmpp::reply_ns, made.quote, made.quote.size()));
    }
  }
  for (xmpp::Element& each : read_file_elements(reference.files)) {
    made.has_files = true;
    made.elements.push_back(std::move(each));
  }
  if (made.has_files) made.body = reference.body;
  if (reference.markable) made.elements.push_back(xmpp::make_markable());
  if (reference.unstyled) made.elements.push_back(xmpp::make_unstyled());
}

void annotate_retraction(const chat::RetractMessage& retract, const Reference& reference, std::string_view room,
                         Annotation& made) {
  if (retract.as_moderator) {
    std::string by{room};
    if (!reference.resource.empty()) by += '/' + unescaped(reference.resource);
    const xmpp::Moderator moderator{by, reference.occupant_id};
    made.elements.push_back(xmpp::make_moderated_retraction(reference.target, moderator, retract.reason));
    made.has_body = false;
  } else {
    made.elements.push_back(xmpp::make_retraction(reference.target));
    made.elements.push_back(xmpp::make_fallback(xmpp::retraction_ns));
  }
  made.elements.push_back(xmpp::make_hint(xmpp::Hint::store));
}

}  // namespace

std::optional<Annotation> annotate(const chat::Command& command, const Reference& reference, std::string_view room) {
  const auto* send = std::get_if<chat::SendMessage>(&command);
  const bool marked = reference.markable || reference.no_store || reference.unstyled || !reference.files.empty();
  if (send != nullptr && !marked && reference.reply_id.empty()) return std::nullopt;
  Annotation made;
  if (send != nullptr) annotate_text(send->content, reference, made);
  if (const auto* edit = std::get_if<chat::EditMessage>(&command)) {
    made.elements.push_back(xmpp::make_correction(reference.target));
    annotate_text(edit->content, reference, made);
  }
  if (const auto* retract = std::get_if<chat::RetractMessage>(&command)) {
    annotate_retraction(*retract, reference, room, made);
  }
  if (const auto* react = std::get_if<chat::React>(&command)) {
    made.has_body = false;
    made.elements.push_back(xmpp::make_reactions(reference.target, react->emoji));
    if (!reference.no_store) made.elements.push_back(xmpp::make_hint(xmpp::Hint::store));
  }
  if (reference.no_store) made.elements.push_back(xmpp::make_hint(xmpp::Hint::no_store));
  return made;
}

const chat::Content& said_in(const chat::Command& command) {
  static const chat::Content nothing;
  static const chat::Content retraction =
      chat::plain("/me retracted a previous message, but it's unsupported by your client.");
  if (const auto* send = std::get_if<chat::SendMessage>(&command)) return send->content;
  if (const auto* edit = std::get_if<chat::EditMessage>(&command)) return edit->content;
  return std::holds_alternative<chat::RetractMessage>(command) ? retraction : nothing;
}

bool speaks_as_room(const chat::Command& command) {
  const auto* retract = std::get_if<chat::RetractMessage>(&command);
  return retract != nullptr && retract->as_moderator;
}

std::string quote_of(std::string_view text) {
  constexpr std::size_t most_bytes = 300, most_lines = 3;
  const std::string_view begin = text::cut(text, most_bytes);
  std::string quote;
  std::size_t lines = 0;
  for (const std::string_view line : text::split(begin, '\n')) {
    if (++lines > most_lines) break;
    quote += "> ";
    quote += text::without_controls(line, false);
    quote += '\n';
  }
  if (lines > most_lines || begin.size() < text.size()) quote.insert(quote.size() - 1, " …");
  return quote;
}

}  // namespace dragoman::gateway
