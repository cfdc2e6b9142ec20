#include "xmpp/nick.hpp"

namespace dragoman::xmpp {

std::optional<std::string> read_nick_news(const Element& message) {
  const Element* event = message.child("event", "http://jabber.org/protocol/pubsub#event");
  const Element* items = event == nullptr ? nullptr : event->child("items", event->ns);
  if (items == nullptr || items->get("node") != nick_ns) return std::nullopt;
  const Element* item = items->child("item", event->ns);
  if (item == nullptr) {
    return items->child("retract", event->ns) == nullptr ? std::nullopt : std::optional{std::string{}};
  }
  return item->child_text("nick", nick_ns);
}

}  // namespace dragoman::xmpp
