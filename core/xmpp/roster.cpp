#include "xmpp/roster.hpp"

#include "xmpp/namespaces.hpp"

namespace dragoman::xmpp {

Element make_roster_get(std::string_view person) {
  Element iq{"iq", ns::component};
  iq.set("type", "get").set("to", person);
  iq.add("query", roster_ns);
  return iq;
}

Element make_roster_set(std::string_view person, const RosterItem& item) {
  Element iq{"iq", ns::component};
  iq.set("type", "set").set("to", person);
  Element& made = iq.add("query", roster_ns).add("item");
  made.set("jid", item.jid);
  if (!item.name.empty()) made.set("name", item.name);
  if (!item.subscription.empty()) made.set("subscription", item.subscription);
  for (const std::string& group : item.groups) made.add_text_child("group", group);
  return iq;
}

std::optional<std::vector<RosterItem>> read_roster(const Element& iq) {
  const Element* query = iq.child("query", roster_ns);
  if (query == nullptr) return std::nullopt;
  std::vector<RosterItem> items;
  for (const Element& child : query->children) {
    if (!child.is("item", roster_ns)) continue;
    RosterItem& item = items.emplace_back();
    item.jid = child.get("jid");
    item.name = child.get("name");
    item.subscription = child.get("subscription");
    for (const Element& group : child.children) {
      if (group.is("group", roster_ns)) item.groups.push_back(group.text());
    }
  }
  return items;
}

}  // namespace dragoman::xmpp
