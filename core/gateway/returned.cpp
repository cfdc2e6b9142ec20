#include "gateway/returned.hpp"

#include <algorithm>

#include "delivery/content_json.hpp"
#include "gateway/annotation.hpp"
#include "gateway/to_stanza.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/stanza_error.hpp"

namespace dragoman::gateway {

namespace {
/// Between the parts of a reference: no XML text can hold it.
constexpr char separator = '\x1f';
}  // namespace

std::string write_reference(const Reference& reference) {
  std::string flags;
  if (reference.receipt) flags += 'r';
  if (reference.markable) flags += 'm';
  if (reference.no_store) flags += 'n';
  if (reference.unstyled) flags += 'u';
  if (reference.elsewhere) flags += 'e';
  std::string text{reference.id};
  std::size_t end = text.size();  // behind the last part that says something
  for (const std::string_view part : {reference.origin_id, std::string_view{flags}, reference.resource,
                                      reference.occupant_id, reference.target, reference.reply_id, reference.reply_to,
                                      reference.quote, reference.thread_parent, reference.files, reference.body}) {
    text += separator;
    text += part;
    if (!part.empty()) end = text.size();
  }
  text.resize(end);
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
  if (text.empty()) return reference;  // of most messages
  for (const char flag : next()) {
    if (flag == 'r') reference.receipt = true;
    if (flag == 'm') reference.markable = true;
    if (flag == 'n') reference.no_store = true;
    if (flag == 'u') reference.unstyled = true;
    if (flag == 'e') reference.elsewhere = true;
  }
  reference.resource = next();
  reference.occupant_id = next();
  if (text.empty()) return reference;
  reference.target = next();
  reference.reply_id = next();
  reference.reply_to = next();
  reference.quote = next();
  reference.thread_parent = next();
  reference.files = next();
  reference.body = next();
  return reference;
}

std::string without_files(std::string_view text) {
  Reference reference = read_reference(text);
  if (reference.files.empty() && reference.body.empty()) return {};
  reference.files = reference.body = {};
  return write_reference(reference);
}

void write_returned(Context& context, const delivery::Entry& entry, Fault fault, const std::string& text,
                    const std::string& code) {
  const chat::Conversation& conversation = delivery::conversation_of(entry.command);
  const Reference reference = read_reference(entry.stanza_id);
  xmpp::StanzaError error = context.error_of(fault, text, code);
  if (fault == Fault::closed) error.type = "cancel";  // the person or an admin ended it; to wait helps nothing
  if (conversation.is_room()) error.by = context.address(conversation.room);
  xmpp::Element reply{"message", xmpp::ns::component};
  reply.set("from", context.address(conversation)).set("to", entry.sender).set("type", "error");
  if (!reference.id.empty()) reply.set("id", reference.id);
  const auto annotation = annotate(entry.command, reference, {});
  if (!annotation || annotation->has_body) {
    std::string body = annotation ? annotation->body : std::string{};
    if (body.empty()) body = (annotation ? annotation->quote : std::string{}) + to_body(said_in(entry.command));
    reply.add_text_child("body", body);
  }
  if (annotation) {
    for (const xmpp::Element& each : annotation->elements) reply.add(each);
  }
  reply.add(xmpp::make_error(error));
  context.link.send(reply);
}

}  // namespace dragoman::gateway
