#include "xmpp/displayed_sync.hpp"

#include "xmpp/namespaces.hpp"
#include "xmpp/pubsub.hpp"

namespace dragoman::xmpp {

Element make_displayed_publish(std::string_view room, std::string_view stanza_id) {
  Element pubsub{"pubsub", ns::pubsub};
  Element& item = pubsub.add("publish").set("node", displayed_sync_ns).add("item");
  item.set("id", room);
  item.add("displayed", displayed_sync_ns).add("stanza-id", ns::stanza_id).set("by", room).set("id", stanza_id);
  pubsub.add(make_private_options());
  return pubsub;
}

std::vector<Displayed> read_displayed_news(const Element& message) {
  std::vector<Displayed> news;
  const Element* event = message.child("event", "http://jabber.org/protocol/pubsub#event");
  const Element* items = event == nullptr ? nullptr : event->child("items", event->ns);
  if (items == nullptr || items->get("node") != displayed_sync_ns) return news;
  for (const Element& item : items->children) {
    const Element* displayed = item.is("item", event->ns) ? item.child("displayed", displayed_sync_ns) : nullptr;
    const Element* id = displayed == nullptr ? nullptr : displayed->child("stanza-id", ns::stanza_id);
    if (id == nullptr || id->get("id").empty()) continue;
    news.push_back({std::string{item.get("id")}, std::string{id->get("by")}, std::string{id->get("id")}});
  }
  return news;
}

}  // namespace dragoman::xmpp
