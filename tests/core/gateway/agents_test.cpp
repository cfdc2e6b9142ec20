#include "support/gateway_script.hpp"
#include "xmpp/agent.hpp"

// What clients ask that are older than disco: jabber:iq:agent, jabber:iq:agents, jabber:iq:browse.

namespace dragoman::gateway::agents_test {
namespace {

using test::GatewayScript;

std::string get(const std::string& ns, const std::string& to = "irc.test") {
  return "<iq from='alice@test/home' to='" + to + "' type='get' id='q'><query xmlns='" + ns + "'/></iq>";
}
xmpp::Element query_of(GatewayScript& script, const std::string& ns, const std::string& to = "irc.test") {
  script.xmpp_sends(get(ns, to));
  const auto answer = script.only();
  EXPECT_EQ(answer.get("type"), "result");
  EXPECT_EQ(answer.get("from"), to);
  return answer.first_element() == nullptr ? xmpp::Element{} : *answer.first_element();
}
bool has(const xmpp::Element& element, std::string_view flag) { return element.child(flag, element.ns) != nullptr; }

TEST(Agent, SaysWhatTheGatewayIs) {
  auto policy = GatewayScript::default_policy();
  policy.url = "https://gateway.test/";
  GatewayScript script{policy};
  const auto agent = query_of(script, "jabber:iq:agent");
  EXPECT_EQ(agent.child_text("name", agent.ns), "TestNet");
  EXPECT_EQ(agent.child_text("description", agent.ns), "Fill in.");
  EXPECT_EQ(agent.child_text("url", agent.ns), "https://gateway.test/");
  EXPECT_EQ(agent.child_text("service", agent.ns), "irc");
  EXPECT_EQ(agent.child_text("transport", agent.ns), "Nickname");
  EXPECT_TRUE(has(agent, "register"));
  EXPECT_TRUE(has(agent, "groupchat"));
}

TEST(Agent, ShowsOnlyFlagsOfWhatIsAnswered) {
  auto policy = GatewayScript::default_policy();
  policy.registration = Policy::Registration::closed;
  GatewayScript script{policy};
  EXPECT_FALSE(has(query_of(script, "jabber:iq:agent"), "register"));
  EXPECT_FALSE(has(query_of(script, "jabber:iq:agent"), "search"));
  script.network->description().capabilities.set(chat::Feature::search_people, chat::Support::native);
  EXPECT_TRUE(has(query_of(script, "jabber:iq:agent"), "search"));
  script.network->description().rooms = false;
  EXPECT_FALSE(has(query_of(script, "jabber:iq:agent"), "groupchat"));
}

TEST(Agent, OfARoomSaysWhetherEverybodyMayEnter) {
  GatewayScript script;
  auto agent = query_of(script, "jabber:iq:agent", "#tea@irc.test");
  EXPECT_EQ(agent.child_text("name", agent.ns), "#tea");
  EXPECT_EQ(agent.child_text("service", agent.ns), "public");
  EXPECT_EQ(agent.child_text("description", agent.ns), "#tea on TestNet");
  EXPECT_TRUE(has(agent, "groupchat"));
  EXPECT_FALSE(has(agent, "transport"));
  script.joins("alice", "#tea", {}, "Biscuits");
  chat::RoomChanged changed;
  changed.room = chat::RoomId{"#tea"};
  changed.settings.members_only = true;
  script.network_says(changed);
  script.written();
  agent = query_of(script, "jabber:iq:agent", "#tea@irc.test");
  EXPECT_EQ(agent.child_text("service", agent.ns), "private");
  EXPECT_EQ(agent.child_text("description", agent.ns), "Biscuits");
}

TEST(Agents, AreTheGatewayAndItsSiblingsThatOneMayUse) {
  const auto sibling = [](const std::string& jid, const std::string& allowed) {
    Sibling made;
    made.agent.jid = jid;
    made.agent.name = "Matrix";
    made.agent.service = "matrix";
    made.agent.registers = true;
    made.policy.allow = {allowed};
    return made;
  };
  GatewayScript script{GatewayScript::default_policy(),
                       {sibling("matrix.test", "test"), sibling("hook.test", "elsewhere.test")}};
  const auto query = query_of(script, "jabber:iq:agents");
  ASSERT_EQ(query.element_count(), 2U);
  EXPECT_EQ(query.children[0].get("jid"), "irc.test");
  EXPECT_EQ(query.children[0].child_text("service", query.ns), "irc");
  EXPECT_EQ(query.children[1].get("jid"), "matrix.test");
  EXPECT_EQ(query.children[1].child_text("name", query.ns), "Matrix");
  EXPECT_TRUE(has(query.children[1], "register"));
}

TEST(Browse, ShowsNamespacesAndTheRoomsThatOneIsIn) {
  GatewayScript script;
  script.joins("alice", "#tea");
  const auto service = query_of(script, "jabber:iq:browse");
  EXPECT_EQ(service.name, "service");
  EXPECT_EQ(service.get("type"), "irc");
  EXPECT_EQ(service.get("jid"), "irc.test");
  EXPECT_EQ(service.get("name"), "TestNet");
  EXPECT_EQ(service.child("conference", service.ns)->get("jid"), "#tea@irc.test");
  std::set<std::string> namespaces;
  for (const auto& child : service.children) {
    if (child.name == "ns") namespaces.insert(child.text());
  }
  EXPECT_TRUE(namespaces.contains("jabber:iq:register"));
  EXPECT_TRUE(namespaces.contains("jabber:iq:agent"));
  EXPECT_FALSE(namespaces.contains("jabber:iq:autoupdate"));
  const auto room = query_of(script, "jabber:iq:browse", "#tea@irc.test");
  EXPECT_EQ(room.name, "conference");
  EXPECT_EQ(room.get("type"), "public");
}

}  // namespace
}  // namespace dragoman::gateway::agents_test
