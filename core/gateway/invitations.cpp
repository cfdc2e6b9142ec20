#include "gateway/invitations.hpp"

#include "gateway/access.hpp"
#include "gateway/own_address.hpp"
#include "gateway/user.hpp"
#include "xmpp/muc.hpp"
#include "xmpp/stanza_error.hpp"

namespace dragoman::gateway {

bool Invitations::on_room_request(const xmpp::Element& message, const xmpp::Jid& resource, const chat::RoomId& id) {
  if (const auto declined = xmpp::read_decline(message)) {
    decline(message, *declined, id);
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
  const Room* known = user_.room(id);
  if (known == nullptr || !known->has(resource.str())) {
    user_.refuse(message, Fault::unacceptable, "You are not in this room; join it before you ask for voice there.");
  } else if (*wanted != to_text(chat::Role::participant)) {
    user_.refuse(message, Fault::malformed, "Only the role 'participant' can be asked for.");
  } else {
    user_.ask(chat::RequestVoice{id}, [this, message](const chat::Done*, const chat::Failed* failed) {
      if (failed != nullptr) user_.refuse(message, *failed);
    });
  }
  return true;
}

void Invitations::invite_through_room(const xmpp::Element& message, const std::vector<xmpp::Invitation>& invitations,
                                      const chat::RoomId& id) {
  const Room* known = user_.room(id);
  if (known == nullptr)
    return user_.refuse(message, Fault::forbidden, "You are not in this room; join it to invite others.");
  // Nobody is invited before everybody's address was read.
  std::vector<std::pair<xmpp::Element, chat::Invite>> here;  // each with what its error gives back
  std::vector<xmpp::Invitation> outside;
  for (std::size_t i = 0; i < invitations.size(); ++i) {
    const xmpp::Invitation& invitation = invitations[i];
    const auto to = xmpp::Jid::parse(invitation.to);
    if (!to) return user_.refuse(message, Fault::malformed, "Say whom to invite: " + to.error().text);
    if (to->domain() == network().str()) {
      const auto person = person_at(context_, invitation.to);
      if (!person) return user_.refuse(message, person.error().fault, person.error().text);
      here.push_back({xmpp::with_one_invitation(message, i), {id, *person, invitation.reason}});
    } else if (may_use(context_, *to)) {
      xmpp::Invitation& passed_on = outside.emplace_back(invitation);
      passed_on.to = to->str();
      passed_on.from = owner_.str();
      if (passed_on.password.empty()) passed_on.password = known->password;
    } else {
      return user_.refuse(message, Fault::forbidden, "They could not join: " + refusal(context_, *to));
    }
  }
  const std::string address = known->address();
  for (const xmpp::Invitation& invitation : outside) send(invitation, address, invitation.to);
  for (auto& [stanza, invite] : here) perform(stanza, std::move(invite));
}

void Invitations::perform(const xmpp::Element& message, chat::Invite invite) {
  user_.ask(std::move(invite), [this, message](const chat::Done*, const chat::Failed* failed) {
    if (failed != nullptr) user_.refuse(message, *failed);
  });
}

bool Invitations::on_direct(const xmpp::Element& message, const chat::PersonId& person) {
  const auto invitation = xmpp::read_direct_invitation(message);
  if (!invitation) return false;
  const auto id = room_at(context_, invitation->room);
  if (!id) {
    // A room elsewhere: where the client explains that in words, the words can be passed on.
    if (message.child("body", message.ns) != nullptr) return false;
    user_.refuse(message, Fault::unacceptable, "People of this network can be invited only to rooms of it.");
  } else if (user_.room(*id) == nullptr) {
    user_.refuse(message, Fault::forbidden, "You are not in this room; join it to invite others.");
  } else {
    perform(message, {*id, person, invitation->reason});
  }
  return true;
}

void Invitations::decline(const xmpp::Element& message, const xmpp::Decline& declined, const chat::RoomId& id) {
  const auto to = xmpp::Jid::parse(declined.to);
  if (!to) return user_.refuse(message, Fault::malformed, "Say whose invitation you decline: " + to.error().text);
  if (to->domain() != network().str()) {
    if (!may_use(context_, *to)) return user_.refuse(message, Fault::forbidden, refusal(context_, *to));
    context_.link.write([&](xmpp::Writer& writer) {
      writer.begin("message", context_.address(id), to->str());
      xmpp::write_decline(writer, {{}, owner_.str(), declined.reason});
    });
    return;
  }
  if (declined.to == network().str()) return;  // what the network offered by itself
  const auto inviter = person_at(context_, declined.to);
  if (!inviter) return user_.refuse(message, inviter.error().fault, inviter.error().text);
  // Nobody waits for an answer: whoever invited may be gone by now.
  user_.ask(chat::DeclineInvite{id, *inviter, declined.reason}, [](const chat::Done*, const chat::Failed*) {});
}

void Invitations::send(const xmpp::Invitation& invitation, const std::string& room, const std::string& to) {
  context_.link.write([&](xmpp::Writer& writer) {
    writer.begin("message", room, to);
    xmpp::write_invitation(writer, invitation, room);
  });
}

void Invitations::on(const chat::Invited& event) {
  if (user_.blocks(event.author.person)) return;
  xmpp::Invitation invitation;
  // Without a person the network itself says that there is a room.
  const bool by_network = event.author.person.empty();
  invitation.from = by_network ? network().str() : context_.address(event.author.person);
  invitation.reason = event.reason;
  invitation.password = event.password;
  send(invitation, context_.address(event.room), owner_.str());
  remember_password(event.room, event.password);
}

void Invitations::offer(const chat::RoomId& id, const std::string& password, const std::string& client) {
  xmpp::Invitation invitation;
  invitation.from = network().str();
  invitation.password = password;
  send(invitation, context_.address(id), client);
  remember_password(id, password);
}

void Invitations::remember_password(const chat::RoomId& id, const std::string& password) {
  if (password.empty()) return;
  if (passwords_.size() >= most_passwords) passwords_.erase(passwords_.begin());
  passwords_[id] = password;
}

std::string Invitations::take_password(const chat::RoomId& id) {
  const auto invited = passwords_.extract(id);
  return invited.empty() ? std::string{} : invited.mapped();
}

}  // namespace dragoman::gateway
