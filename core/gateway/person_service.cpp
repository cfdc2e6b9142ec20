#include "gateway/person_service.hpp"

#include "xmpp/disco.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/stanza_error.hpp"

namespace dragoman::gateway {

const PersonService::Row PersonService::rows[] = {
    {"get", "query", xmpp::ns::disco_info, &PersonService::disco_info},
    {"get", "query", xmpp::ns::disco_items, &PersonService::disco_items},
    {"get", "ping", xmpp::ns::ping, &PersonService::ping},
};

void PersonService::receive_iq(const PersonQuestion& question) {
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

void PersonService::refuse(const xmpp::Element& iq, Fault fault, const std::string& text) {
  xmpp::StanzaError error = xmpp::to_stanza_error(fault, text);
  if (fault == Fault::unavailable && text.empty()) error.condition = "service-unavailable", error.type = "cancel";
  context_.link.send(xmpp::make_error_reply(iq, error));
}

void PersonService::disco_info(const PersonQuestion& question) {
  xmpp::DiscoInfo info;
  info.identities.push_back({"account", "registered", {}, {}});
  info.features = {std::string{xmpp::ns::disco_items}, std::string{xmpp::ns::ping}, std::string{xmpp::ns::receipts}};
  answer(xmpp::make_disco_info(question.iq, info));
}

void PersonService::disco_items(const PersonQuestion& question) { answer(xmpp::make_disco_items(question.iq, {})); }

void PersonService::ping(const PersonQuestion& question) { answer(xmpp::make_result(question.iq)); }

}  // namespace dragoman::gateway
