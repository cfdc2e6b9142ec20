#include "gateway/access.hpp"
#include "gateway/room_presence.hpp"
#include "gateway/user.hpp"
#include "xmpp/invite.hpp"
#include "xmpp/muc.hpp"
#include "xmpp/stanza_error.hpp"

// Invitations to rooms, both ways (XEP-0045 7.8, XEP-0249).

namespace dragoman::gateway {

Result<chat::PersonId> User::person_at(std::string_view text) const {
  const auto jid = xmpp::Jid::parse(text);
  if (!jid) return jid.error();
  if (jid->domain() != network().str()) return failure(Fault::not_found, "This address is not of this network.");
  const auto address = context_.network.parse(xmpp::unescape_local(jid->local()));
  if (!address) return address.error();
  if (const auto* person = std::get_if<chat::PersonId>(&*address)) return *person;
  if (const auto* room = std::get_if<chat::RoomId>(&*address); room != nullptr && !jid->is_bare()) {  // an occupant
    return context_.network.person_in_room(*room, nickname_of(context_.network.names_in(*room), jid->resource()));
  }
  return failure(Fault::not_found, "This address is not a person.");
}

std::optional<chat::RoomId> User::room_at(std::string_view text) const {
  const auto jid = xmpp::Jid::parse(text);
  if (!jid || jid->domain() != network().str()) return std::nullopt;
  const auto address = context_.network.parse(xmpp::unescape_local(jid->local()));
  if (!address || !std::holds_alternative<chat::RoomId>(*address)) return std::nullopt;
  return std::get<chat::RoomId>(*address);
}

bool User::on_room_request(const xmpp::Element& message, const xmpp::Jid& resource, const chat::RoomId& id) {
  if (const auto decline = xmpp::read_decline(message)) {
    decline_invitation(message, *decline, id);
    return true;
  }
  auto invitations = xmpp::read_invitations(message);
  if (const auto old = xmpp::read_subject_invitation(message)) invitations.push_back(*old);
  if (!invitations.empty()) {
    invite_through_room(message, invitations, id);
    return true;
  }
  const auto wanted = xmpp::read_voice_request(message);
  if (!wanted) return false;
  const Room* known = room(id);
  if (known == nullptr || !known->has(resource.str())) {
    refuse(message, Fault::unacceptable, "You are not in this room; join it before you ask for voice there.");
  } else if (*wanted != to_text(chat::Role::participant)) {
    refuse(message, Fault::malformed, "Only the role 'participant' can be asked for.");
  } else {
    ask(chat::RequestVoice{id}, [this, message](const chat::Done*, const chat::Failed* failed) {
      if (failed != nullptr) refuse(message, *failed);
    });
  }
  return true;
}

void User::invite_through_room(const xmpp::Element& message, const std::vector<xmpp::Invitation>& invitations,
                               const chat::RoomId& id) {
  const Room* known = room(id);
  if (known == nullptr) return refuse(message, Fault::forbidden, "You are not in this room; join it to invite others.");
  // Nobody is invited before everybody's address was read.
  std::vector<std::pair<xmpp::Element, chat::Invite>> here;  // each with what its error gives back
  std::vector<xmpp::Invitation> outside;
  for (std::size_t i = 0; i < invitations.size(); ++i) {
    const xmpp::Invitation& invitation = invitations[i];
    const auto to = xmpp::Jid::parse(invitation.to);
    if (!to) return refuse(message, Fault::malformed, "Say whom to invite: " + to.error().text);
    if (to->domain() == network().str()) {
      const auto person = person_at(invitation.to);
      if (!person) return refuse(message, person.error().fault, person.error().text);
      here.push_back({xmpp::with_one_invitation(message, i), {id, *person, invitation.reason}});
    } else if (may_use(context_, *to)) {
      xmpp::Invitation& passed_on = outside.emplace_back(invitation);
      passed_on.to = to->str();
      passed_on.from = owner_.str();
      if (passed_on.password.empty()) passed_on.password = known->password;
    } else {
      return refuse(message, Fault::forbidden, "They could not join: " + refusal(context_, *to));
    }
  }
  const std::string address = known->address();
  for (const xmpp::Invitation& invitation : outside) send_invitation(invitation, address, invitation.to);
  for (auto& [stanza, invite] : here) perform_invite(stanza, std::move(invite));
}

void User::perform_invite(const xmpp::Element& message, chat::Invite invite) {
  ask(std::move(invite), [this, message](const chat::Done*, const chat::Failed* failed) {
    if (failed != nullptr) refuse(message, *failed);
  });
}

bool User::on_direct_invitation(const xmpp::Element& message, const chat::PersonId& person) {
  const auto invitation = xmpp::read_direct_invitation(message);
  if (!invitation) return false;
  const auto id = room_at(invitation->room);
  if (!id) {
    // A room elsewhere: where the client explains that in words, the words can be passed on.
    if (message.child("body", message.ns) != nullptr) return false;
    refuse(message, Fault::unacceptable, "People of this network can be invited only to rooms of it.");
  } else if (room(*id) == nullptr) {
    refuse(message, Fault::forbidden, "You are not in this room; join it to invite others.");
  } else {
    perform_invite(message, {*id, person, invitation->reason});
  }
  return true;
}

void User::decline_invitation(const xmpp::Element& message, const xmpp::Decline& decline, const chat::RoomId& id) {
  const auto to = xmpp::Jid::parse(decline.to);
  if (!to) return refuse(message, Fault::malformed, "Say whose invitation you decline: " + to.error().text);
  if (to->domain() != network().str()) {
    if (!may_use(context_, *to)) return refuse(message, Fault::forbidden, refusal(context_, *to));
    context_.link.write([&](xmpp::Writer& writer) {
      writer.begin("message", context_.address(id), to->str());
      xmpp::write_decline(writer, {{}, owner_.str(), decline.reason});
    });
    return;
  }
  if (decline.to == network().str()) return;  // what the network offered by itself
  const auto inviter = person_at(decline.to);
  if (!inviter) return refuse(message, inviter.error().fault, inviter.error().text);
  // Nobody waits for an answer: whoever invited may be gone by now.
  ask(chat::DeclineInvite{id, *inviter, decline.reason}, [](const chat::Done*, const chat::Failed*) {});
}

void User::send_invitation(const xmpp::Invitation& invitation, const std::string& room, const std::string& to) {
  context_.link.write([&](xmpp::Writer& writer) {
    writer.begin("message", room, to);
    xmpp::write_invitation(writer, invitation, room);
  });
}

void User::on(const chat::Invited& event) {
  if (blocks(event.author.person)) return;
  xmpp::Invitation invitation;
  // Without a person the network itself says that there is a room.
  const bool by_network = event.author.person.empty();
  invitation.from = by_network ? network().str() : context_.address(event.author.person);
  invitation.reason = event.reason;
  invitation.password = event.password;
  send_invitation(invitation, context_.address(event.room), owner_.str());
  remember_password(event.room, event.password);
}

}  // namespace dragoman::gateway
