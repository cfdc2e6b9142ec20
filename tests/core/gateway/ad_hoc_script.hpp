#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "support/gateway_script.hpp"
#include "xmpp/ad_hoc.hpp"

// What the tests of commands say and read: XEP-0050 on the wire.

namespace dragoman::gateway::ad_hoc_test {

using test::GatewayScript;

inline constexpr std::string_view stanzas = xmpp::ns::stanza_errors;

inline std::string command(const std::string& attributes, const std::string& payload = {},
                           const std::string& from = "alice@test/home", const std::string& to = "irc.test") {
  return "<iq from='" + from + "' to='" + to +
         "' type='set' id='q'><command xmlns='http://jabber.org/protocol/commands' " + attributes + ">" + payload +
         "</command></iq>";
}
inline std::string form(const std::string& fields) {
  return "<x xmlns='jabber:x:data' type='submit'>" + fields + "</x>";
}
inline std::string field(const std::string& name, const std::string& value) {
  return "<field var='" + name + "'><value>" + value + "</value></field>";
}
inline std::string disco(const std::string& kind, const std::string& node, const std::string& from = "alice@test/home",
                         const std::string& to = "irc.test") {
  return "<iq from='" + from + "' to='" + to + "' type='get' id='d'><query xmlns='http://jabber.org/protocol/disco#" +
         kind + "' node='" + node + "'/></iq>";
}
inline std::vector<std::string> nodes(const xmpp::Element& iq) {
  std::vector<std::string> all;
  for (const auto& item : iq.child("query", xmpp::ns::disco_items)->children) all.emplace_back(item.get("node"));
  return all;
}
inline bool has(const std::vector<std::string>& all, const std::string& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}
inline const xmpp::Element& step(const xmpp::Element& iq) {
  static const xmpp::Element none;
  const auto* found = iq.child("command", xmpp::commands_ns);
  EXPECT_NE(found, nullptr) << xmpp::to_xml(iq);
  return found == nullptr ? none : *found;
}
inline std::string note(const xmpp::Element& iq, std::string_view type) {
  const auto* found = step(iq).child("note", xmpp::commands_ns);
  return found != nullptr && found->get("type") == type ? found->text() : std::string{};
}
/// "bad-request/bad-payload"
inline std::string error_of(const xmpp::Element& iq) {
  const auto* error = iq.child("error", xmpp::ns::component);
  if (error == nullptr) return "none";
  std::string text;
  for (const auto& child : error->children) {
    if (child.ns == stanzas && child.name != "text") text += child.name;
    if (child.ns == xmpp::commands_ns) text += '/' + child.name;
  }
  return text;
}
inline gateway::Policy with_admin() {
  auto policy = GatewayScript::default_policy();
  policy.admins = {"root@test"};
  return policy;
}
/// Begins a command and returns its session.
inline std::string begins(GatewayScript& script, const std::string& node, const std::string& from = "alice@test/home") {
  script.xmpp_sends(command("node='" + node + "'", {}, from));
  return std::string{step(script.only()).get("sessionid")};
}

}  // namespace dragoman::gateway::ad_hoc_test
