#include "ad_hoc_script.hpp"

// Commands as XEP-0050 shows them: discovery, steps, sessions, errors.

namespace dragoman::gateway::ad_hoc_test {
namespace {

TEST(AdHoc, ListsWhatThisPersonMayDo) {
  GatewayScript script{with_admin()};
  script.xmpp_sends(disco("items", "http://jabber.org/protocol/commands"));
  const auto mine = nodes(script.only());
  EXPECT_TRUE(has(mine, "register"));
  EXPECT_TRUE(has(mine, "join"));
  EXPECT_FALSE(has(mine, "unregister"));
  EXPECT_FALSE(has(mine, "http://jabber.org/protocol/admin#announce"));
  script.xmpp_sends(disco("items", "http://jabber.org/protocol/commands", "root@test/desk"));
  EXPECT_TRUE(has(nodes(script.only()), "http://jabber.org/protocol/admin#announce"));
}

TEST(AdHoc, DescribesTheListAndEachCommand) {
  GatewayScript script{with_admin()};
  script.xmpp_sends(disco("info", "http://jabber.org/protocol/commands"));
  const auto list = script.only();
  EXPECT_EQ(list.child("query", xmpp::ns::disco_info)->children.front().get("type"), "command-list");
  script.xmpp_sends(disco("info", "join"));
  const auto node = script.only();
  const auto& query = *node.child("query", xmpp::ns::disco_info);
  EXPECT_EQ(query.children.front().get("category"), "automation");
  EXPECT_EQ(query.children.front().get("type"), "command-node");
  EXPECT_NE(xmpp::to_xml(query).find("jabber:x:data"), std::string::npos);
  script.xmpp_sends(disco("info", "http://jabber.org/protocol/admin#announce"));
  EXPECT_EQ(error_of(script.only()), "forbidden");
  script.xmpp_sends(disco("info", "nothing"));
  EXPECT_EQ(error_of(script.only()), "item-not-found");
}

TEST(AdHoc, RegistersByAForm) {
  GatewayScript script;
  script.xmpp_sends(command("node='register' action='execute'"));
  const auto shown = script.only();
  EXPECT_EQ(step(shown).get("status"), "executing");
  EXPECT_EQ(step(shown).child("actions", xmpp::commands_ns)->get("execute"), "complete");
  EXPECT_NE(xmpp::to_xml(shown).find("text-private"), std::string::npos);
  const std::string session{step(shown).get("sessionid")};
  script.xmpp_sends(command("node='register' sessionid='" + session + "' action='complete'",
                            form(field("nick", "alicia") + field("password", "hush"))));
  const auto said = script.written();
  ASSERT_EQ(said.size(), 2U) << GatewayScript::dump(said);
  EXPECT_EQ(said[0].get("type"), "subscribe");
  EXPECT_EQ(step(said[1]).get("status"), "completed");
  EXPECT_NE(note(said[1], "info").find("alicia"), std::string::npos);
  EXPECT_EQ(GatewayScript::dump(said).find("hush"), std::string::npos);
  script.xmpp_sends("<presence from='alice@test/home' to='irc.test'/>");
  EXPECT_EQ(script.network->account.password.reveal(), "hush");
}

TEST(AdHoc, RefusesAFormWithSomethingMissingAndGoesOnWithIt) {
  GatewayScript script;
  const std::string session = begins(script, "register");
  script.xmpp_sends(command("node='register' sessionid='" + session + "'", form(field("password", "hush"))));
  const auto refused = script.only();
  EXPECT_EQ(error_of(refused), "bad-request/bad-payload");
  EXPECT_EQ(xmpp::to_xml(refused).find("hush"), std::string::npos) << "an error gives no password back";
  script.xmpp_sends(command("node='register' sessionid='" + session + "'", form(field("nick", "alicia"))));
  EXPECT_EQ(step(script.written().back()).get("status"), "completed");
}

TEST(AdHoc, ShowsTheFormAgainWhenTheAnswerIsWrong) {
  GatewayScript script;
  const std::string session = begins(script, "join");
  script.xmpp_sends(command("node='join' sessionid='" + session + "'", form(field("room", "a b"))));
  const auto again = script.only();
  EXPECT_EQ(step(again).get("status"), "executing");
  EXPECT_FALSE(note(again, "error").empty());
  EXPECT_NE(xmpp::to_xml(again).find("<value>a b</value>"), std::string::npos) << "what was typed is still there";
}

TEST(AdHoc, FailsWithCompletedAndANoteOfTheKindError) {
  GatewayScript script;
  script.xmpp_sends(command("node='leave'"));
  const auto failed = script.only();
  EXPECT_EQ(step(failed).get("status"), "completed");
  EXPECT_EQ(note(failed, "error"), "You are in no room.");
}

TEST(AdHoc, CancelsAtAnyTime) {
  GatewayScript script;
  const std::string session = begins(script, "register");
  script.xmpp_sends(command("node='register' sessionid='" + session + "' action='cancel'"));
  EXPECT_EQ(step(script.only()).get("status"), "canceled");
  script.xmpp_sends(command("node='register' sessionid='" + session + "' action='complete'"));
  EXPECT_EQ(error_of(script.only()), "not-allowed/session-expired");
}

TEST(AdHoc, SessionsBelongToOneClient) {
  GatewayScript script;
  const std::string session = begins(script, "register");
  for (const char* other : {"alice@test/phone", "bob@test/home"}) {
    script.xmpp_sends(
        command("node='register' sessionid='" + session + "' action='complete'", form(field("nick", "evil")), other));
    EXPECT_EQ(error_of(script.only()), "bad-request/bad-sessionid");
  }
  script.xmpp_sends(command("node='register' sessionid='made up'"));
  EXPECT_EQ(error_of(script.only()), "bad-request/bad-sessionid");
  script.xmpp_sends(command("node='join' sessionid='" + session + "'"));
  EXPECT_EQ(error_of(script.only()), "bad-request/bad-sessionid") << "another command";
}

TEST(AdHoc, SessionsEndAfterTenMinutesOfSilence) {
  GatewayScript script;
  const std::string session = begins(script, "register");
  script.passes(std::chrono::minutes{11});
  script.xmpp_sends(command("node='register' sessionid='" + session + "'", form(field("nick", "alicia"))));
  EXPECT_EQ(error_of(script.only()), "not-allowed/session-expired");
}

TEST(AdHoc, APersonHasEightSessionsAndTheOldestGoesFirst) {
  GatewayScript script;
  const std::string first = begins(script, "register");
  for (int i = 0; i < 8; ++i) {
    script.clock.advance(std::chrono::seconds{1});
    begins(script, "register");
  }
  script.xmpp_sends(command("node='register' sessionid='" + first + "'", form(field("nick", "alicia"))));
  EXPECT_EQ(error_of(script.only()), "not-allowed/session-expired");
}

TEST(AdHoc, TakesNextBehindTheLastStepAsItsEnd) {
  GatewayScript script;
  const std::string session = begins(script, "register");
  script.xmpp_sends(
      command("node='register' sessionid='" + session + "' action='next'", form(field("nick", "alicia"))));
  EXPECT_EQ(step(script.written().back()).get("status"), "completed");
}

TEST(AdHoc, RefusesActionsThatDoNotFit) {
  GatewayScript script;
  const std::string session = begins(script, "register");
  const std::string at = "node='register' sessionid='" + session + "' ";
  script.xmpp_sends(command(at + "action='explode'"));
  EXPECT_EQ(error_of(script.only()), "bad-request/malformed-action");
  script.xmpp_sends(command(at + "action='prev'"));
  EXPECT_EQ(error_of(script.only()), "bad-request/bad-action");
  script.xmpp_sends(command("node='register' action='complete'"));
  EXPECT_EQ(error_of(script.only()), "bad-request/bad-action");
  script.xmpp_sends(command("node='register' xml:lang='de'"));
  EXPECT_EQ(error_of(script.only()), "bad-request/bad-locale");
  script.xmpp_sends(command("node='nothing'"));
  EXPECT_EQ(error_of(script.only()), "item-not-found");
  script.xmpp_sends(command("action='execute'"));
  EXPECT_EQ(error_of(script.only()), "bad-request");
}

TEST(AdHoc, UnderstandsALanguageThatTheServerStamped) {
  GatewayScript script;
  script.xmpp_sends(
      "<iq from='alice@test/home' to='irc.test' type='set' id='q' xml:lang='de'><command "
      "xmlns='http://jabber.org/protocol/commands' node='register'/></iq>");
  const auto shown = script.only();
  EXPECT_EQ(step(shown).get("status"), "executing");
  EXPECT_EQ(step(shown).get("xml:lang"), "en");
}

TEST(AdHoc, IsForbiddenToWhoIsNoAdmin) {
  GatewayScript script{with_admin()};
  script.xmpp_sends(command("node='http://jabber.org/protocol/admin#shutdown'"));
  const auto error = script.only();
  EXPECT_EQ(error_of(error), "forbidden");
  EXPECT_EQ(error.child("error", xmpp::ns::component)->get("code"), "403");
}

TEST(AdHoc, JoinSendsAnInvitationToTheClientThatAsks) {
  GatewayScript script;
  const std::string session = begins(script, "join");
  script.xmpp_sends(command("node='join' sessionid='" + session + "' action='complete'",
                            form(field("room", "tea") + field("password", "sesame"))));
  const auto said = script.written();
  ASSERT_EQ(said.size(), 2U) << GatewayScript::dump(said);
  EXPECT_EQ(said[0].get("from"), "#tea@irc.test");
  EXPECT_EQ(said[0].get("to"), "alice@test/home");
  const auto* invitation = said[0].child("x", "jabber:x:conference");
  ASSERT_NE(invitation, nullptr);
  EXPECT_EQ(invitation->get("jid"), "#tea@irc.test");
  EXPECT_EQ(step(said[1]).get("status"), "completed");
  // Who comes does not need to type the password again.
  script.xmpp_sends(
      "<presence from='alice@test/home' to='#tea@irc.test/alice'><x "
      "xmlns='http://jabber.org/protocol/muc'/></presence>");
  EXPECT_EQ(script.command<chat::JoinRoom>().second.password, "sesame");
}

TEST(AdHoc, AtARoomAndAtAPersonIsAboutThem) {
  GatewayScript script;
  script.joins("alice", "#tea");
  script.xmpp_sends(disco("items", "http://jabber.org/protocol/commands", "alice@test/home", "#tea@irc.test"));
  EXPECT_EQ(nodes(script.only()), (std::vector<std::string>{"configure", "join", "leave"}));
  script.xmpp_sends(disco("items", "http://jabber.org/protocol/commands", "alice@test/home", "bob@irc.test"));
  EXPECT_EQ(nodes(script.only()), (std::vector<std::string>{"whois", "add", "block", "unblock", "write"}));
  script.xmpp_sends(command("node='leave'", {}, "alice@test/home", "#tea@irc.test"));
  const auto said = script.written();
  ASSERT_EQ(said.size(), 2U) << GatewayScript::dump(said);
  EXPECT_EQ(said[0].get("type"), "unavailable");
  EXPECT_EQ(step(said[1]).get("status"), "completed");
  EXPECT_EQ(script.count<chat::LeaveRoom>(), 1U);
}

}  // namespace
}  // namespace dragoman::gateway::ad_hoc_test
