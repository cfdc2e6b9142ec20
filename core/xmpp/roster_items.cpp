#include "xmpp/roster_items.hpp"

#include "base/text.hpp"

namespace dragoman::xmpp {

std::vector<RosterItem> read_roster_items(const Element& stanza) {
  std::vector<RosterItem> items;
  for (const Element& list : stanza.children) {
    if (!list.is("x", roster_items_ns)) continue;
    for (const Element& each : list.children) {
      if (!each.is("item", roster_items_ns) || each.get("jid").empty()) continue;
      RosterItem& item = items.emplace_back();
      item.jid = each.get("jid");
      item.name = each.get("name");
      for (const Element& group : each.children) {
        if (group.is("group", roster_items_ns) && !group.text().empty()) item.groups.push_back(group.text());
      }
    }
  }
  return items;
}

std::string to_line(const RosterItem& item) {
  std::string line = item.name.empty() ? item.jid : item.name + " <" + item.jid + '>';
  std::string groups;
  for (const std::string& group : item.groups) groups += (groups.empty() ? "" : ", ") + group;
  if (!groups.empty()) line += " (" + groups + ')';
  return text::without_controls(line, false);
}

}  // namespace dragoman::xmpp
