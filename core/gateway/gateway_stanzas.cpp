#include <optional>
#include <variant>

#include "chat/invitable.hpp"
#include "gateway/access.hpp"
#include "gateway/gateway.hpp"
#include "gateway/room_presence.hpp"
#include "gateway/service.hpp"
#include "xmpp/invite.hpp"
#include "xmpp/muc.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/stanza_error.hpp"

// Where a stanza goes: to whom it is from, and what its address means on the network. Presence: gateway_presence.cpp.

namespace dragoman::gateway {

namespace {

/// As make_error_reply; that of a join names the room, and gives no password back (XEP-0045 7.2).
xmpp::Element error_for(const xmpp::Element& stanza, xmpp::StanzaError error) {
  if (stanza.name != "presence" || stanza.child("x", xmpp::ns::muc) == nullptr) {
    return xmpp::make_error_reply(stanza, error);
  }
  const std::string_view to = stanza.get("to");
  error.by = to.substr(0, to.find('/'));
  return xmpp::make_error_reply(xmpp::without_join_secrets(stanza), error);
}

/// An invitation of somebody of ours to a room elsewhere: through the room, or straight from whoever invites.
std::optional<chat::InvitedElsewhere> read_elsewhere(const xmpp::Element& message, const xmpp::Jid& from,
                                                     const xmpp::Jid& to) {
  if (message.name != "message" || message.get("type") == "groupchat" || to.local().empty()) return std::nullopt;
  chat::InvitedElsewhere invitation;
  invitation.person = xmpp::unescape_local(to.local());
  const xmpp::Element* x = message.child("x", xmpp::ns::muc_user);
  const xmpp::Element* invite = x == nullptr ? nullptr : x->child("invite", xmpp::ns::muc_user);
  if (invite != nullptr) {
    const auto inviter = xmpp::Jid::parse(invite->get("from"));
    if (!inviter) return std::nullopt;
    invitation.room = from.bare_view();
    invitation.inviter = inviter->bare_view() == from.bare_view() ? inviter->str() : std::string{inviter->bare_view()};
    invitation.through_room = true;
    invitation.password = x->child_text("password", xmpp::ns::muc_user);
    return invitation;
  }
  const auto direct = xmpp::read_direct_invitation(message);
  if (!direct) return std::nullopt;
  const auto room = xmpp::Jid::parse(direct->room);
  if (!room) return std::nullopt;
  invitation.room = room->bare_view();
  invitation.inviter = from.bare_view();
  invitation.password = direct->password;
  return invitation;
}

}  // namespace

void Gateway::refuse(const xmpp::Element& stanza, Fault fault, const std::string& text) {
  if (!xmpp::may_answer(stanza)) return;
  parts_.link.send(error_for(stanza, xmpp::to_stanza_error(fault, text)));
}

void Gateway::refuse_address(const xmpp::Element& stanza, const Error& error) {
  if (!xmpp::may_answer(stanza)) return;
  xmpp::StanzaError wrong = xmpp::to_stanza_error(error.fault, error.text);
  if (error.fault == Fault::malformed || error.fault == Fault::too_long)
    wrong.condition = "jid-malformed", wrong.type.clear();
  parts_.link.send(error_for(stanza, std::move(wrong)));
}

void Gateway::receive(const xmpp::Element& stanza, const xmpp::Jid& from, const xmpp::Jid& to) {
  if (stopped_) return;
  if (stanza.get("type") == "error") return receive_bounce(stanza, from, to);
  if (stanza.name == "message" && receive_privileges(stanza, from)) return;
  if (auto* invitable = dynamic_cast<chat::Invitable*>(&parts_.network)) {
    // It may come from a room, which need not be one of those who may use the gateway.
    const auto invitation = read_elsewhere(stanza, from, to);
    if (invitation && invitable->on_invited(*invitation)) return;
  }
  if (!may_use(context_, from)) {
    // Unavailable presence ends what never began; anything else learns who may.
    if (stanza.get("type") == "unavailable") return;
    return refuse(stanza, Fault::forbidden, refusal(context_, from));
  }
  if (!from.is_bare() && stanza.get("type") != "unavailable") {
    kept_back_.is_here(from.bare_view(), stanza.name == "presence" && stanza.get("type").empty());
  }
  if (stanza.name == "message") {
    receive_message(stanza, from, to);
  } else if (stanza.name == "presence") {
    receive_presence(stanza, from, to);
  } else if (stanza.name == "iq") {
    receive_iq(stanza, from, to);
  }
  watch_backlog();
}

void Gateway::receive_bounce(const xmpp::Element& stanza, const xmpp::Jid& from, const xmpp::Jid& to) {
  if (stanza.name == "message" && from.is_domain() && to.is_domain()) privileges_.refused(from);
  if (stanza.name == "iq") return;
  std::optional<chat::RoomId> room;
  if (const auto address = parts_.network.parse(xmpp::unescape_local(to.local()))) {
    if (const auto* id = std::get_if<chat::RoomId>(&*address)) room = *id;
    const auto* person = std::get_if<chat::PersonId>(&*address);
    if (person != nullptr && stanza.name == "message") kept_back_.bounced(stanza, from, *person);
  }
  User* known = find(from.bare_view());
  if (known == nullptr) return;
  known->rooms().on_bounce(stanza, from, room);
  if (!known->has_client(from.str())) features_.gone(from.str());
}

bool Gateway::receive_privileges(const xmpp::Element& message, const xmpp::Jid& from) {
  if (from.local().empty()) {
    if (!privileges_.learn(message, from)) return false;
    for (auto& [bare, each] : users_) {
      if (each->jid().domain() == from.domain()) each->subscriptions().privileges_came();
    }
    return true;
  }
  return privileges_.swallowed.take(from.bare_view(), message.get("id"), parts_.timers.clock().now());
}

std::string Gateway::part_at(const chat::Network::Address& address) const {
  const auto* console = std::get_if<chat::Network::Console>(&address);
  return console != nullptr && parts_.network.in_parts() ? console->server : std::string{};
}

void Gateway::receive_message(const xmpp::Element& message, const xmpp::Jid& from, const xmpp::Jid& to) {
  if (to.local().empty()) return service_->receive_message(message, from, to);
  const auto address = parts_.network.parse(xmpp::unescape_local(to.local()));
  if (!address) return refuse_address(message, address.error());
  User& person = user(from);
  if (const auto* room = std::get_if<chat::RoomId>(&*address)) {
    person.sent().on_room_message(message, from, *room, to);
  } else if (const auto* contact = std::get_if<chat::PersonId>(&*address)) {
    if (!service_->take_command(message, from, to, *contact)) person.sent().on_person_message(message, from, *contact);
  } else if (const std::string part = part_at(*address); !part.empty()) {
    part_service_->receive_message(message, from, part);
  } else {
    service_->receive_message(message, from, to);
  }
  person.settle();
}

void Gateway::receive_iq(const xmpp::Element& iq, const xmpp::Jid& from, const xmpp::Jid& to) {
  const std::string_view type = iq.get("type");
  if (type != "get" && type != "set") return;
  if (to.local().empty()) return service_->receive_iq(iq, from);
  if (service_->updates().is_question(iq, to)) return service_->updates().receive_iq(iq);
  const auto address = parts_.network.parse(xmpp::unescape_local(to.local()));
  if (!address) return refuse_address(iq, address.error());
  User& asker = user(from);
  if (const auto* room = std::get_if<chat::RoomId>(&*address)) {
    receive_room_iq(iq, from, to, *room, asker);
  } else if (const auto* person = std::get_if<chat::PersonId>(&*address)) {
    person_service_.receive_iq({iq, asker, *person});
  } else if (const std::string part = part_at(*address); part.empty() || !part_service_->receive_iq(iq, from, part)) {
    service_->receive_iq(iq, from);
  }
  asker.settle();
}

void Gateway::receive_room_iq(const xmpp::Element& iq, const xmpp::Jid& from, const xmpp::Jid& to,
                              const chat::RoomId& id, User& asker) {
  Room* room = asker.room(id);
  const bool inside = room != nullptr && room->has(from.str());
  if (to.is_bare()) return room_service_.receive_iq({iq, from, id, asker, room, inside});
  if (iq.first_element()->is("ping", xmpp::ns::ping)) return asker.rooms().on_occupant_ping(iq, from, id, to);
  // XEP-0045 6.6: only occupants may ask about occupants.
  if (!inside) return refuse(iq, Fault::malformed, "You are not in this room.");
  const std::string nickname = nickname_of(parts_.network.names_in(id), to.resource());
  const auto person = parts_.network.person_in_room(id, nickname);
  if (!person) return refuse(iq, Fault::not_found, "Nobody of that name is in this room.");
  person_service_.receive_iq({iq, asker, *person, parts_.network.same_name(nickname, room->nick(), room->part()), id});
}

}  // namespace dragoman::gateway
