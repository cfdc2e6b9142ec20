#include "search_script.hpp"

// jabber:iq:search (XEP-0055): people of the network.

namespace dragoman::gateway::search_test {
namespace {

using namespace test::search;
using test::GatewayScript;

TEST(Search, AsksForFourFieldsByFieldsAndForm) {
  GatewayScript script;
  network_can_search(script);
  const auto answer = asked(script, iq("get", ""));
  const auto& query = query_of(answer);
  for (const char* field : {"instructions", "first", "last", "nick", "email"}) {
    EXPECT_NE(query.child(field, xmpp::search_ns), nullptr) << field;
  }
  EXPECT_EQ(query.child_text("key", xmpp::search_ns).size(), 40U);
  const auto form = xmpp::find_data_form(query);
  ASSERT_TRUE(form);
  EXPECT_EQ(form->form_type, "jabber:iq:search");
  for (const char* field : {"first", "last", "nick", "email", "max"}) EXPECT_NE(form->find(field), nullptr) << field;
}

TEST(Search, FindsPeopleOfTheNetworkWithAllFieldsEvenEmptyOnes) {
  GatewayScript script;
  network_can_search(script);
  script.joins("alice", "#tea");
  const auto answer = searched(script, "<nick>bo</nick><first/><last/>", people({{"bob", "Bob of the bakery"}}));
  EXPECT_EQ(script.command<chat::SearchPeople>().second.text, "bo");
  const auto& query = query_of(answer);
  ASSERT_EQ(query.element_count(), 1U);
  EXPECT_EQ(query.children[0].get("jid"), "bob@irc.test");
  EXPECT_EQ(xmpp::to_xml(query.children[0]),
            "<item xmlns='jabber:iq:search' jid='bob@irc.test'><first>Bob of the bakery</first><last/><nick>bob</nick>"
            "<email/></item>");
}

TEST(Search, ThatFindsNobodyIsAnEmptyQuery) {
  GatewayScript script;
  network_can_search(script);
  script.joins("alice", "#tea");
  EXPECT_TRUE(query_of(searched(script, "<nick>nobody</nick>", people({}))).children.empty());
}

TEST(Search, HasToFitInEveryField) {
  GatewayScript script;
  network_can_search(script);
  script.joins("alice", "#tea");
  const auto found = people({{"bob", "Bob Baker"}, {"bobby", "Robert Miller"}, {"eve", "Bob Baker"}});
  const auto answer = searched(script, "<nick>BOB</nick><last>baker</last>", found);
  ASSERT_EQ(query_of(answer).element_count(), 1U);
  EXPECT_EQ(query_of(answer).children[0].get("jid"), "bob@irc.test");
  const auto wild = searched(script, "<nick>b?b*y</nick>", found);
  ASSERT_EQ(query_of(wild).element_count(), 1U);
  EXPECT_EQ(query_of(wild).children[0].get("jid"), "bobby@irc.test");
}

TEST(Search, AnswersAFormWithAForm) {
  GatewayScript script;
  network_can_search(script);
  script.joins("alice", "#tea");
  const auto answer = searched(script,
                               "<x xmlns='jabber:x:data' type='submit'><field var='nick'><value>bob</value></field>"
                               "<field var='max'><value>1</value></field></x>",
                               people({{"bob", "Bob"}, {"bobby", ""}}));
  const auto& query = query_of(answer);
  const auto form = xmpp::find_data_form(query);
  ASSERT_TRUE(form);
  EXPECT_EQ(form->type, xmpp::DataForm::Type::result);
  ASSERT_EQ(form->reported.size(), 5U);
  EXPECT_EQ(form->reported[0].var, "jid");
  EXPECT_EQ(form->reported[0].type, "jid-single");
  ASSERT_EQ(form->items.size(), 1U);
  EXPECT_EQ(form->items[0][0].values.front(), "bob@irc.test");
  EXPECT_EQ(query.children.back().name, "truncated");
}

TEST(Search, SaysLastThatThereAreMore) {
  GatewayScript script;
  network_can_search(script);
  script.joins("alice", "#tea");
  std::vector<std::pair<std::string, std::string>> many;
  for (int i = 0; i < 101; ++i) many.emplace_back("bob" + std::to_string(i), "");
  const auto answer = searched(script, "<nick>bob</nick>", people(many));
  ASSERT_EQ(query_of(answer).element_count(), 101U);
  EXPECT_EQ(query_of(answer).children.back().name, "truncated");
  const auto cut = searched(script, "<nick>bob</nick>", people({{"bob", ""}}, false));
  EXPECT_EQ(query_of(cut).children.back().name, "truncated");
}

TEST(Search, ForNothingIsNotAcceptable) {
  GatewayScript script;
  network_can_search(script);
  script.joins("alice", "#tea");
  for (const char* nothing : {"", "<nick/>", "<nick>  </nick>", "<x xmlns='jabber:x:data' type='submit'/>"}) {
    EXPECT_TRUE(is_error(asked(script, iq("set", nothing)), "not-acceptable", "406")) << nothing;
  }
  EXPECT_EQ(asked(script, iq("set", "<x xmlns='jabber:x:data' type='cancel'/>")).get("type"), "result");
}

TEST(Search, NeedsNoKeyButNotAWrongOne) {
  GatewayScript script;
  network_can_search(script);
  script.joins("alice", "#tea");
  const std::string key = query_of(asked(script, iq("get", ""))).child_text("key", xmpp::search_ns);
  EXPECT_EQ(searched(script, "<nick>bob</nick><key>" + key + "</key>", people({})).get("type"), "result");
  EXPECT_TRUE(is_error(asked(script, iq("set", "<nick>bob</nick><key>106c</key>")), "not-acceptable", "406"));
}

TEST(Search, WithoutAConnectionIsAClearErrorAtOnce) {
  GatewayScript script;
  network_can_search(script);
  const auto answer = asked(script, iq("set", "<nick>bob</nick>"));
  EXPECT_TRUE(is_error(answer, "remote-server-timeout", "504"));
  EXPECT_EQ(script.network->session, nullptr);
}

TEST(Search, ThatTheNetworkDoesNotAnswerEnds) {
  GatewayScript script;
  network_can_search(script);
  script.joins("alice", "#tea");
  script.xmpp_sends(iq("set", "<nick>bob</nick>"));
  script.network_says(chat::Failed{script.command<chat::SearchPeople>().first,
                                   chat::Failed::Outcome::unsure,
                                   Fault::timeout,
                                   "the IRC server did not answer in time",
                                   {}});
  EXPECT_TRUE(is_error(script.only(), "remote-server-timeout", "504"));
}

TEST(Search, IsForThoseWhoRegisteredWhereEverythingIs) {
  auto policy = GatewayScript::default_policy();
  policy.registration = Policy::Registration::required;
  GatewayScript script{policy};
  network_can_search(script);
  EXPECT_TRUE(is_error(asked(script, iq("get", "")), "registration-required", "407"));
  EXPECT_TRUE(is_error(asked(script, iq("set", "<nick>bob</nick>")), "registration-required", "407"));
}

TEST(Search, IsNotOfferedWhereThereIsNobodyToFind) {
  GatewayScript script;
  EXPECT_TRUE(is_error(asked(script, iq("get", "")), "service-unavailable", "503"));
  script.xmpp_sends(
      "<iq from='alice@test/home' to='irc.test' type='get' id='q'>"
      "<query xmlns='http://jabber.org/protocol/disco#info'/></iq>");
  EXPECT_EQ(xmpp::to_xml(script.only()).find("jabber:iq:search"), std::string::npos);
}

}  // namespace
}  // namespace dragoman::gateway::search_test
