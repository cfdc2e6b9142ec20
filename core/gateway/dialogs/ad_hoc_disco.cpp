#include <algorithm>

#include "gateway/dialogs/ad_hoc.hpp"
#include "xmpp/disco.hpp"
#include "xmpp/namespaces.hpp"

// Which commands there are (XEP-0050 2.2).

namespace dragoman::gateway::dialogs {

bool AdHoc::disco_items(const xmpp::Element& iq, const xmpp::Jid& from, const Place& place) {
  const std::string_view node = iq.first_element()->get("node");
  const std::vector<Offer> offers = offers_.offers(from, place);
  std::vector<xmpp::DiscoItem> items;
  if (node == xmpp::commands_ns) {
    for (const Offer& offer : offers) {
      if (offer.refusal.empty()) items.push_back({place.address, offer.node, offer.title});
    }
  } else if (const Offer* offer = find(offers, node)) {
    if (!offer->refusal.empty()) return refuse(iq, Fault::forbidden, offer->refusal), true;
  } else {
    return false;
  }
  link_.send(xmpp::make_disco_items(iq, items));
  return true;
}

bool AdHoc::disco_info(const xmpp::Element& iq, const xmpp::Jid& from, const Place& place) {
  const std::string_view node = iq.first_element()->get("node");
  xmpp::DiscoInfo info;
  if (node == xmpp::commands_ns) {
    info.identities.push_back({"automation", "command-list", "Commands", {}});
    info.features = {std::string{xmpp::commands_ns}, std::string{xmpp::ns::disco_items}};
  } else {
    const std::vector<Offer> offers = offers_.offers(from, place);
    const Offer* offer = find(offers, node);
    if (offer == nullptr) return false;
    if (!offer->refusal.empty()) return refuse(iq, Fault::forbidden, offer->refusal), true;
    info.identities.push_back({"automation", "command-node", offer->title, {}});
    info.features = {std::string{xmpp::commands_ns}, std::string{xmpp::ns::data_form}};
  }
  link_.send(xmpp::make_disco_info(iq, info));
  return true;
}

}  // namespace dragoman::gateway::dialogs
