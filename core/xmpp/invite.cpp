#include "xmpp/invite.hpp"

#include "base/text.hpp"
#include "xmpp/namespaces.hpp"

namespace dragoman::xmpp {

namespace {

bool is_true(std::string_view text) { return text == "true" || text == "1"; }

}  // namespace

std::vector<Invitation> read_invitations(const Element& message) {
  std::vector<Invitation> invitations;
  const Element* x = message.child("x", ns::muc_user);
  if (x == nullptr) return invitations;
  for (const Element& child : x->children) {
    if (!child.is("invite", ns::muc_user)) continue;
    Invitation& read = invitations.emplace_back();
    read.to = child.get("to");
    read.from = child.get("from");
    read.reason = child.child_text("reason", ns::muc_user);
    read.password = x->child_text("password", ns::muc_user);
    if (const Element* continues = child.child("continue", ns::muc_user)) {
      read.continues = true;
      read.thread = continues->get("thread");
    }
  }
  return invitations;
}

Element with_one_invitation(const Element& message, std::size_t index) {
  Element copy = message;
  for (Element& x : copy.children) {
    if (!x.is("x", ns::muc_user)) continue;
    std::size_t at = 0;
    std::erase_if(x.children, [&](const Element& child) { return !child.is("invite", ns::muc_user) || at++ != index; });
  }
  return copy;
}

std::optional<Invitation> read_subject_invitation(const Element& message) {
  static constexpr std::string_view prefix = "invite:";
  const std::string subject = message.child_text("subject", message.ns);
  if (message.get("type") == "groupchat" || !subject.starts_with(prefix)) return std::nullopt;
  Invitation invitation;
  invitation.to = text::trim(std::string_view{subject}.substr(prefix.size()));
  invitation.reason = text::trim(message.child_text("body", message.ns));
  return invitation;
}

std::optional<Invitation> read_direct_invitation(const Element& message) {
  const Element* x = message.child("x", conference_ns);
  if (x == nullptr) return std::nullopt;
  Invitation read;
  read.room = x->get("jid");
  read.reason = x->get("reason");
  if (read.reason.empty()) read.reason = x->text();  // as it was written before XEP-0249
  read.password = x->get("password");
  read.continues = is_true(x->get("continue"));
  read.thread = x->get("thread");
  return read;
}

void write_invitation(Writer& writer, const Invitation& invitation, std::string_view room) {
  writer.open("x", ns::muc_user);
  writer.open("invite");
  writer.attribute("from", invitation.from);
  if (!invitation.reason.empty()) writer.leaf("reason", invitation.reason);
  if (invitation.continues) {
    writer.open("continue");
    if (!invitation.thread.empty()) writer.attribute("thread", invitation.thread);
    writer.close();
  }
  writer.close();
  if (!invitation.password.empty()) writer.leaf("password", invitation.password);
  writer.close();
  writer.open("x", conference_ns);
  writer.attribute("jid", room);
  if (!invitation.reason.empty()) writer.attribute("reason", invitation.reason);
  if (!invitation.password.empty()) writer.attribute("password", invitation.password);
  if (invitation.continues) writer.attribute("continue", "true");
  if (!invitation.thread.empty()) writer.attribute("thread", invitation.thread);
  writer.close();
}

std::optional<Decline> read_decline(const Element& message) {
  const Element* x = message.child("x", ns::muc_user);
  const Element* decline = x == nullptr ? nullptr : x->child("decline", ns::muc_user);
  if (decline == nullptr) return std::nullopt;
  return Decline{std::string{decline->get("to")}, std::string{decline->get("from")},
                 decline->child_text("reason", ns::muc_user)};
}

void write_decline(Writer& writer, const Decline& decline) {
  writer.open("x", ns::muc_user);
  writer.open("decline");
  writer.attribute("from", decline.from);
  if (!decline.reason.empty()) writer.leaf("reason", decline.reason);
  writer.close();
  writer.close();
}

}  // namespace dragoman::xmpp
