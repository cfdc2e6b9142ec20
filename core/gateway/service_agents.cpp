#include "gateway/access.hpp"
#include "gateway/gateway.hpp"
#include "gateway/service.hpp"
#include "gateway/sibling.hpp"
#include "xmpp/agent.hpp"
#include "xmpp/browse.hpp"

// What the gateway is, for clients from before disco: jabber:iq:agent and jabber:iq:agents (XEP-0094),
// jabber:iq:browse (XEP-0011).

namespace dragoman::gateway {

void Service::agent(const xmpp::Element& iq, const xmpp::Jid&) {
  answer(xmpp::make_agent(iq, describe_agent(context_.link.jid().str(), context_.network.describe(), context_.policy)));
}

void Service::agents(const xmpp::Element& iq, const xmpp::Jid& from) {
  std::vector<xmpp::Agent> agents;
  agents.push_back(describe_agent(context_.link.jid().str(), context_.network.describe(), context_.policy));
  if (context_.siblings) {
    for (Sibling& each : context_.siblings()) {
      if (is_allowed(each.policy, from)) agents.push_back(std::move(each.agent));
    }
  }
  answer(xmpp::make_agents(iq, agents));
}

void Service::browse(const xmpp::Element& iq, const xmpp::Jid& from) {
  const chat::Description& network = context_.network.describe();
  std::vector<xmpp::BrowseItem> rooms;
  if (const User* known = gateway_.find(from.bare_view())) {
    known->each_room([&](const Room& room) {
      rooms.push_back({"conference", network.kind, room.address(), room.name()});
    });
  }
  const xmpp::BrowseItem self{"service", network.kind, context_.link.jid().str(), network.name};
  answer(xmpp::make_browse(iq, self, features(), rooms));
}

}  // namespace dragoman::gateway
