#include "support/gateway_script.hpp"

// jabber:iq:private (XEP-0049): what people keep with the gateway.

namespace dragoman::gateway::private_data_test {
namespace {

using test::GatewayScript;

std::string iq(const std::string& type, const std::string& inside, const std::string& from = "alice@test/home") {
  return "<iq from='" + from + "' to='irc.test' type='" + type + "' id='q'><query xmlns='jabber:iq:private'>" + inside +
         "</query></iq>";
}
xmpp::Element asked(GatewayScript& script, const std::string& stanza) {
  script.xmpp_sends(stanza);
  return script.only();
}
std::string inside(const xmpp::Element& answer) {
  const auto* query = answer.child("query", "jabber:iq:private");
  const auto* data = query == nullptr ? nullptr : query->first_element();
  return data == nullptr ? "" : data->text();
}
bool is_error(const xmpp::Element& stanza, std::string_view condition) {
  const auto* error = stanza.child("error", stanza.ns);
  return error != nullptr && error->child(condition, xmpp::ns::stanza_errors) != nullptr;
}

TEST(PrivateData, AreKeptIndependentlyOfEachOther) {
  GatewayScript script;
  EXPECT_EQ(asked(script, iq("set", "<a xmlns='one'>1</a>")).get("type"), "result");
  EXPECT_EQ(asked(script, iq("set", "<a xmlns='two'>2</a>")).get("type"), "result");
  EXPECT_EQ(asked(script, iq("set", "<b xmlns='one'>3</b>")).get("type"), "result");
  EXPECT_EQ(inside(asked(script, iq("get", "<a xmlns='one'/>"))), "1");
  EXPECT_EQ(inside(asked(script, iq("get", "<a xmlns='two'/>"))), "2");
  EXPECT_EQ(inside(asked(script, iq("get", "<b xmlns='one'/>"))), "3");
  const auto none = asked(script, iq("get", "<b xmlns='two'/>"));
  EXPECT_EQ(xmpp::to_xml(*none.child("query", "jabber:iq:private")->first_element()), "<b xmlns='two'/>");
}

TEST(PrivateData, OfSomebodyElseAreNotSeen) {
  GatewayScript script;
  asked(script, iq("set", "<a xmlns='one'>mine</a>"));
  EXPECT_EQ(inside(asked(script, iq("get", "<a xmlns='one'/>", "bob@test/x"))), "");
  EXPECT_EQ(inside(asked(script, iq("get", "<a xmlns='one'/>", "alice@test/phone"))), "mine");
}

TEST(PrivateData, SurviveARestart) {
  GatewayScript script;
  asked(script, iq("set", "<a xmlns='one'>&lt;b&gt; &amp; <c d='&apos;&quot;'/></a>"));
  script.restart();
  const auto answer = asked(script, iq("get", "<a xmlns='one'/>"));
  EXPECT_EQ(inside(answer), "<b> & ");
  EXPECT_EQ(answer.child("query", "jabber:iq:private")->first_element()->child("c", "one")->get("d"), "'\"");
}

TEST(PrivateData, NeedExactlyOneElementWithItsOwnNamespace) {
  GatewayScript script;
  for (const char* type : {"get", "set"}) {
    for (const char* wrong : {"", "text", "<a/>", "<a xmlns='one'/><b xmlns='two'/>"}) {
      EXPECT_TRUE(is_error(asked(script, iq(type, wrong)), "not-acceptable")) << type << ' ' << wrong;
    }
  }
}

TEST(PrivateData, AreAtMost64KiBAPerson) {
  GatewayScript script;
  const std::string half(40 * 1024, 'x');
  EXPECT_EQ(asked(script, iq("set", "<a xmlns='one'>" + half + "</a>")).get("type"), "result");
  EXPECT_TRUE(is_error(asked(script, iq("set", "<a xmlns='two'>" + half + "</a>")), "not-acceptable"));
  EXPECT_EQ(asked(script, iq("set", "<a xmlns='one'>" + half + "y</a>")).get("type"), "result");
  EXPECT_EQ(asked(script, iq("set", "<a xmlns='two'>" + half + "</a>", "bob@test/x")).get("type"), "result");
}

TEST(PrivateData, AreAnsweredInTheOrderOfAskingWhileTheStoreIsRead) {
  GatewayScript script;
  asked(script, iq("set", "<a xmlns='one'>before</a>"));
  script.restart();
  script.store.holds_reads = true;
  script.xmpp_sends(iq("get", "<a xmlns='one'/>"));
  script.xmpp_sends(iq("set", "<a xmlns='one'>after</a>"));
  script.xmpp_sends(iq("get", "<a xmlns='one'/>"));
  EXPECT_TRUE(script.written().empty());
  script.store.answer_reads();
  script.end_turn();
  const auto answers = script.written();
  ASSERT_EQ(answers.size(), 3U);
  EXPECT_EQ(inside(answers[0]), "before");
  EXPECT_EQ(answers[1].get("type"), "result");
  EXPECT_EQ(inside(answers[2]), "after");
}

TEST(PrivateData, AreReadAnewWhenTheyWereNotNeededForAWhile) {
  GatewayScript script;
  asked(script, iq("set", "<a xmlns='one'>kept</a>"));
  script.passes(std::chrono::seconds{30});
  script.store.holds_reads = true;
  script.xmpp_sends(iq("get", "<a xmlns='one'/>"));
  EXPECT_TRUE(script.written().empty()) << "it is still in memory";
  script.store.answer_reads();
  script.end_turn();
  EXPECT_EQ(inside(script.only()), "kept");
}

TEST(PrivateData, AreGoneWhenThePersonUnregisters) {
  GatewayScript script;
  const std::string reg =
      "<iq from='alice@test/home' to='irc.test' type='set' id='r'><query xmlns='jabber:iq:register'>";
  script.xmpp_sends(reg + "<nick>alice</nick></query></iq>");
  script.written();
  asked(script, iq("set", "<a xmlns='one'>mine</a>"));
  script.xmpp_sends(reg + "<remove/></query></iq>");
  script.written();
  EXPECT_TRUE(script.store.values.empty());
  EXPECT_EQ(inside(asked(script, iq("get", "<a xmlns='one'/>"))), "");
}

TEST(PrivateData, NeedARegistrationWhereEverythingDoes) {
  auto policy = GatewayScript::default_policy();
  policy.registration = Policy::Registration::required;
  GatewayScript script{policy};
  EXPECT_TRUE(is_error(asked(script, iq("set", "<a xmlns='one'>1</a>")), "registration-required"));
}

}  // namespace
}  // namespace dragoman::gateway::private_data_test
