#pragma once

#include <string>

#include "gateway/context.hpp"
#include "xmpp/agent.hpp"

namespace dragoman::gateway {

/// Another [[network]] of the same program, as far as jabber:iq:agents tells of it.
struct Sibling {
  xmpp::Agent agent;
  Policy policy;  ///< who may know of it
};

/// What a gateway says of itself in jabber:iq:agent: the flags are what it really answers.
xmpp::Agent describe_agent(const std::string& jid, const chat::Description& network, const Policy& policy);
/// Whether there is anybody to search for.
bool can_search(const chat::Description& network, const Policy& policy);

}  // namespace dragoman::gateway
