#include "backends/muc/handlers.hpp"
#include "xmpp/invite.hpp"
#include "xmpp/namespaces.hpp"

// XEP-0045 7.8 and XEP-0249.
namespace dragoman::backends::muc {

namespace {

xmpp::Element make_message(const State& state, std::string_view to) {
  xmpp::Element message{"message", xmpp::ns::component};
  message.set("from", state.voice.address.str()).set("to", to);
  return message;
}

void tell_invited(const std::string& room, const xmpp::Jid& inviter, const xmpp::Invitation& invitation,
                  Effects& effects) {
  chat::Invited invited;
  invited.room = chat::RoomId{room};
  invited.room_name = room;
  invited.author.person = chat::PersonId{std::string{inviter.bare_view()}};
  invited.author.name = inviter.local().empty() ? inviter.domain() : inviter.local();
  invited.author.identity = inviter.bare_view();
  invited.reason = invitation.reason;
  invited.password = invitation.password;
  effects.tell(std::move(invited));
}

/// Through the room that it is about.
std::optional<xmpp::Invitation> read_mediated(const xmpp::Element& message) {
  const xmpp::Element* x = message.child("x", xmpp::ns::muc_user);
  const xmpp::Element* invite = x == nullptr ? nullptr : x->child("invite", xmpp::ns::muc_user);
  if (invite == nullptr) return std::nullopt;
  xmpp::Invitation invitation;
  invitation.from = invite->get("from");
  invitation.reason = invite->child_text("reason", xmpp::ns::muc_user);
  invitation.password = x->child_text("password", xmpp::ns::muc_user);
  return invitation;
}

}  // namespace

void invite(State& state, chat::CommandId id, const chat::Invite& invite, Effects& effects) {
  Room* room = room_for(state, invite.room, id, effects);
  if (room == nullptr) return;
  const auto person = xmpp::Jid::parse(invite.person.text);
  if (!person) return effects.refused(id, Fault::malformed, "somebody who is invited is written as name@example.org");
  xmpp::Element message = make_message(state, room->address.str());
  xmpp::Element& asked = message.add("x", xmpp::ns::muc_user).add("invite");
  asked.set("to", person->bare_view());
  if (!invite.reason.empty()) asked.add_text_child("reason", invite.reason);
  const auto sent = effects.link.send(message);
  sent ? effects.done(id) : effects.not_sent(id, sent.error().fault, sent.error().text);
}

void decline(State& state, chat::CommandId id, const chat::DeclineInvite& decline, Effects& effects) {
  xmpp::Element message = make_message(state, decline.room.text);
  xmpp::Element& said = message.add("x", xmpp::ns::muc_user).add("decline");
  said.set("to", decline.inviter.text);
  if (!decline.reason.empty()) said.add_text_child("reason", decline.reason);
  const auto sent = effects.link.send(message);
  sent ? effects.done(id) : effects.not_sent(id, sent.error().fault, sent.error().text);
}

bool take_invitation(State& state, const xmpp::Element& message, const xmpp::Jid& from, Effects& effects) {
  if (message.get("type") == "error" || message.get("type") == "groupchat") return false;
  if (const auto mediated = read_mediated(message)) {
    const auto inviter = xmpp::Jid::parse(mediated->from);
    if (inviter) tell_invited(std::string{from.bare_view()}, *inviter, *mediated, effects);
    return true;
  }
  if (const auto direct = xmpp::read_direct_invitation(message)) {
    const auto room = xmpp::Jid::parse(direct->room);
    if (room) tell_invited(std::string{room->bare_view()}, from, *direct, effects);
    return true;
  }
  const auto declined = xmpp::read_decline(message);
  if (!declined) return false;
  if (Room* room = state.find(from.bare_view())) {
    const std::string reason = declined->reason.empty() ? std::string{} : ": " + declined->reason;
    effects.tell(chat::Notice{room->id.text, declined->from + " does not want to come" + reason, room->id});
  }
  return true;
}

}  // namespace dragoman::backends::muc
