#include "support/gateway_script.hpp"

// jabber:iq:autoupdate and jabber:x:autoupdate: which versions of the gateway can be had.

namespace dragoman::gateway::updates_test {
namespace {

using test::GatewayScript;

Policy with_releases() {
  auto policy = GatewayScript::default_policy();
  policy.releases = {{"release", "0.9.2", "Fewer bugs", "https://dragoman.test/0.9.2", true},
                     {"beta", "1.0-beta", {}, {}}};
  return policy;
}
std::string get(const std::string& to) {
  return "<iq from='alice@test/home' to='" + to + "' type='get' id='q'><query xmlns='jabber:iq:autoupdate'/></iq>";
}
std::string announcement(const std::string& version) {
  return "<presence from='alice@test/home' to='dragoman@irc.test/" + version + "'/>";
}

TEST(Updates, AreToldWhenTheOperatorKnowsOfThem) {
  GatewayScript script{with_releases()};
  for (const char* to : {"irc.test", "dragoman@irc.test"}) {
    script.xmpp_sends(get(to));
    const auto answer = script.only();
    EXPECT_EQ(answer.get("from"), to);
    const auto* query = answer.child("query", "jabber:iq:autoupdate");
    ASSERT_NE(query, nullptr);
    ASSERT_EQ(query->element_count(), 2U);
    EXPECT_EQ(query->children[0].name, "release");
    EXPECT_EQ(query->children[0].get("priority"), "mandatory");
    EXPECT_EQ(query->children[0].child_text("ver", query->ns), "0.9.2");
    EXPECT_EQ(query->children[0].child_text("url", query->ns), "https://dragoman.test/0.9.2");
    EXPECT_EQ(query->children[1].name, "beta");
    EXPECT_EQ(query->children[1].get("priority"), "optional");
  }
}

TEST(Updates, AreToldOnceToWhoAnnouncesAnOlderVersion) {
  GatewayScript script{with_releases()};
  script.xmpp_sends(announcement("0.9.1"));
  const auto message = script.only();
  EXPECT_EQ(message.name, "message");
  EXPECT_EQ(message.get("from"), "dragoman@irc.test");
  EXPECT_NE(message.child_text("body", message.ns).find("https://dragoman.test/0.9.2"), std::string::npos);
  const auto* x = message.child("x", "jabber:x:autoupdate");
  ASSERT_NE(x, nullptr);
  EXPECT_EQ(x->text(), "dragoman@irc.test");
  script.xmpp_sends(announcement("0.9.1"));
  script.xmpp_sends(announcement("0.9.0"));
  EXPECT_TRUE(script.written().empty());
}

TEST(Updates, AreNotToldToWhoHasTheNewestVersion) {
  GatewayScript script{with_releases()};
  script.xmpp_sends(announcement("0.9.2"));
  script.xmpp_sends(announcement("0.10"));
  EXPECT_TRUE(script.written().empty());
}

TEST(Updates, LeaveThePersonAloneWhoHasTheNameOfTheProgram) {
  GatewayScript script{with_releases()};
  script.joins("alice", "#tea");
  script.xmpp_sends("<message from='alice@test/home' to='dragoman@irc.test' type='chat'><body>hello</body></message>");
  EXPECT_EQ(script.command<chat::SendMessage>().second.conversation.person, chat::PersonId{"dragoman"});
  script.xmpp_sends(
      "<iq from='alice@test/home' to='dragoman@irc.test' type='get' id='q'><vCard xmlns='vcard-temp'/></iq>");
  EXPECT_EQ(script.command<chat::GetProfile>().second.person, chat::PersonId{"dragoman"});
}

TEST(Updates, AreNotAServiceWithoutConfiguration) {
  GatewayScript script;
  script.xmpp_sends(get("irc.test"));
  const auto answer = script.only();
  EXPECT_EQ(answer.child("error", answer.ns)->get("code"), "503");
  script.xmpp_sends(get("dragoman@irc.test"));
  EXPECT_EQ(script.only().get("type"), "error");
  script.xmpp_sends(announcement("0.0.1"));
  EXPECT_TRUE(script.written().empty());
}

}  // namespace
}  // namespace dragoman::gateway::updates_test
