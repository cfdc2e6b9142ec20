#include "support/gateway_script.hpp"

// What the gateway's own address answers, and registration (XEP-0077, XEP-0100).

namespace dragoman::gateway::service_test {
namespace {

using test::GatewayScript;

const xmpp::Element* condition(const xmpp::Element& stanza, std::string_view name) {
  const auto* error = stanza.child("error", xmpp::ns::component);
  return error == nullptr ? nullptr : error->child(name, xmpp::ns::stanza_errors);
}
std::string iq(const std::string& type, const std::string& payload, const std::string& to = "irc.test") {
  return "<iq from='alice@test/home' to='" + to + "' type='" + type + "' id='q'>" + payload + "</iq>";
}
const std::string reg = "<query xmlns='jabber:iq:register'>";

TEST(Service, TellsWhatItIs) {
  GatewayScript script;
  script.xmpp_sends(iq("get", "<query xmlns='http://jabber.org/protocol/disco#info'/>"));
  const auto answer = script.only();
  const auto* query = answer.child("query", xmpp::ns::disco_info);
  ASSERT_NE(query, nullptr);
  EXPECT_EQ(query->children.front().get("category"), "gateway");
  EXPECT_EQ(query->children.front().get("type"), "irc");
}

TEST(Service, AnswersEveryFeatureThatItAnnounces) {
  GatewayScript script;
  script.xmpp_sends(iq("get", "<query xmlns='http://jabber.org/protocol/disco#info'/>"));
  const auto answer = script.only();
  for (const auto& child : answer.child("query", xmpp::ns::disco_info)->children) {
    const std::string feature{child.get("var")};
    if (feature == "http://jabber.org/protocol/commands") continue;  // ad_hoc_test.cpp
    if (feature == "http://jabber.org/protocol/rosterx") continue;   // only set
    if (child.name != "feature" || feature == xmpp::ns::muc || feature == xmpp::ns::caps) continue;
    if (feature.find("escaping") != std::string::npos) continue;
    if (feature == xmpp::ns::occupant_id) continue;  // a mark in what rooms send
    if (feature.ends_with("+notify")) continue;      // asks for something: read_marks_test.cpp, pictures_test.cpp
    if (feature == xmpp::ns::rsm) continue;          // stands in others: search_pages_test.cpp
    if (feature == "jabber:iq:private") continue;    // a question about something: private_data_test.cpp
    const std::string name = feature == xmpp::ns::ping        ? "ping"
                             : feature == "urn:xmpp:blocking" ? "blocklist"
                             : feature == "urn:xmpp:time"     ? "time"
                             : feature == "vcard-temp"        ? "vCard"
                                                              : "query";
    script.xmpp_sends(iq("get", "<" + name + " xmlns='" + feature + "'/>"));
    EXPECT_EQ(script.only().get("type"), "result") << feature;
  }
}

TEST(Service, RefusesWhatItDoesNotKnowAndGivesTheQuestionBack) {
  GatewayScript script;
  script.xmpp_sends(iq("get", "<query xmlns='urn:x:nope'/>"));
  const auto error = script.only();
  EXPECT_NE(condition(error, "service-unavailable"), nullptr);
  EXPECT_EQ(error.child("error", xmpp::ns::component)->get("code"), "503");
  EXPECT_NE(error.child("query", "urn:x:nope"), nullptr);
  EXPECT_EQ(error.get("id"), "q");
}

TEST(Service, TurnsWhatAPersonTypedIntoAnAddress) {
  GatewayScript script;
  script.xmpp_sends(iq("set", "<query xmlns='jabber:iq:gateway'><prompt>a&amp;b</prompt></query>"));
  EXPECT_EQ(script.only().child("query", "jabber:iq:gateway")->child_text("jid", "jabber:iq:gateway"),
            "a\\26b@irc.test");
}

TEST(Registration, OffersPlainFieldsAndAForm) {
  GatewayScript script;
  script.xmpp_sends(iq("get", reg + "</query>"));
  const auto answer = script.only();
  const auto* query = answer.child("query", xmpp::ns::reg);
  ASSERT_NE(query, nullptr);
  EXPECT_NE(query->child("nick", xmpp::ns::reg), nullptr);
  EXPECT_NE(query->child("x", xmpp::ns::data_form), nullptr);
  EXPECT_EQ(query->child("registered", xmpp::ns::reg), nullptr);
}

TEST(Registration, AnswersFirstThenAsksForPresenceAndLogsInWithIt) {
  GatewayScript script;
  script.xmpp_sends(iq("set", reg + "<nick>alicia</nick><password>hush</password></query>"));
  const auto stanzas = script.written();
  ASSERT_EQ(stanzas.size(), 2U) << GatewayScript::dump(stanzas);
  EXPECT_EQ(stanzas[0].get("type"), "result");
  EXPECT_EQ(stanzas[1].get("type"), "subscribe");
  EXPECT_EQ(stanzas[1].get("to"), "alice@test");
  script.xmpp_sends("<presence from='alice@test/home' to='irc.test'/>");
  EXPECT_EQ(script.network->log, std::vector<std::string>{"connect as alicia"});
  EXPECT_EQ(script.network->account.password.reveal(), "hush");
}

TEST(Registration, ShowsTheStoredFieldsButNeverThePassword) {
  GatewayScript script;
  script.xmpp_sends(iq("set", reg + "<nick>alicia</nick><password>hush</password></query>"));
  script.written();
  script.xmpp_sends(iq("get", reg + "</query>"));
  const auto answer = script.only();
  const auto* query = answer.child("query", xmpp::ns::reg);
  EXPECT_NE(query->child("registered", xmpp::ns::reg), nullptr);
  EXPECT_EQ(query->child_text("nick", xmpp::ns::reg), "alicia");
  EXPECT_EQ(xmpp::to_xml(answer).find("hush"), std::string::npos);
}

TEST(Registration, SurvivesARestart) {
  GatewayScript script;
  script.xmpp_sends(iq("set", reg + "<nick>alicia</nick></query>"));
  script.restart();
  script.xmpp_sends("<presence from='alice@test/home' to='irc.test'/>");
  EXPECT_EQ(script.network->log, std::vector<std::string>{"connect as alicia"});
}

TEST(Registration, RefusesAMissingFieldWithoutGivingThePasswordBack) {
  GatewayScript script;
  script.xmpp_sends(iq("set", reg + "<password>hush</password></query>"));
  const auto error = script.only();
  EXPECT_NE(condition(error, "not-acceptable"), nullptr);
  EXPECT_EQ(xmpp::to_xml(error).find("hush"), std::string::npos);
}

TEST(Registration, RemovesTheAccountAndEndsTheSubscription) {
  GatewayScript script;
  script.xmpp_sends(iq("set", reg + "<nick>alicia</nick></query>"));
  script.written();
  script.xmpp_sends(iq("set", reg + "<remove/><nick>x</nick></query>"));
  EXPECT_NE(condition(script.only(), "bad-request"), nullptr);
  script.xmpp_sends(iq("set", reg + "<remove/></query>"));
  const auto stanzas = script.written();
  ASSERT_EQ(stanzas.size(), 4U) << GatewayScript::dump(stanzas);
  EXPECT_EQ(stanzas[0].get("type"), "result");
  EXPECT_EQ(stanzas[1].get("type"), "unsubscribe");
  EXPECT_TRUE(script.store.values.empty());
  script.xmpp_sends(iq("set", reg + "<remove/></query>"));
  EXPECT_NE(condition(script.only(), "registration-required"), nullptr);
}

TEST(Registration, IsLimitedToThreeAnHour) {
  GatewayScript script;
  for (int i = 0; i < 3; ++i) script.xmpp_sends(iq("set", reg + "<nick>n" + std::to_string(i) + "</nick></query>"));
  script.written();
  script.xmpp_sends(iq("set", reg + "<nick>n4</nick></query>"));
  EXPECT_NE(condition(script.only(), "resource-constraint"), nullptr);
  script.clock.advance(std::chrono::minutes{21});
  script.xmpp_sends(iq("set", reg + "<nick>n4</nick></query>"));
  EXPECT_EQ(script.only().get("type"), "result");
}

TEST(Registration, MayBeRequiredOrClosed) {
  auto policy = GatewayScript::default_policy();
  policy.registration = Policy::Registration::required;
  GatewayScript required{policy};
  required.xmpp_sends(
      "<presence from='alice@test/home' to='#tea@irc.test/alice'><x "
      "xmlns='http://jabber.org/protocol/muc'/></presence>");
  EXPECT_NE(condition(required.only(), "registration-required"), nullptr);
  policy.registration = Policy::Registration::closed;
  GatewayScript closed{policy};
  closed.xmpp_sends(iq("set", reg + "<nick>alicia</nick></query>"));
  EXPECT_NE(condition(closed.only(), "not-allowed"), nullptr);
}

TEST(Presence, OfTheGatewayIsToldToEachClientOnceAndWhenItChanges) {
  GatewayScript script;
  script.xmpp_sends("<presence from='alice@test/home' to='irc.test'/>");
  EXPECT_EQ(script.only().child_text("status", xmpp::ns::component), "not registered");
  script.xmpp_sends("<presence from='alice@test/home' to='irc.test'><show>away</show></presence>");
  EXPECT_TRUE(script.written().empty());  // a fan-out copy is not answered
  for (int i = 0; i < 19; ++i)
    script.xmpp_sends("<presence from='alice@test/r" + std::to_string(i) + "' to='irc.test'/>");
  script.written();
  script.xmpp_sends("<presence from='alice@test/more' to='irc.test'/>");
  EXPECT_NE(condition(script.only(), "resource-constraint"), nullptr);
}

}  // namespace
}  // namespace dragoman::gateway::service_test
