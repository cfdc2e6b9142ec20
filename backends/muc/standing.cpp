#include "backends/muc/handlers.hpp"
#include "xmpp/data_form.hpp"
#include "xmpp/muc.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/retraction.hpp"

// Roles, affiliations and what they allow (XEP-0045 8 and 9, XEP-0425).
namespace dragoman::backends::muc {

namespace {

std::string_view text_of(chat::Role role) { return xmpp::to_string(static_cast<xmpp::MucRole>(role)); }
std::string_view text_of(chat::Affiliation affiliation) {
  return xmpp::to_string(static_cast<xmpp::MucAffiliation>(affiliation));
}

xmpp::Element make_admin_item(const chat::SetStanding& set) {
  xmpp::Element item{"item", xmpp::ns::muc_admin};
  if (set.role) item.set("role", text_of(*set.role));
  if (set.affiliation) item.set("affiliation", text_of(*set.affiliation));
  if (!set.reason.empty()) item.add_text_child("reason", set.reason);
  return item;
}

/// "a b@irc.example.org": a localpart as people read it, before the last "@".
std::string as_address(const std::string& text) {
  const std::size_t at = text.rfind('@');
  if (at == std::string::npos || xmpp::Jid::parse(text)) return text;
  const auto jid = xmpp::Jid::make(xmpp::escape_local(text.substr(0, at)), text.substr(at + 1), {});
  return jid ? jid->str() : text;
}

chat::Ranked read_ranked(const xmpp::MucAdminItem& item) {
  chat::Ranked ranked{item.nick, item.jid, {}, item.reason};
  if (const auto role = xmpp::read_role(item.role)) ranked.standing.role = static_cast<chat::Role>(*role);
  if (const auto affiliation = xmpp::read_affiliation(item.affiliation)) {
    ranked.standing.affiliation = static_cast<chat::Affiliation>(*affiliation);
  }
  return ranked;
}

}  // namespace

void set_standing(State& state, chat::CommandId id, const chat::SetStanding& set, Effects& effects) {
  Room* room = room_for(state, set.room, id, effects);
  if (room == nullptr) return;
  if (set.role.has_value() == set.affiliation.has_value()) {
    return effects.refused(id, Fault::malformed, "either a role or an affiliation is changed");
  }
  xmpp::Element item = make_admin_item(set);
  if (set.role) {
    if (set.nickname.empty()) return effects.refused(id, Fault::malformed, "a role is that of somebody in the room");
    item.set("nick", set.nickname);
  } else {
    // XEP-0045 9.1: affiliations are those of addresses.
    const auto occupant = room->occupants.find(set.nickname);
    std::string address = set.mask;
    if (address.empty() && occupant != room->occupants.end()) address = occupant->second.account;
    if (!address.empty()) address = as_address(address);
    if (address.empty()) {
      return effects.refused(id, Fault::not_found, "the room does not show the address of " + set.nickname);
    }
    item.set("jid", address);
  }
  xmpp::Element iq = make_iq(state, "set", room->address.str());
  iq.add("query", xmpp::ns::muc_admin).add(std::move(item));
  ask(state, std::move(iq), ends(id), effects);
}

void list_standings(State& state, chat::CommandId id, const chat::ListStandings& list, Effects& effects) {
  Room* room = room_for(state, list.room, id, effects);
  if (room == nullptr) return;
  xmpp::Element iq = make_iq(state, "get", room->address.str());
  xmpp::Element& item = iq.add("query", xmpp::ns::muc_admin).add("item");
  if (list.role) item.set("role", text_of(*list.role));
  if (list.affiliation) item.set("affiliation", text_of(*list.affiliation));
  ask(
      state, std::move(iq),
      [id](State&, const Answer& answer, Effects& then) {
        const auto result = result_of(answer);
        if (!result) return then.refused(id, result.error().fault, result.error().text);
        chat::StandingList listed;
        if (const xmpp::Element* query = result->child("query", xmpp::ns::muc_admin)) {
          for (const xmpp::Element& child : query->children) {
            if (const auto read = xmpp::read_admin_item(child)) listed.entries.push_back(read_ranked(*read));
          }
        }
        then.done(id, std::move(listed));
      },
      effects);
}

void request_voice(State& state, chat::CommandId id, const chat::RequestVoice& request, Effects& effects) {
  Room* room = room_for(state, request.room, id, effects);
  if (room == nullptr) return;
  xmpp::DataForm form;
  form.type = xmpp::DataForm::Type::submit;
  form.form_type = "http://jabber.org/protocol/muc#request";
  form.add("muc#role", "list-single", "participant");
  xmpp::Element message{"message", xmpp::ns::component};
  message.set("from", state.voice.address.str()).set("to", room->address.str());
  message.add(xmpp::make_data_form(form));
  const auto sent = effects.link.send(message);
  sent ? effects.done(id) : effects.not_sent(id, sent.error().fault, sent.error().text);
}

void moderate(State& state, Room& room, chat::CommandId id, const chat::RetractMessage& retract, Effects& effects) {
  if (room.moderation.empty()) {
    return effects.refused(id, Fault::unsupported, "this room lets nobody take back what others have said");
  }
  if (retract.retracted.empty()) return effects.refused(id, Fault::not_found, "this message has no name here");
  xmpp::Element iq = make_iq(state, "set", room.address.str());
  const bool newer = room.moderation == xmpp::moderation_ns;
  xmpp::Element& moderation = newer ? iq.add("moderate", room.moderation)
                                    : iq.add("apply-to", xmpp::fasten_ns).add("moderate", room.moderation);
  (newer ? moderation : iq.children.back()).set("id", retract.retracted.text);
  moderation.add("retract", newer ? xmpp::retraction_ns : "urn:xmpp:message-retract:0");
  if (!retract.reason.empty()) moderation.add_text_child("reason", retract.reason);
  ask(state, std::move(iq), ends(id), effects);
}

}  // namespace dragoman::backends::muc
