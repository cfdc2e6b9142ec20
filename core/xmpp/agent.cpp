#include "xmpp/agent.hpp"

#include "xmpp/stanza_error.hpp"

namespace dragoman::xmpp {

namespace {

void describe(Element& element, const Agent& agent) {
  element.add_text_child("name", agent.name);
  if (!agent.description.empty()) element.add_text_child("description", agent.description);
  if (!agent.url.empty()) element.add_text_child("url", agent.url);
  if (!agent.transport.empty()) element.add_text_child("transport", agent.transport);
  if (!agent.service.empty()) element.add_text_child("service", agent.service);
  if (agent.registers) element.add("register");
  if (agent.searches) element.add("search");
  if (agent.groupchat) element.add("groupchat");
}

}  // namespace

Element make_agent(const Element& iq, const Agent& agent) {
  Element result = make_result(iq);
  describe(result.add("query", agent_ns), agent);
  return result;
}

Element make_agents(const Element& iq, const std::vector<Agent>& agents) {
  Element result = make_result(iq);
  Element& query = result.add("query", agents_ns);
  for (const Agent& agent : agents) {
    Element& made = query.add("agent");
    made.set("jid", agent.jid);
    describe(made, agent);
  }
  return result;
}

}  // namespace dragoman::xmpp
