#include "xmpp/retraction.hpp"

#include "xmpp/namespaces.hpp"
#include "xmpp/timestamps.hpp"

namespace dragoman::xmpp {

namespace {

// COMPAT Before version 0.4 of XEP-0424 and 0.3 of XEP-0425 (2023); drop when no client in Debian stable sends them.
constexpr std::string_view old_retraction_ns = "urn:xmpp:message-retract:0";
constexpr std::string_view old_moderation_ns = "urn:xmpp:message-moderate:0";

void add_moderator(Element& retract, const Moderator& moderator, std::string_view reason) {
  Element& moderated = retract.add("moderated", moderation_ns);
  if (!moderator.by.empty()) moderated.set("by", moderator.by);
  if (!moderator.occupant_id.empty()) moderated.add("occupant-id", ns::occupant_id).set("id", moderator.occupant_id);
  if (!reason.empty()) retract.add_text_child("reason", reason);
}

}  // namespace

std::string_view read_retraction(const Element& message) {
  if (const Element* retract = message.child("retract", retraction_ns)) return retract->get("id");
  const Element* fastened = message.child("apply-to", fasten_ns);
  if (fastened == nullptr || fastened->child("retract", old_retraction_ns) == nullptr) return {};
  return fastened->get("id");
}

Element make_retraction(std::string_view id) {
  Element retract{"retract", retraction_ns};
  retract.set("id", id);
  return retract;
}

Element make_moderated_retraction(std::string_view id, const Moderator& moderator, std::string_view reason) {
  Element retract = make_retraction(id);
  add_moderator(retract, moderator, reason);
  return retract;
}

std::optional<ModerationRequest> read_moderation(const Element& child) {
  const Element* moderate = child.is("moderate", moderation_ns) ? &child : child.child("moderate", old_moderation_ns);
  if (moderate == nullptr || child.get("id").empty()) return std::nullopt;
  const std::string_view retract_ns = moderate == &child ? retraction_ns : old_retraction_ns;
  if (moderate->child("retract", retract_ns) == nullptr) return std::nullopt;
  return ModerationRequest{std::string{child.get("id")}, moderate->child_text("reason", moderate->ns)};
}

Element make_tombstone(Timestamp at, std::string_view retraction, const std::optional<Moderator>& moderator,
                       std::string_view reason) {
  Element retracted{"retracted", retraction_ns};
  retracted.set("stamp", to_datetime(at));
  if (!retraction.empty()) retracted.set("id", retraction);
  if (moderator) add_moderator(retracted, *moderator, reason);
  return retracted;
}

}  // namespace dragoman::xmpp
