#include "gateway/returned.hpp"

#include "gateway/to_stanza.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/stanza_error.hpp"

namespace dragoman::gateway {

namespace {
/// Between the parts of a reference: no XML text can hold it.
constexpr char separator = '\x1f';
}  // namespace

std::string write_reference(const Reference& reference) {
  std::string text{reference.id};
  if (reference.origin_id.empty() && !reference.receipt) return text;
  text += separator;
  text += reference.origin_id;
  text += separator;
  if (reference.receipt) text += 'r';
  return text;
}

Reference read_reference(std::string_view text) {
  const std::size_t first = text.find(separator);
  if (first == std::string_view::npos) return {text, {}, false};
  const std::size_t second = text.find(separator, first + 1);
  if (second == std::string_view::npos) return {text.substr(0, first), text.substr(first + 1), false};
  return {text.substr(0, first), text.substr(first + 1, second - first - 1), text.substr(second + 1) == "r"};
}

void write_returned(Context& context, const delivery::Entry& entry, Fault fault, const std::string& text) {
  const auto* send = std::get_if<chat::SendMessage>(&entry.command);
  if (send == nullptr) return;
  const Reference reference = read_reference(entry.stanza_id);
  xmpp::StanzaError error = xmpp::to_stanza_error(fault, text);
  if (send->conversation.is_room()) error.by = context.address(send->conversation.room);
  xmpp::Element reply{"message", xmpp::ns::component};
  reply.set("from", context.address(send->conversation)).set("to", entry.sender).set("type", "error");
  if (!reference.id.empty()) reply.set("id", reference.id);
  reply.add_text_child("body", to_body(send->content));
  reply.add(xmpp::make_error(error));
  context.link.send(reply);
}

}  // namespace dragoman::gateway
