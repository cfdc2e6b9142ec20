#include "gateway/person_service.hpp"

#include <algorithm>

#include "gateway/dialogs/ad_hoc.hpp"
#include "gateway/pictures.hpp"
#include "gateway/questions.hpp"
#include "gateway/room_presence.hpp"
#include "xmpp/about.hpp"
#include "xmpp/caps.hpp"
#include "xmpp/disco.hpp"
#include "xmpp/invite.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/nick.hpp"
#include "xmpp/oob.hpp"
#include "xmpp/pubsub.hpp"
#include "xmpp/roster_exchange.hpp"
#include "xmpp/stanza_error.hpp"
#include "xmpp/vcard4.hpp"

namespace dragoman::gateway {

namespace {
constexpr auto client_patience = std::chrono::seconds{30};
}  // namespace

const PersonService::Row PersonService::rows[] = {
    {"get", "query", xmpp::ns::disco_info, &PersonService::disco_info},
    {"get", "query", xmpp::ns::disco_items, &PersonService::disco_items},
    {"get", "ping", xmpp::ns::ping, &PersonService::ping},
    {"set", "command", xmpp::commands_ns, &PersonService::command},
    {"get", "vCard", xmpp::vcard_ns, &PersonService::vcard},
    {"set", "vCard", xmpp::vcard_ns, &PersonService::vcard_is_not_yours},
    {"get", "vcard", xmpp::vcard4_ns, &PersonService::vcard4},
    {"set", "vcard", xmpp::vcard4_ns, &PersonService::vcard_is_not_yours},
    {"get", "pubsub", xmpp::ns::pubsub, &PersonService::read_node},
    {"set", "pubsub", xmpp::ns::pubsub, &PersonService::refuse_node},
    {"get", "query", xmpp::last_ns, &PersonService::last},
    {"get", "query", xmpp::version_ns, &PersonService::version},
    {"get", "time", xmpp::time_ns, &PersonService::time},
    {"get", "query", xmpp::legacy_time_ns, &PersonService::legacy_time},
    {"set", "query", xmpp::oob_iq_ns, &PersonService::take_link},
};

std::vector<std::string> PersonService::features() const {
  std::vector<std::string> all = features_of(rows);
  for (const std::string_view each : {xmpp::ns::receipts, xmpp::ns::caps, xmpp::oob_ns, xmpp::legacy_rosterx_ns}) {
    all.emplace_back(each);
  }
  all.emplace_back("http://jabber.org/protocol/pubsub#retrieve-items");
  const chat::Capabilities& can = context_.network.describe().capabilities;
  if (can.has(chat::Feature::invite)) all.emplace_back(xmpp::conference_ns);
  if (can.has(chat::Feature::pictures)) all.emplace_back(xmpp::picture_conversion_feature);
  for (std::string& each : message_features(can)) all.push_back(std::move(each));
  return all;
}

void PersonService::receive_iq(const PersonQuestion& question) {
  if (question.self && forward(question)) return;
  const xmpp::Element& child = *question.iq.first_element();
  bool other_type = false;
  for (const Row& row : rows) {
    if (!child.is(row.name, row.ns)) continue;
    if (row.type == question.iq.get("type")) return (this->*row.answer)(question);
    other_type = true;
  }
  if (other_type) return refuse(question.iq, Fault::unsupported, "This cannot be changed here.");
  refuse(question.iq, Fault::unavailable, "");
}

bool PersonService::forward(const PersonQuestion& question) {
  // XEP-0045 17: a room passes questions on to the client behind an occupant. Behind one's own occupant are one's other
  // clients.
  const std::string to = question.asker.other_client(question.room, question.iq.get("from"));
  if (to.empty()) return false;
  xmpp::Element forwarded{"iq", xmpp::ns::component};
  forwarded.set("type", question.iq.get("type")).set("from", question.iq.get("to")).set("to", to);
  forwarded.children = question.iq.children;
  context_.link.ask(std::move(forwarded), client_patience,
                    [this, asked = question.iq](const Result<xmpp::Element>& answered) {
                      if (!answered) return refuse(asked, answered.error().fault, answered.error().text);
                      xmpp::Element result = xmpp::make_result(asked);
                      result.children = answered->children;
                      answer(result);
                    });
  return true;
}

void PersonService::take_link(const PersonQuestion& question) {
  const auto link = xmpp::read_oob_query(*question.iq.first_element());
  if (!link) return refuse(question.iq, link.error().fault, link.error().text);
  question.asker.sent().on_link_offer(question.iq, *link, {question.room, question.person});
}

void PersonService::refuse(const xmpp::Element& iq, Fault fault, const std::string& text) {
  refuse(iq, {{}, chat::Failed::Outcome::refused, fault, text, {}});
}

void PersonService::refuse(const xmpp::Element& iq, const chat::Failed& failed) {
  xmpp::StanzaError error = context_.error_of(failed.fault, failed.text, failed.code);
  if (failed.fault == Fault::unavailable || failed.fault == Fault::closed)
    error.condition = "service-unavailable", error.type.clear();
  context_.link.send(xmpp::make_error_reply(iq, error));
}

xmpp::DiscoInfo PersonService::about() const {
  xmpp::DiscoInfo info;
  // Without a name: all people have one hash then (XEP-0115), and who they are stands in rosters and cards.
  info.identities.push_back({"account", "registered", {}, {}});
  info.identities.push_back({"pubsub", "pep", {}, {}});
  info.features = features();
  const chat::Capabilities& can = context_.network.describe().capabilities;
  if (can.has(chat::Feature::react) && can.reactions != 0) info.forms.push_back(reaction_limits(can));
  return info;
}

std::string PersonService::caps() const { return xmpp::caps_ver(about()); }

void PersonService::command(const PersonQuestion& question) {
  context_.ad_hoc->receive(question.iq, question.client(), question.place());
}

void PersonService::disco_info(const PersonQuestion& question) {
  const std::string_view node = question.iq.first_element()->get("node");
  if (!node.empty() && !xmpp::is_caps_node(node, context_.caps.person)) {
    const std::vector<std::string> nodes = nodes_of(question);
    if (std::find(nodes.begin(), nodes.end(), node) != nodes.end()) {
      xmpp::DiscoInfo leaf;  // XEP-0060 5.3
      leaf.identities.push_back({"pubsub", "leaf", {}, {}});
      leaf.features.emplace_back(xmpp::ns::pubsub);
      return answer(xmpp::make_disco_info(question.iq, leaf));
    }
    if (context_.ad_hoc->disco_info(question.iq, question.client(), question.place())) return;
    return refuse(question.iq, Fault::not_found, "There is no such node here.");
  }
  answer(xmpp::make_disco_info(question.iq, about()));
}

std::vector<std::string> PersonService::nodes_of(const PersonQuestion& question) const {
  std::vector<std::string> nodes{std::string{xmpp::nick_ns}, std::string{xmpp::vcard4_node}};
  if (context_.pictures.name({{}, question.person}).empty()) return nodes;
  nodes.emplace_back(xmpp::avatar_data_ns);
  nodes.emplace_back(xmpp::avatar_metadata_ns);
  return nodes;
}

void PersonService::disco_items(const PersonQuestion& question) {
  const std::string_view node = question.iq.first_element()->get("node");
  std::vector<xmpp::DiscoItem> items;
  if (node == "http://jabber.org/protocol/muc#rooms") {  // XEP-0045 6.7, as far as the asker is there too
    question.asker.each_room([&](const Room& room) {
      const auto nickname = room.occupant(question.person);
      if (nickname)
        items.push_back({room.address(), {}, occupant_nick(context_.network.names_in(room.id()), *nickname)});
    });
  } else if (node.empty()) {
    for (std::string& each : nodes_of(question)) items.push_back({std::string{question.iq.get("to")}, each, {}});
  } else {
    if (context_.ad_hoc->disco_items(question.iq, question.client(), question.place())) return;
    return refuse(question.iq, Fault::not_found, "There is no such node here.");
  }
  answer(xmpp::make_disco_items(question.iq, items));
}

}  // namespace dragoman::gateway
