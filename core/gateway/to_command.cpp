#include "gateway/to_command.hpp"

#include "base/text.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/oob.hpp"
#include "xmpp/receipts.hpp"
#include "xmpp/roster_exchange.hpp"
#include "xmpp/stanza_id.hpp"

namespace dragoman::gateway {

namespace {

constexpr std::string_view eme = "urn:xmpp:eme:0";  // XEP-0380
constexpr std::string_view omemo_old = "eu.siacs.conversations.axolotl";

/// The body without xml:lang, else the first one (xmpp.md 2.1).
const xmpp::Element* choose_body(const xmpp::Element& message) {
  const xmpp::Element* first = nullptr;
  for (const xmpp::Element& child : message.children) {
    if (!child.is("body", message.ns)) continue;
    if (!child.has("xml:lang")) return &child;
    if (first == nullptr) first = &child;
  }
  return first;
}

void read_attachments(const xmpp::Element& message, chat::Content& content) {
  for (xmpp::OutOfBand& each : xmpp::read_oob(message)) {
    chat::Attachment& file = content.attachments.emplace_back();
    file.url = std::move(each.url);
    file.description = std::move(each.description);
  }
}

/// "King <claudius@denmark> (Royalty)"
std::string to_line(const xmpp::SuggestedContact& contact) {
  std::string groups;
  for (const std::string& group : contact.groups) groups += (groups.empty() ? "" : ", ") + group;
  std::string line = contact.name.empty() ? contact.jid : contact.name + " <" + contact.jid + '>';
  if (!groups.empty()) line += " (" + groups + ')';
  return text::without_controls(line, false);
}

/// Contacts that are attached become lines: no network adds them to a list.
void append_contacts(const xmpp::Element& message, chat::Content& content) {
  for (const xmpp::SuggestedContact& contact : xmpp::read_suggested_contacts(message)) {
    if (!content.text.empty()) content.text += '\n';
    content.text += to_line(contact);
  }
}

}  // namespace

std::string to_plain_text(std::string_view body) {
  std::string text;
  text.reserve(body.size());
  for (std::size_t i = 0; i < body.size(); ++i) {
    if (body[i] != '\r') {
      text += body[i];
    } else {
      if (i + 1 < body.size() && body[i + 1] == '\n') continue;
      text += '\n';
    }
  }
  text = text::without_controls(text, true);
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text;
}

Result<MessageRequest> read_message(const xmpp::Element& message) {
  MessageRequest request;
  request.id = message.get("id");
  request.origin_id = xmpp::read_origin_id(message);
  request.wants_receipt = xmpp::wants_receipt(message);

  const xmpp::Element* body = choose_body(message);
  if (message.child("encryption", eme) != nullptr || message.child("encrypted", omemo_old) != nullptr) {
    if (body == nullptr && message.child("encrypted", omemo_old) == nullptr) return request;
    return failure(Fault::unacceptable,
                   "This gateway cannot read encrypted messages: end-to-end encryption ends where the other network "
                   "begins. Switch it off for this conversation and send the message again.");
  }
  const xmpp::Element* subject = message.child("subject", message.ns);
  const bool attached = message.child("x", xmpp::oob_ns) != nullptr || !xmpp::read_suggested_contacts(message).empty();
  if (body == nullptr && !attached) {
    if (subject != nullptr && message.child("thread", message.ns) == nullptr) {
      request.subject = text::without_controls(subject->text(), false);
    }
    return request;
  }
  chat::Content content;
  if (body != nullptr) content.text = to_plain_text(body->text());
  if (content.text.starts_with("/me ")) {  // XEP-0245
    content.kind = chat::Content::Kind::action;
    content.text.erase(0, 4);
  }
  if (subject != nullptr && message.get("type") != "groupchat")
    content.title = text::without_controls(subject->text(), false);
  content.thread = message.child_text("thread", message.ns);
  read_attachments(message, content);
  append_contacts(message, content);
  if (content.text.empty() && content.attachments.empty()) return request;
  request.content = std::move(content);
  return request;
}

}  // namespace dragoman::gateway
