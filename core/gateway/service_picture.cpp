#include "gateway/service.hpp"
#include "xmpp/avatar.hpp"
#include "xmpp/pubsub.hpp"

// The picture that the operator gave the gateway, for clients that read it as that of a person (XEP-0084); older ones
// find it in the card.

namespace dragoman::gateway {

void Service::read_node(const xmpp::Element& iq, const xmpp::Jid&) {
  const auto asked = xmpp::read_items_question(iq);
  if (!asked) return answer(xmpp::make_pubsub_refusal(iq, "Nobody can publish here."));
  const auto& avatar = context_.policy.avatar;
  if (avatar && asked->node == xmpp::avatar_metadata_ns) {
    return answer(xmpp::make_items(iq, *asked, {{avatar->id, xmpp::make_avatar_metadata(*avatar)}}));
  }
  if (avatar && asked->node == xmpp::avatar_data_ns) {
    return answer(xmpp::make_items(iq, *asked, {{avatar->id, xmpp::make_avatar_data(*avatar)}}));
  }
  refuse(iq, Fault::not_found, "There is no such node here.");
}

void Service::refuse_node(const xmpp::Element& iq, const xmpp::Jid&) {
  answer(xmpp::make_pubsub_refusal(iq, "Nobody can publish here."));
}

}  // namespace dragoman::gateway
