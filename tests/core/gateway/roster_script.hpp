#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "support/roster_server.hpp"

// What the tests of rosters share: alice, whose server keeps hers.

namespace dragoman::gateway::roster_test {

using test::GatewayScript;
using test::RosterServer;
using Lines = std::vector<std::string>;

inline std::string presence(const std::string& type, const std::string& to, const std::string& from = "alice@test") {
  return "<presence from='" + from + "' to='" + to + "'" + (type.empty() ? "" : " type='" + type + "'") + "/>";
}
inline const std::string registration =
    "<iq type='set' id='r' from='alice@test/home' to='irc.test'><query xmlns='jabber:iq:register'><nick>alice</nick>"
    "</query></iq>";
inline const std::string removal =
    "<iq type='set' id='x' from='alice@test/home' to='irc.test'><query "
    "xmlns='jabber:iq:register'><remove/></query></iq>";

/// alice is registered and online, her server keeps the roster.
inline void registers(GatewayScript& script, RosterServer& server) {
  script.xmpp_sends(registration);
  server.serve();
  script.xmpp_sends(presence("", "irc.test", "alice@test/home"));
  script.network_says(chat::Ready{"alice", {}});
  server.serve();
  server.others.clear();
  server.sets = server.gets = 0;
}
inline chat::ContactsChanged added(const Lines& people, const std::string& name = {}) {
  chat::ContactsChanged changed;
  for (const auto& each : people) changed.added.push_back({chat::PersonId{each}, name, {}});
  return changed;
}
inline std::size_t count(const Lines& lines, const std::string& line) {
  return static_cast<std::size_t>(std::count(lines.begin(), lines.end(), line));
}

}  // namespace dragoman::gateway::roster_test
