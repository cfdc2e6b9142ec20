#include "gateway/gateway.hpp"
#include "gateway/service.hpp"
#include "xmpp/about.hpp"
#include "xmpp/agent.hpp"
#include "xmpp/disco.hpp"
#include "xmpp/gateway_prompt.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/stanza_error.hpp"

// Discovery (XEP-0030) of the gateway, its rooms and its people, and the questions that those answer themselves.

namespace dragoman::gateway {

void Service::disco_info(const xmpp::Element& iq, const xmpp::Jid&) {
  if (!iq.first_element()->get("node").empty()) return refuse(iq, Fault::not_found, "There is no such node here.");
  const chat::Description& network = context_.network.describe();
  xmpp::DiscoInfo info;
  info.identities.push_back({"gateway", network.kind, network.name, {}});
  info.features = {std::string{xmpp::ns::disco_items}, std::string{xmpp::ns::ping}, "jid\\20escaping"};
  for (const std::string_view feature :
       {xmpp::version_ns, xmpp::last_ns, xmpp::time_ns, xmpp::legacy_time_ns, xmpp::gateway_ns, xmpp::agent_ns}) {
    info.features.emplace_back(feature);
  }
  if (network.rooms) {
    info.identities.push_back({"conference", network.kind, network.name, {}});
    info.features.emplace_back(xmpp::ns::muc);
  }
  if (context_.policy.registration != Policy::Registration::closed) info.features.emplace_back(xmpp::ns::reg);
  answer(xmpp::make_disco_info(iq, info));
}

void Service::disco_items(const xmpp::Element& iq, const xmpp::Jid& from) {
  if (!iq.first_element()->get("node").empty()) return refuse(iq, Fault::not_found, "There is no such node here.");
  // The rooms that the asker is in; a whole network's list is asked for by searching.
  std::vector<xmpp::DiscoItem> items;
  if (const User* known = gateway_.find(from.bare_view())) {
    known->each_room([&](const Room& room) { items.push_back({room.address(), {}, room.id().text}); });
  }
  answer(xmpp::make_disco_items(iq, items));
}

xmpp::DiscoInfo Service::room_info(const std::string& name, const Room* inside) const {
  xmpp::DiscoInfo info;
  info.identities.push_back({"conference", context_.network.describe().kind, name, {}});
  info.features = {std::string{xmpp::ns::disco_items},
                   std::string{xmpp::ns::muc},
                   std::string{xmpp::ns::ping},
                   std::string{xmpp::ns::stanza_id},
                   "http://jabber.org/protocol/muc#stable_id",
                   "http://jabber.org/protocol/muc#self-ping-optimization",
                   "muc_persistent",
                   "muc_semianonymous",
                   "muc_open",
                   "muc_unsecured",
                   "muc_unmoderated",
                   "muc_public"};
  xmpp::DataForm& form = info.forms.emplace_back();
  form.type = xmpp::DataForm::Type::result;
  form.form_type = "http://jabber.org/protocol/muc#roominfo";
  form.add("muc#roominfo_description", "", name + " on " + context_.network.describe().name);
  if (inside != nullptr) {
    form.add("muc#roominfo_subject", "", inside->topic());
    form.add("muc#roominfo_occupants", "", std::to_string(inside->occupants().size() + 1));
  }
  return info;
}

void Service::receive_room_iq(const xmpp::Element& iq, const Room* room, const xmpp::Jid& from, const xmpp::Jid& to) {
  const xmpp::Element& child = *iq.first_element();
  const bool occupant = !to.is_bare();
  const bool inside = room != nullptr && room->has(from.str());
  if (occupant && !inside) return refuse(iq, Fault::malformed, "You are not in this room.");  // XEP-0045 6.6
  if (iq.get("type") != "get") return refuse(iq, Fault::unavailable, "");

  if (child.is("ping", xmpp::ns::ping)) return answer(xmpp::make_result(iq));
  // Who is in a room is not for everybody: XEP-0045 6.5 allows an empty list.
  if (child.is("query", xmpp::ns::disco_items)) return answer(xmpp::make_disco_items(iq, {}));
  if (!child.is("query", xmpp::ns::disco_info)) return refuse(iq, Fault::unavailable, "");
  if (occupant) {
    xmpp::DiscoInfo info;
    info.identities.push_back({"account", "registered", std::string{to.resource()}, {}});
    return answer(xmpp::make_disco_info(iq, info));
  }
  answer(xmpp::make_disco_info(iq, room_info(xmpp::unescape_local(to.local()), inside ? room : nullptr)));
}

void Service::receive_person_iq(const xmpp::Element& iq) {
  const xmpp::Element& child = *iq.first_element();
  const bool asks = iq.get("type") == "get";
  if (asks && child.is("query", xmpp::ns::disco_items)) return answer(xmpp::make_disco_items(iq, {}));
  if (asks && child.is("ping", xmpp::ns::ping)) return answer(xmpp::make_result(iq));
  if (asks && child.is("query", xmpp::ns::disco_info)) {
    xmpp::DiscoInfo info;
    info.identities.push_back({"account", "registered", {}, {}});
    info.features = {std::string{xmpp::ns::disco_items}, std::string{xmpp::ns::ping}, std::string{xmpp::ns::receipts}};
    return answer(xmpp::make_disco_info(iq, info));
  }
  refuse(iq, Fault::unavailable, "");
}

}  // namespace dragoman::gateway
