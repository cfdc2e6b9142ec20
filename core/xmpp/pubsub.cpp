#include "xmpp/pubsub.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "xmpp/data_form.hpp"
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

Element make_wrong_items(const Element& iq, bool without_node) {
  Element reply = make_error_reply(
      iq, {"bad-request", {}, without_node ? "Say which node you mean." : "max_items is a number from 1 on.", {}});
  if (!without_node) return reply;
  for (Element& child : reply.children) {
    if (child.name == "error") child.add("nodeid-required", pubsub_errors_ns);  // XEP-0060 6.5.9
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
  if (question.node.empty()) return std::nullopt;
  if (items->has("max_items")) {
    const std::string_view text = items->get("max_items");
    std::size_t most = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), most);
    if (error != std::errc{} || end != text.data() + text.size() || most == 0) return std::nullopt;
    question.most = most;
  }
  for (const Element& child : items->children) {
    if (child.is("item", ns::pubsub)) question.ids.emplace_back(child.get("id"));
  }
  return question;
}

Element make_items(const Element& iq, const ItemsQuestion& question, const std::vector<PubsubItem>& items) {
  Element result = make_result(iq);
  Element& list = result.add("pubsub", ns::pubsub).add("items");
  list.set("node", question.node);
  std::size_t older = items.size() - std::min(items.size(), question.most.value_or(items.size()));
  for (const PubsubItem& item : items) {
    if (older > 0 && older-- > 0) continue;
    const bool wanted =
        question.ids.empty() || std::find(question.ids.begin(), question.ids.end(), item.id) != question.ids.end();
    if (wanted) list.add("item").set("id", item.id).add(item.payload);
  }
  return result;
}

Element make_items_question(std::string_view node, std::string_view id) {
  Element pubsub{"pubsub", ns::pubsub};
  pubsub.add("items").set("node", node).add("item").set("id", id);
  return pubsub;
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
  if (asked->name == "items") return make_wrong_items(iq, asked->get("node").empty());
  for (const auto& [name, feature] : unsupported) {
    if (asked->name == name) return make_unsupported(iq, feature);
  }
  return make_error_reply(iq, {"forbidden", {}, text, {}});
}

Element make_private_options(bool least) {
  DataForm form;
  form.type = DataForm::Type::submit;
  form.form_type = "http://jabber.org/protocol/pubsub#publish-options";
  const auto add = [&form](const char* name, const char* value) {
    DataForm::Field& field = form.fields.emplace_back();
    field.var = name;
    field.values = {value};
  };
  add("pubsub#persist_items", "true");
  if (!least) {
    add("pubsub#max_items", "max");
    add("pubsub#send_last_published_item", "never");
  }
  add("pubsub#access_model", "whitelist");
  Element made{"publish-options", ns::pubsub};
  made.add(make_data_form(form));
  return made;
}

}  // namespace dragoman::xmpp
