#include <algorithm>

#include "gateway/gateway.hpp"
#include "gateway/room_presence.hpp"
#include "gateway/service.hpp"
#include "xmpp/caps.hpp"
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
  return info;
}

std::string Service::caps() const { return xmpp::caps_ver(about()); }

void Service::disco_info(const xmpp::Element& iq, const xmpp::Jid&) {
  const std::string_view node = iq.first_element()->get("node");
  if (!node.empty() && !xmpp::is_caps_node(node, context_.caps.service)) {
    return refuse(iq, Fault::not_found, "There is no such node here.");
  }
  answer(xmpp::make_disco_info(iq, about()));
}

void Service::disco_items(const xmpp::Element& iq, const xmpp::Jid& from) {
  const std::string_view node = iq.first_element()->get("node");
  const bool rooms = node == "http://jabber.org/protocol/muc#rooms";  // XEP-0045 6.7: the same, with the nicknames
  if (!node.empty() && !rooms) return refuse(iq, Fault::not_found, "There is no such node here.");
  // The rooms that the asker is in; a whole network's list is asked for by searching.
  std::vector<xmpp::DiscoItem> items;
  if (const User* known = gateway_.find(from.bare_view())) {
    known->each_room([&](const Room& room) {
      const std::string& name = room.name();
      items.push_back({room.address(), {}, rooms ? occupant_nick(context_.network.names(), room.nick()) : name});
    });
  }
  if (iq.first_element()->child("set", xmpp::ns::rsm) == nullptr) return answer(xmpp::make_disco_items(iq, items));
  const auto page = xmpp::read_page_request(*iq.first_element());
  if (!page) return refuse(iq, page.error().fault, page.error().text);
  answer_page(iq, items, *page);
}

/// XEP-0059: the address of a room is the id of its item.
void Service::answer_page(const xmpp::Element& iq, const std::vector<xmpp::DiscoItem>& items,
                          const xmpp::PageRequest& page) {
  const auto place = [&items](const std::string& id) {
    return std::find_if(items.begin(), items.end(), [&id](const xmpp::DiscoItem& item) { return item.jid == id; });
  };
  auto first = items.begin(), last = items.end();
  if (!page.after.empty()) {
    if (place(page.after) == items.end()) return refuse(iq, Fault::not_found, "You are not in that room.");
    first = place(page.after) + 1;
  }
  if (!page.before.empty()) {
    if (place(page.before) == items.end()) return refuse(iq, Fault::not_found, "You are not in that room.");
    last = std::max(first, place(page.before));
  }
  const auto most = static_cast<std::ptrdiff_t>(std::min(page.max.value_or(items.size()), items.size()));
  if (last - first > most) page.backwards ? first = last - most : last = first + most;
  xmpp::Element result = xmpp::make_disco_items(iq, {first, last});
  const bool empty = first == last;
  for (xmpp::Element& query : result.children) {
    query.add(xmpp::make_page(empty ? "" : first->jid, empty ? "" : (last - 1)->jid, items.size()));
  }
  answer(result);
}

}  // namespace dragoman::gateway
