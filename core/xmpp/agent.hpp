#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "xmpp/element.hpp"

// XEP-0094, from before disco: what a service is and can.
//   <query xmlns='jabber:iq:agent'><name>Libera.Chat</name><service>irc</service><transport>IRC nickname</transport>
//     <register/><groupchat/></query>
namespace dragoman::xmpp {

inline constexpr std::string_view agent_ns = "jabber:iq:agent";
inline constexpr std::string_view agents_ns = "jabber:iq:agents";

struct Agent {
  std::string jid;  ///< for lists only
  std::string name, description, url;
  std::string service;    ///< "irc", "matrix"; of a room "public" or "private"
  std::string transport;  ///< what a user name is called there; empty: it is no gateway
  bool registers = false, searches = false, groupchat = false;
};

/// The result for a jabber:iq:agent get.
Element make_agent(const Element& iq, const Agent& agent);
/// The result for a jabber:iq:agents get, one <agent jid=''/> each.
Element make_agents(const Element& iq, const std::vector<Agent>& agents);

}  // namespace dragoman::xmpp
