#include "gateway/context.hpp"

#include "xmpp/jid.hpp"

namespace dragoman::gateway {

std::string Context::address(const chat::RoomId& room) const {
  return xmpp::escape_local(network.format(room)) + '@' + link.jid().str();
}

std::string Context::address(const chat::PersonId& person) const {
  return xmpp::escape_local(network.format(person)) + '@' + link.jid().str();
}

std::string Context::address(const chat::Conversation& conversation) const {
  if (conversation.is_room()) return address(conversation.room);
  if (!conversation.is_private_in_room()) return address(conversation.person);
  return address(conversation.room) + '/' + xmpp::safe_resource(network.format_in_room(conversation.person));
}

std::string Context::part_address(const std::string& part) const {
  return part.empty() ? link.jid().str() : xmpp::escape_local(part) + '@' + link.jid().str();
}

xmpp::StanzaError Context::error_of(Fault fault, const std::string& text, const std::string& code) const {
  xmpp::StanzaError error = xmpp::to_stanza_error(fault, text);
  error.network = network.describe().kind;
  error.code = code;
  return error;
}

}  // namespace dragoman::gateway
