#include "xmpp/pubsub.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "xmpp/namespaces.hpp"

namespace dragoman::xmpp {

namespace {

/// What is asked of a node, and the feature of XEP-0060 15 that it would need.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> unsupported{{
    {"subscribe", "subscribe"},
    {"unsubscribe", "subscribe"},
    {"options", "subscription-options"},
    {"subscriptions", "retrieve-subscriptions"},
    {"affiliations", "retrieve-affiliations"},
    {"default", "retrieve-default-sub"},
}};

Element make_unsupported(const Element& iq, std::string_view feature) {
  Element reply =
      make_error_reply(iq, {"feature-not-implemented", {}, "Changes are not told here, they are read.", {}});
  for (Element& child : reply.children) {
    if (child.name == "error") child.add("unsupported", pubsub_errors_ns).set("feature", feature);
  }
  return reply;
}

}  // namespace

std::optional<ItemsQuestion> read_items_question(const Element& iq) {
  const Element* pubsub = iq.child("pubsub", ns::pubsub);
  const Element* items = pubsub == nullptr ? nullptr : pubsub->child("items", ns::pubsub);
  if (items == nullptr) return std::nullopt;
  ItemsQuestion question;
  question.node = items->get("node");
  for (const Element& child : items->children) {
    if (child.is("item", ns::pubsub)) question.ids.emplace_back(child.get("id"));
  }
  return question;
}

Element make_items(const Element& iq, const ItemsQuestion& question, const std::vector<PubsubItem>& items) {
  Element result = make_result(iq);
  Element& list = result.add("pubsub", ns::pubsub).add("items");
  list.set("node", question.node);
  for (const PubsubItem& item : items) {
    const bool wanted =
        question.ids.empty() || std::find(question.ids.begin(), question.ids.end(), item.id) != question.ids.end();
    if (wanted) list.add("item").set("id", item.id).add(item.payload);
  }
  return result;
}

Element make_node_event(std::string_view node, const PubsubItem& item) {
  Element event{"event", "http://jabber.org/protocol/pubsub#event"};
  Element& items = event.add("items");
  items.set("node", node);
  items.add("item").set("id", item.id).add(item.payload);
  return event;
}

Element make_pubsub_refusal(const Element& iq, const std::string& text) {
  const Element* pubsub = iq.child("pubsub", ns::pubsub);
  const Element* asked = pubsub == nullptr ? nullptr : pubsub->first_element();
  if (asked == nullptr) return make_error_reply(iq, {"bad-request", {}, "Say what of the node you want.", {}});
  for (const auto& [name, feature] : unsupported) {
    if (asked->name == name) return make_unsupported(iq, feature);
  }
  return make_error_reply(iq, {"forbidden", {}, text, {}});
}

}  // namespace dragoman::xmpp
