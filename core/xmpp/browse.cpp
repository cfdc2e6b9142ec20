#include "xmpp/browse.hpp"

#include "xmpp/stanza_error.hpp"

namespace dragoman::xmpp {

namespace {

Element& add_item(Element& parent, const BrowseItem& item) {
  Element& made = parent.add(item.category, browse_ns);
  made.set("category", item.category).set("type", item.type).set("jid", item.jid);
  if (!item.name.empty()) made.set("name", item.name);
  return made;
}

}  // namespace

Element make_browse(const Element& iq, const BrowseItem& asked, const std::vector<std::string>& namespaces,
                    const std::vector<BrowseItem>& items) {
  Element result = make_result(iq);
  Element& query = add_item(result, asked);
  for (const std::string& each : namespaces) query.add_text_child("ns", each);
  for (const BrowseItem& item : items) add_item(query, item);
  return result;
}

}  // namespace dragoman::xmpp
