#include "xmpp/disco.hpp"

#include <set>

#include "xmpp/namespaces.hpp"
#include "xmpp/stanza_error.hpp"

namespace dragoman::xmpp {

namespace {

/// Sorted by octets and each once: two of the same make a hash that XEP-0115 5.4 calls ill-formed.
std::set<std::string> features_of(const DiscoInfo& info) {
  std::set<std::string> features{info.features.begin(), info.features.end()};
  features.insert(std::string{ns::disco_info});
  return features;
}

Element& add_query(Element& result, const Element& iq, std::string_view query_ns) {
  Element& query = result.add("query", query_ns);
  const Element* asked = iq.child("query", query_ns);
  if (asked != nullptr && asked->has("node")) query.set("node", asked->get("node"));
  return query;
}

}  // namespace

Element make_disco_info(const Element& iq, const DiscoInfo& info) {
  Element result = make_result(iq);
  Element& query = add_query(result, iq, ns::disco_info);
  for (const DiscoIdentity& identity : info.identities) {
    Element& made = query.add("identity");
    made.set("category", identity.category).set("type", identity.type);
    if (!identity.name.empty()) made.set("name", identity.name);
    if (!identity.lang.empty()) made.set("xml:lang", identity.lang);
  }
  for (const std::string& feature : features_of(info)) query.add("feature").set("var", feature);
  for (const DataForm& form : info.forms) query.add(make_data_form(form));
  return result;
}

Element make_disco_items(const Element& iq, const std::vector<DiscoItem>& items) {
  Element result = make_result(iq);
  Element& query = add_query(result, iq, ns::disco_items);
  for (const DiscoItem& item : items) {
    Element& made = query.add("item");
    made.set("jid", item.jid);
    if (!item.node.empty()) made.set("node", item.node);
    if (!item.name.empty()) made.set("name", item.name);
  }
  return result;
}

DiscoInfo read_disco_info(const Element& query) {
  DiscoInfo info;
  for (const Element& child : query.children) {
    if (child.is("identity", ns::disco_info)) {
      info.identities.push_back({std::string{child.get("category")}, std::string{child.get("type")},
                                 std::string{child.get("name")}, std::string{child.get("xml:lang")}});
    } else if (child.is("feature", ns::disco_info)) {
      info.features.emplace_back(child.get("var"));
    } else if (auto form = read_data_form(child)) {
      info.forms.push_back(std::move(*form));
    }
  }
  return info;
}

std::vector<DiscoItem> read_disco_items(const Element& query) {
  std::vector<DiscoItem> items;
  for (const Element& child : query.children) {
    if (!child.is("item", ns::disco_items) || child.get("jid").empty()) continue;
    items.push_back({std::string{child.get("jid")}, std::string{child.get("node")}, std::string{child.get("name")}});
  }
  return items;
}

}  // namespace dragoman::xmpp
