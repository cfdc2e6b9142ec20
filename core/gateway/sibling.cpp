#include "gateway/sibling.hpp"

namespace dragoman::gateway {

bool can_search(const chat::Description& network, const Policy& policy) {
  return policy.directory || network.capabilities.has(chat::Feature::search_people);
}

xmpp::Agent describe_agent(const std::string& jid, const chat::Description& network, const Policy& policy) {
  xmpp::Agent agent;
  agent.jid = jid;
  agent.name = network.name;
  agent.description = network.instructions;
  agent.url = policy.url;
  agent.service = network.kind;
  agent.transport = network.prompt;
  agent.registers = policy.registration != Policy::Registration::closed;
  agent.searches = can_search(network, policy);
  agent.groupchat = network.rooms;
  return agent;
}

}  // namespace dragoman::gateway
