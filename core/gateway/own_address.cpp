#include "gateway/own_address.hpp"

#include "gateway/room_presence.hpp"
#include "xmpp/jid.hpp"

namespace dragoman::gateway {

Result<chat::PersonId> person_at(const Context& context, std::string_view text) {
  const auto jid = xmpp::Jid::parse(text);
  if (!jid) return jid.error();
  if (jid->domain() != context.link.jid().str())
    return failure(Fault::not_found, "This address is not of this network.");
  const auto address = context.network.parse(xmpp::unescape_local(jid->local()));
  if (!address) return address.error();
  if (const auto* person = std::get_if<chat::PersonId>(&*address)) return *person;
  if (const auto* room = std::get_if<chat::RoomId>(&*address); room != nullptr && !jid->is_bare()) {  // an occupant
    return context.network.person_in_room(*room, nickname_of(context.network.names_in(*room), jid->resource()));
  }
  return failure(Fault::not_found, "This address is not a person.");
}

std::optional<chat::RoomId> room_at(const Context& context, std::string_view text) {
  const auto jid = xmpp::Jid::parse(text);
  if (!jid || jid->domain() != context.link.jid().str()) return std::nullopt;
  const auto address = context.network.parse(xmpp::unescape_local(jid->local()));
  if (!address || !std::holds_alternative<chat::RoomId>(*address)) return std::nullopt;
  return std::get<chat::RoomId>(*address);
}

}  // namespace dragoman::gateway
