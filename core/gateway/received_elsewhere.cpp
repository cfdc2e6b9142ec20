#include "gateway/received_messages.hpp"
#include "gateway/to_stanza.hpp"
#include "gateway/user.hpp"
#include "xmpp/delay.hpp"
#include "xmpp/privilege.hpp"
#include "xmpp/stanza_id.hpp"

// What a person has said to somebody with another client of the network (through a bouncer, on a telephone): their XMPP
// clients show it as their own where the server lets us speak for them.

namespace dragoman::gateway {

namespace {

/// The message as the person would have sent it, into a stanza that is open.
void write_own(xmpp::Writer& writer, const xmpp::Jid& person, const std::string& to, std::string_view id,
               const chat::Content& content, const std::optional<Timestamp>& delay, const xmpp::Jid& gateway) {
  writer.open("message", "jabber:client");
  writer.attribute("from", person.str());
  writer.attribute("to", to);
  writer.attribute("type", "chat");
  writer.attribute("id", id);
  writer.leaf("body", to_body(content));
  if (!content.thread.empty()) writer.leaf("thread", content.thread);
  xmpp::write_origin_id(writer, id);
  if (delay) xmpp::write_delay(writer, *delay, gateway.str());
  writer.close();
}

}  // namespace

void ReceivedMessages::deliver_from_elsewhere(const store::Message& row, const chat::Content& content,
                                              const std::optional<Timestamp>& delay) {
  const std::string contact = context_.address(chat::Conversation{chat::RoomId{row.room}, chat::PersonId{row.person}});
  const std::string id = incoming_id(row);
  const xmpp::Privileges* granted = user_.rights();
  const bool may_speak = granted != nullptr && granted->messages;
  const auto write = [&](const auto& write_inner) {
    context_.link.write([&](xmpp::Writer& writer) {
      writer.begin("message", network().str(), owner_.domain());
      xmpp::open_privileged_message(writer, *granted);
      write_inner(writer);
      xmpp::close_privileged_message(writer);
    });
  };
  if (may_speak && granted->current) {
    // The server gives it to their clients and archive, and brings it to us.
    context_.privileges.swallowed.expect(owner_.bare_view(), id, context_.timers.clock().now());
    return write([&](xmpp::Writer& writer) { write_own(writer, owner_, contact, id, content, delay, network()); });
  }
  if (may_speak && user_.is_online()) {
    // COMPAT ejabberd before 23.10 (#3990) routes such a message without a copy for the clients: so each gets the copy,
    // and nobody the message.
    user_.clients().each_online([&](const std::string& client) {
      write([&](xmpp::Writer& writer) {
        writer.open("message", "jabber:client");
        writer.attribute("from", owner_.str());
        writer.attribute("to", client);
        writer.attribute("type", "chat");
        writer.open("sent", xmpp::carbons_ns);
        writer.open("forwarded", xmpp::forward_ns);
        write_own(writer, owner_, contact, id, content, delay, network());
        writer.close();
        writer.close();
        writer.close();
      });
    });
    return;
  }
  // Nothing may be said for them, so it is said to them, and what it is stands before it.
  chat::Content marked = chat::plain("(you, from another client) " + to_body(content));
  marked.thread = content.thread;
  OutgoingMessage message;
  const std::string from = escaped(contact);
  message.from_bare = from;
  message.to = owner_.str();
  message.type = "chat";
  message.id = id;
  message.delay = delay;
  if (delay) message.delay_from = network().str();
  context_.link.write([&](xmpp::Writer& writer) { gateway::write(writer, message, marked); });
}

}  // namespace dragoman::gateway
