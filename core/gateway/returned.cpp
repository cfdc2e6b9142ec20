#include "gateway/returned.hpp"

#include <algorithm>

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
  const bool shown = !reference.resource.empty() || !reference.occupant_id.empty();
  if (reference.origin_id.empty() && !reference.receipt && !shown && !reference.elsewhere) return text;
  text += separator;
  text += reference.origin_id;
  text += separator;
  if (reference.receipt) text += 'r';
  if (reference.elsewhere) text += 'e';
  if (!shown) return text;
  text += separator;
  text += reference.resource;
  text += separator;
  text += reference.occupant_id;
  return text;
}

Reference read_reference(std::string_view text) {
  // Rows of earlier versions end sooner.
  const auto next = [&text] {
    const std::size_t end = std::min(text.find(separator), text.size());
    const std::string_view part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return part;
  };
  Reference reference;
  reference.id = next();
  reference.origin_id = next();
  const std::string_view flags = next();
  reference.receipt = flags.find('r') != std::string_view::npos;
  reference.elsewhere = flags.find('e') != std::string_view::npos;
  reference.resource = next();
  reference.occupant_id = next();
  return reference;
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
