#include "gateway/gateway.hpp"
#include "gateway/service.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/stanza_error.hpp"

#include <algorithm>
#include <initializer_list>

// Discovery (XEP-0030) of the gateway, its rooms and its people, and the questions that those answer themselves.

namespace dragoman::gateway {

namespace {

/// A disco#info result for `iq`; the node is mirrored (XEP-0030 3.2).
xmpp::Element info_for(const xmpp::Element& iq) {
  xmpp::Element query{"query", xmpp::ns::disco_info};
  const std::string_view node = iq.first_element()->get("node");
  if (!node.empty()) query.set("node", node);
  return query;
}

void add_identity(xmpp::Element& query, std::string_view category, std::string_view type, std::string_view name) {
  query.add("identity").set("category", category).set("type", type).set("name", name);
}

void add_features(xmpp::Element& query, std::initializer_list<std::string_view> features) {
  for (const std::string_view feature : features) query.add("feature").set("var", feature);
}

}  // namespace

void Service::disco_info(const xmpp::Element& iq, const xmpp::Jid&) {
  if (!iq.first_element()->get("node").empty()) return refuse(iq, Fault::not_found, "There is no such node here.");
  const chat::Description& network = context_.network.describe();
  xmpp::Element query = info_for(iq);
  add_identity(query, "gateway", network.kind, network.name);
  if (network.rooms) add_identity(query, "conference", network.kind, network.name);
  add_features(query, {xmpp::ns::disco_info, xmpp::ns::disco_items, xmpp::ns::ping, "jabber:iq:version", "jabber:iq:last",
                       "urn:xmpp:time", "jabber:iq:time", "jabber:iq:gateway", "jabber:iq:agent", "jid\\20escaping"});
  if (network.rooms) add_features(query, {xmpp::ns::muc});
  if (context_.policy.registration != Policy::Registration::closed) add_features(query, {xmpp::ns::reg});
  answer(iq, std::move(query));
}

void Service::disco_items(const xmpp::Element& iq, const xmpp::Jid& from) {
  if (!iq.first_element()->get("node").empty()) return refuse(iq, Fault::not_found, "There is no such node here.");
  xmpp::Element query{"query", xmpp::ns::disco_items};
  // The rooms that the asker is in; a whole network's list is asked for by searching.
  if (const User* known = gateway_.find(from.bare_view())) {
    known->each_room([&](const Room& room) { query.add("item").set("jid", room.address()).set("name", room.id().text); });
  }
  answer(iq, std::move(query));
}

void Service::receive_room_iq(const xmpp::Element& iq, const Room* room, const xmpp::Jid& from, const xmpp::Jid& to) {
  const xmpp::Element& child = *iq.first_element();
  const bool occupant = !to.is_bare();
  const bool inside = room != nullptr && room->has(from.str());
  if (occupant && !inside) return refuse(iq, Fault::unacceptable, "You are not in this room.");
  if (iq.get("type") != "get") return refuse(iq, Fault::unavailable, "");

  if (child.is("ping", xmpp::ns::ping)) return context_.link.send(xmpp::make_result(iq)), void();
  if (child.is("query", xmpp::ns::disco_items)) {
    xmpp::Element query{"query", xmpp::ns::disco_items};
    if (const std::string_view node = child.get("node"); !node.empty()) query.set("node", node);
    return answer(iq, std::move(query));  // who is in a room is not for everybody: XEP-0045 6.5
  }
  if (!child.is("query", xmpp::ns::disco_info)) return refuse(iq, Fault::unavailable, "");
  xmpp::Element query = info_for(iq);
  if (occupant) {
    add_identity(query, "account", "registered", to.resource());
    add_features(query, {xmpp::ns::disco_info});
    return answer(iq, std::move(query));
  }
  const std::string name = xmpp::unescape_local(to.local());
  add_identity(query, "conference", context_.network.describe().kind, name);
  add_features(query, {xmpp::ns::disco_info, xmpp::ns::disco_items, xmpp::ns::muc, xmpp::ns::ping, xmpp::ns::stanza_id,
                       "http://jabber.org/protocol/muc#stable_id",
                       "http://jabber.org/protocol/muc#self-ping-optimization", "muc_persistent", "muc_semianonymous",
                       "muc_open", "muc_unsecured", "muc_unmoderated", "muc_public"});
  xmpp::Element& form = query.add("x", xmpp::ns::data_form).set("type", "result");
  const auto field = [&form](std::string_view var, std::string_view value, std::string_view type) {
    xmpp::Element& added = form.add("field").set("var", var);
    if (!type.empty()) added.set("type", type);
    added.add_text_child("value", value);
  };
  field("FORM_TYPE", "http://jabber.org/protocol/muc#roominfo", "hidden");
  field("muc#roominfo_description", name + " on " + context_.network.describe().name, "");
  if (inside) {
    field("muc#roominfo_subject", room->topic(), "");
    field("muc#roominfo_occupants", std::to_string(room->occupants().size() + 1), "");
  }
  answer(iq, std::move(query));
}

void Service::receive_person_iq(const xmpp::Element& iq) {
  const xmpp::Element& child = *iq.first_element();
  if (iq.get("type") == "get" && child.is("ping", xmpp::ns::ping)) {
    context_.link.send(xmpp::make_result(iq));
    return;
  }
  if (iq.get("type") == "get" && child.is("query", xmpp::ns::disco_info)) {
    xmpp::Element query = info_for(iq);
    add_identity(query, "account", "registered", "");
    query.children.front().unset("name");
    add_features(query, {xmpp::ns::disco_info, xmpp::ns::ping, xmpp::ns::receipts});
    return answer(iq, std::move(query));
  }
  refuse(iq, Fault::unavailable, "");
}

}  // namespace dragoman::gateway
