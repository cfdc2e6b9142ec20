#include <variant>

#include "base/log.hpp"
#include "gateway/gateway.hpp"
#include "gateway/service.hpp"

// Presence and subscriptions: whose they are, and for which address.

namespace dragoman::gateway {

void Gateway::receive_presence(const xmpp::Element& presence, const xmpp::Jid& from, const xmpp::Jid& to) {
  const std::string_view type = presence.get("type");
  const bool subscribes =
      type == "subscribe" || type == "subscribed" || type == "unsubscribe" || type == "unsubscribed";
  const bool available = type.empty() || type == "unavailable";
  if (!subscribes && !available && type != "probe") return;  // RFC 6121 4.7.1 knows no other
  if (service_->updates().is_announcement(presence, to)) return service_->updates().announced(from, to);
  Contacts::Who who;
  if (!to.local().empty()) {
    auto known = contact_of(to);
    if (!known) {
      if (type.empty() || type == "subscribe" || type == "probe") refuse_address(presence, known.error());
      return;
    }
    who = std::move(*known);
  }
  User& person = user(from);
  if (subscribes) {
    // Servers put the bare address of the person there, or a full one when a contact is deleted (Prosody).
    person.subscriptions().on_presence(presence, to, std::move(who));
  } else if (type == "probe") {
    person.subscriptions().on_probe(from, to.local());
  } else if (from.is_bare()) {
    // The server says that nobody is there; also when it only believes that we may not know (Prosody, while a
    // subscription is being granted), so it counts only when we doubt it ourselves.
    if (type == "unavailable") person.forget_silent_clients();
  } else if (const auto* room = std::get_if<chat::RoomId>(&who)) {
    receive_room_presence(presence, from, to, *room, person);
  } else if (to.local().empty() || person.subscriptions().has(to.local())) {
    person.on_presence(presence, from, to.local());
  }
  if (available && !from.is_bare()) learn_features(presence, from, person);
  person.settle();
}

void Gateway::receive_room_presence(const xmpp::Element& presence, const xmpp::Jid& from, const xmpp::Jid& to,
                                    const chat::RoomId& room, User& person) {
  // A server says so to each address that is deleted from the roster; a room is left from the occupant's address
  // (XEP-0045 7.14).
  const bool of_roster = to.is_bare() && person.subscriptions().has(to.local());
  if (of_roster && presence.get("type") == "unavailable") return;
  person.rooms().on_presence(presence, from, room, to);
  person.on_show_in_room(presence, from);
}

void Gateway::learn_features(const xmpp::Element& presence, const xmpp::Jid& client, const User& person) {
  const bool available = presence.get("type").empty();
  if (person.has_client(client.str())) {
    if (available) features_.on_presence(presence, client);
  } else if (available) {
    features_.forget(client.str());
  } else {
    features_.gone(client.str());
  }
}

Result<Contacts::Who> Gateway::contact_of(const xmpp::Jid& address) const {
  const auto read = parts_.network.parse(xmpp::unescape_local(address.local()));
  if (!read) return read.error();
  if (const auto* room = std::get_if<chat::RoomId>(&*read)) return Contacts::Who{*room};
  if (const auto* person = std::get_if<chat::PersonId>(&*read)) return Contacts::Who{*person};
  return failure(Fault::not_found, "This address is the network itself; use " + parts_.link.jid().str() + ".");
}

void Gateway::restore_contact(const store::Document& document, const xmpp::Jid& owner) {
  Contacts::Who who;
  if (!document.key.empty()) {
    const auto address = xmpp::Jid::parse(document.key + '@' + parts_.link.jid().str());
    auto known = address ? contact_of(*address) : Result<Contacts::Who>{address.error()};
    if (!known) {
      LOG_WARN("stored contact is no address of this network any more and is skipped", document.owner, document.key);
      return;
    }
    who = std::move(*known);
  }
  user(owner).subscriptions().restore_contact(document.key, std::move(who), document.value);
}

}  // namespace dragoman::gateway
