#include <algorithm>

#include "support/gateway_script.hpp"

// The operator changes the configuration while people are here (Gateway::take_policy).

namespace dragoman::gateway::policy_change_test {
namespace {

using test::GatewayScript;

std::string message(const std::string& id) {
  return "<message from='alice@test/home' to='#tea@irc.test' type='groupchat' id='" + id +
         "'><body>hello</body></message>";
}

bool any(const std::vector<xmpp::Element>& stanzas, std::string_view name, std::string_view type,
         std::string_view from) {
  return std::any_of(stanzas.begin(), stanzas.end(), [&](const xmpp::Element& each) {
    return each.name == name && each.get("type") == type && each.get("from") == from;
  });
}

TEST(PolicyChange, SendsAwayWhoMayNotUseItAnyMore) {
  GatewayScript script;
  script.joins("alice", "#tea");
  script.joins("bob", "#tea");
  Policy policy = GatewayScript::default_policy();
  policy.allow = {"bob@test"};
  script.policy_becomes(policy);
  const auto said = script.written();
  EXPECT_TRUE(any(said, "presence", "unavailable", "#tea@irc.test/alice")) << GatewayScript::dump(said);
  EXPECT_FALSE(any(said, "presence", "unavailable", "#tea@irc.test/bob")) << GatewayScript::dump(said);
  script.xmpp_sends(message("m1"));
  EXPECT_EQ(script.only().get("type"), "error");
}

TEST(PolicyChange, BringsBackWhoMayUseItAgain) {
  GatewayScript script;
  script.joins("alice", "#tea");
  // The file was narrowed while the program was stopped: her room is kept, but not entered.
  Policy narrow = GatewayScript::default_policy();
  narrow.allow = {"bob@test"};
  script.restart(narrow);
  EXPECT_EQ(script.network->session, nullptr);
  script.policy_becomes(GatewayScript::default_policy());
  EXPECT_NE(script.network->session, nullptr);
}

TEST(PolicyChange, GivesANewLimitOfRoomsAtOnce) {
  Policy policy = GatewayScript::default_policy();
  policy.rooms_per_minute = 1;
  GatewayScript script{policy};
  script.joins("alice", "#tea");
  const auto join = [](const std::string& room) {
    return "<presence from='alice@test/home' to='" + room +
           "@irc.test/alice'><x xmlns='http://jabber.org/protocol/muc'/></presence>";
  };
  script.xmpp_sends(join("#milk"));
  EXPECT_EQ(script.only().get("type"), "error");
  EXPECT_EQ(script.overview().traffic.joins_limited, 1U);
  policy.rooms_per_minute = 60;
  script.policy_becomes(policy);
  script.passes(std::chrono::seconds{1});
  script.xmpp_sends(join("#milk"));
  EXPECT_EQ(script.written().size(), 0U);
  EXPECT_EQ(script.command<chat::JoinRoom>().second.room.text, "#milk");
}

TEST(PolicyChange, ShowsANewFaceToWhoSeesTheGateway) {
  GatewayScript script;
  script.xmpp_sends("<presence from='alice@test/home' to='irc.test'/>");
  script.written();
  Policy policy = GatewayScript::default_policy();
  policy.welcome = true;
  script.policy_becomes(policy);
  EXPECT_EQ(script.written().size(), 0U) << "nothing that one sees";
  policy.registration = Policy::Registration::closed;  // a feature less, and so another hash
  script.policy_becomes(policy);
  const auto presence = script.only();
  EXPECT_EQ(presence.name, "presence");
  EXPECT_EQ(presence.get("to"), "alice@test/home");
}

TEST(PolicyChange, CountsRegistrationsAnew) {
  Policy policy = GatewayScript::default_policy();
  policy.registrations_per_hour = 1;
  GatewayScript script{policy};
  const auto registers = [&script] {
    script.xmpp_sends(
        "<iq from='alice@test/home' to='irc.test' type='set' id='r'><query xmlns='jabber:iq:register'>"
        "<nick>alice</nick></query></iq>");
    for (const auto& each : script.written()) {
      if (each.name == "iq" && each.get("id") == "r") return std::string{each.get("type")};
    }
    return std::string{"no answer"};
  };
  EXPECT_EQ(registers(), "result");
  EXPECT_EQ(registers(), "error");
  EXPECT_EQ(script.overview().traffic.registrations_limited, 1U);
  policy.registrations_per_hour = 2;
  script.policy_becomes(policy);
  EXPECT_EQ(registers(), "result");
}

}  // namespace
}  // namespace dragoman::gateway::policy_change_test
