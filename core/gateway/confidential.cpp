#include "gateway/received_messages.hpp"
#include "gateway/sent_messages.hpp"
#include "gateway/to_stanza.hpp"
#include "gateway/user.hpp"
#include "xmpp/hints.hpp"
#include "xmpp/receipts.hpp"
#include "xmpp/stanza_error.hpp"

// What is said to those whom passwords are told (services of IRC), and by them: it goes past the store. So it is lost
// when the process ends, and never found in a database, an archive or a backup (docs/decisions/0052).

namespace dragoman::gateway {

bool User::is_confidential(const chat::Conversation& conversation) const {
  return !conversation.person.empty() && context_.network.keeps_nothing_of(conversation.person);
}

void SentMessages::say_in_confidence(const xmpp::Element& message, const chat::Conversation& conversation,
                                     MessageRequest request) {
  // Neither a receipt nor an error repeats what was said.
  xmpp::Element head = message;
  head.children.clear();
  chat::SendMessage send{conversation, std::move(*request.content)};
  user_.ask_connected(send,
                      [this, head, receipt = request.wants_receipt](const chat::Done*, const chat::Failed* failed) {
                        if (failed != nullptr) return user_.refuse(head, *failed);
                        if (!receipt) return;
                        context_.link.write([&](xmpp::Writer& writer) {
                          writer.begin("message", head.get("to"), head.get("from"));
                          xmpp::write_receipt(writer, head.get("id"));
                        });
                      });
}

void ReceivedMessages::hear_in_confidence(const chat::MessageReceived& event) {
  // One's own words from another client of the network are not repeated.
  if (event.author.self || !context_.link.up()) return;
  if (Uplink* from = user_.uplink(event.conversation)) from->last_private = context_.timers.clock().now();
  const std::string from = context_.address(event.conversation);
  context_.link.write([&](xmpp::Writer& writer) {
    writer.begin("message", from, owner_.str());
    writer.attribute("type", "chat");
    writer.leaf("body", to_body(event.content));
    xmpp::write_hint(writer, xmpp::Hint::no_store);
  });
}

}  // namespace dragoman::gateway
