#include <algorithm>

#include "gateway/disco_page.hpp"
#include "gateway/gateway.hpp"
#include "gateway/room_presence.hpp"
#include "gateway/service.hpp"
#include "xmpp/caps.hpp"
#include "xmpp/contact_addresses.hpp"
#include "xmpp/disco.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/rsm.hpp"
#include "xmpp/stanza_error.hpp"

// Discovery (XEP-0030) of the gateway itself; rooms and people: room_disco.cpp, person_service.cpp.

namespace dragoman::gateway {

xmpp::DiscoInfo Service::about() const {
  const chat::Description& network = context_.network.describe();
  xmpp::DiscoInfo info;
  info.identities.push_back({"gateway", network.kind, network.name, {}});
  if (network.rooms) info.identities.push_back({"conference", network.kind, network.name, {}});
  info.features = features();
  xmpp::ContactAddresses contact = context_.policy.contact;
  const bool has_admin =
      std::any_of(contact.begin(), contact.end(), [](const auto& each) { return each.first == "admin"; });
  if (!has_admin) {
    contact.emplace_back("admin", std::vector<std::string>{});
    for (const std::string& admin : context_.policy.admins) contact.back().second.push_back(xmpp::to_uri(admin));
  }
  xmpp::DataForm form = xmpp::make_contact_form(contact);
  if (!form.fields.empty()) info.forms.push_back(std::move(form));
  return info;
}

std::string Service::caps() const { return xmpp::caps_ver(about()); }

void Service::disco_info(const xmpp::Element& iq, const xmpp::Jid& from) {
  const std::string_view node = iq.first_element()->get("node");
  if (!node.empty() && !xmpp::is_caps_node(node, context_.caps.service)) {
    if (ad_hoc_.disco_info(iq, from, place())) return;
    return refuse(iq, Fault::not_found, "There is no such node here.");
  }
  answer(xmpp::make_disco_info(iq, about()));
}

void Service::disco_items(const xmpp::Element& iq, const xmpp::Jid& from) {
  const std::string_view node = iq.first_element()->get("node");
  const bool rooms = node == "http://jabber.org/protocol/muc#rooms";  // XEP-0045 6.7: the same, with the nicknames
  const bool in_parts = context_.network.in_parts();
  // All rooms of the network; also the command that lists them.
  if (node == rooms_node && context_.network.describe().rooms && !in_parts) return list_rooms(iq, from);
  if (!node.empty() && !rooms) {
    if (ad_hoc_.disco_items(iq, from, place())) return;
    return refuse(iq, Fault::not_found, "There is no such node here.");
  }
  // The rooms that the asker is in; a whole network's list stands at a node of its own, in pages.
  std::vector<xmpp::DiscoItem> items;
  if (in_parts && !rooms) add_parts(items, from);
  if (const User* known = gateway_.find(from.bare_view())) {
    known->each_room([&](const Room& room) {
      const RealmNames names = context_.network.names_in(room.id());
      items.push_back({room.address(), {}, rooms ? occupant_nick(names, room.nick()) : room.name()});
    });
  }
  if (iq.first_element()->child("set", xmpp::ns::rsm) == nullptr) return answer(xmpp::make_disco_items(iq, items));
  const auto page = xmpp::read_page_request(*iq.first_element());
  if (!page) return refuse(iq, page.error().fault, page.error().text);
  answer_page(iq, items, *page);
}

/// A network in parts: those that everybody is shown, and those that the asker is connected to.
void Service::add_parts(std::vector<xmpp::DiscoItem>& items, const xmpp::Jid& from) const {
  std::vector<std::string> parts = context_.network.parts();
  if (const User* known = context_.find(from.bare_view())) {
    for (const UplinkOverview& each : known->uplinks()) {
      if (std::find(parts.begin(), parts.end(), each.part) == parts.end()) parts.push_back(each.part);
    }
  }
  for (const std::string& part : parts) {
    items.push_back({context_.part_address(part), {}, context_.network.part_name(part)});
  }
}

void Service::list_rooms(const xmpp::Element& iq, const xmpp::Jid& from) {
  auto page = xmpp::read_page_request(*iq.first_element());
  if (!page) return refuse(iq, page.error().fault, page.error().text);
  const User* known = gateway_.find(from.bare_view());
  const bool registered = known != nullptr && known->registered();
  if (!registered && context_.policy.needs_account()) {
    return refuse(iq, Fault::members_only, "Register with " + context_.link.jid().str() + " before you list rooms.");
  }
  page->max = std::min(page->max.value_or(most_rooms_at_a_time), most_rooms_at_a_time);
  commands_.room_lists().get(from, {}, {}, [this, iq, page = *page](const Result<chat::RoomList>& list) {
    if (!list) return refuse(iq, list.error().fault, list.error().text);
    const auto result = make_room_page(context_, iq, *list, page);
    if (!result) return refuse(iq, result.error().fault, result.error().text);
    answer(*result);
  });
}

void Service::answer_page(const xmpp::Element& iq, const std::vector<xmpp::DiscoItem>& items,
                          const xmpp::PageRequest& asked) {
  const auto result = make_items_page(iq, items, asked);
  if (!result) return refuse(iq, result.error().fault, result.error().text);
  answer(*result);
}

}  // namespace dragoman::gateway
