#include "search_script.hpp"

// Registered people who let themselves be found, by searching and by the command for it.

namespace dragoman::gateway::directory_test {
namespace {

using namespace test::search;
using test::GatewayScript;

void registers(GatewayScript& script, const std::string& who, const std::string& fields) {
  script.xmpp_sends("<iq from='" + who +
                    "@test/home' to='irc.test' type='set' id='r'><query xmlns='jabber:iq:register'>" +
                    "<x xmlns='jabber:x:data' type='submit'><field var='nick'><value>" + who + "</value></field>" +
                    fields + "</x></query></iq>");
  EXPECT_EQ(script.written().front().get("type"), "result");
}
std::string field(const std::string& name, const std::string& value) {
  return "<field var='" + name + "'><value>" + value + "</value></field>";
}
Policy with_directory() {
  auto policy = GatewayScript::default_policy();
  policy.directory = true;
  return policy;
}

TEST(Directory, ListsOnlyWhoSaysSo) {
  GatewayScript script{with_directory()};
  registers(script, "alice", field("first", "Alice"));
  EXPECT_TRUE(query_of(asked(script, iq("set", "<nick>alice</nick>"))).children.empty());
  registers(script, "alice", field("first", "Alice") + field("directory", "1"));
  const auto answer = asked(script, iq("set", "<first>ali</first>", "bob@test/x"));
  ASSERT_EQ(query_of(answer).element_count(), 1U);
  const auto& item = query_of(answer).children[0];
  EXPECT_EQ(item.get("jid"), "alice@test");
  EXPECT_EQ(item.child_text("first", xmpp::search_ns), "Alice");
  EXPECT_EQ(item.child_text("nick", xmpp::search_ns), "alice");
  registers(script, "alice", field("directory", "0"));
  EXPECT_TRUE(query_of(asked(script, iq("set", "<nick>alice</nick>"))).children.empty());
}

TEST(Directory, SurvivesARestartAndEndsWithTheRegistration) {
  GatewayScript script{with_directory()};
  registers(script, "alice", field("directory", "true") + field("email", "alice@wonderland.test"));
  script.restart();
  EXPECT_EQ(query_of(asked(script, iq("set", "<email>wonderland</email>"))).element_count(), 1U);
  script.xmpp_sends(
      "<iq from='alice@test/home' to='irc.test' type='set' id='r'><query "
      "xmlns='jabber:iq:register'><remove/></query></iq>");
  script.written();
  EXPECT_TRUE(script.store.values.empty());
  EXPECT_TRUE(query_of(asked(script, iq("set", "<email>wonderland</email>"))).children.empty());
}

TEST(Directory, IsAskedForInTheRegistrationFormOnlyWhereThereIsOne) {
  const std::string get =
      "<iq from='alice@test/home' to='irc.test' type='get' id='r'><query xmlns='jabber:iq:register'/></iq>";
  GatewayScript script{with_directory()};
  const auto shown = asked(script, get);
  const auto form = xmpp::find_data_form(*shown.child("query", xmpp::ns::reg));
  EXPECT_EQ(form->find("directory")->type, "boolean");
  EXPECT_EQ(form->value("directory"), "0");
  GatewayScript without;
  const auto plain = asked(without, get);
  EXPECT_EQ(xmpp::find_data_form(*plain.child("query", xmpp::ns::reg))->find("directory"), nullptr);
}

TEST(Directory, IsSearchedTogetherWithTheNetwork) {
  GatewayScript script{with_directory()};
  network_can_search(script);
  registers(script, "bob", field("directory", "1"));
  script.joins("alice", "#tea");
  const auto answer = searched(script, "<nick>bo</nick>", people({{"bobby", ""}}));
  ASSERT_EQ(query_of(answer).element_count(), 2U);
  EXPECT_EQ(query_of(answer).children[0].get("jid"), "bob@test");
  EXPECT_EQ(query_of(answer).children[1].get("jid"), "bobby@irc.test");
}

// Clients that know no forms say so in a plain field.

TEST(Directory, ListsByThePlainFieldToo) {
  GatewayScript script{with_directory()};
  const auto get = [&] {
    script.xmpp_sends(
        "<iq from='alice@test/home' to='irc.test' type='get' id='r'><query xmlns='jabber:iq:register'/></iq>");
    return *script.only().child("query", xmpp::ns::reg);
  };
  const auto set = [&](const std::string& fields) {
    script.xmpp_sends("<iq from='alice@test/home' to='irc.test' type='set' id='r'><query xmlns='jabber:iq:register'>" +
                      fields + "</query></iq>");
    EXPECT_EQ(script.written().front().get("type"), "result");
  };
  const auto found = [&] { return query_of(asked(script, iq("set", "<nick>alice</nick>"))).element_count(); };
  EXPECT_EQ(get().child_text("misc", xmpp::ns::reg), "no");
  EXPECT_NE(get().child_text("instructions", xmpp::ns::reg).find("misc"), std::string::npos);
  set("<nick>alice</nick><misc>no</misc>");
  EXPECT_EQ(found(), 0U);
  set("<nick>alice</nick><misc> Yes </misc>");
  EXPECT_EQ(found(), 1U);
  EXPECT_EQ(get().child_text("misc", xmpp::ns::reg), "yes");
  set("<nick>alice</nick><first>Alice</first>");  // a client that does not know the field
  EXPECT_EQ(found(), 1U);
  script.passes(std::chrono::hours{1});
  script.written();
  set("<nick>alice</nick><misc/>");
  EXPECT_EQ(found(), 0U);
}

TEST(Directory, IsInNoPlainFieldWhereThereIsNone) {
  GatewayScript script;
  script.xmpp_sends(
      "<iq from='alice@test/home' to='irc.test' type='get' id='r'><query xmlns='jabber:iq:register'/></iq>");
  EXPECT_EQ(script.only().child("query", xmpp::ns::reg)->child("misc", xmpp::ns::reg), nullptr);
}

TEST(Directory, IsAFieldOfTheFormOnlyUnderItsOwnName) {
  GatewayScript script{with_directory()};
  script.xmpp_sends(
      "<iq from='alice@test/home' to='irc.test' type='get' id='r'><query xmlns='jabber:iq:register'/></iq>");
  const auto shown = script.only();
  EXPECT_EQ(xmpp::find_data_form(*shown.child("query", xmpp::ns::reg))->find("misc"), nullptr);
}

// The commands about it, in a chat with the gateway.

std::string writes(GatewayScript& script, const std::string& line) {
  script.xmpp_sends("<message from='alice@test/home' to='irc.test' type='chat' id='m'><body>" + line +
                    "</body></message>");
  std::string text;
  for (const auto& each : script.written()) {
    if (each.name == "message" && each.get("from") == "irc.test") text += each.child_text("body", each.ns);
  }
  return text;
}
bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST(Directory, IsASettingOfWhoIsRegistered) {
  GatewayScript script{with_directory()};
  EXPECT_FALSE(contains(writes(script, "settings"), "directory"));
  for (int i = 0; i < 4; ++i) writes(script, "-");
  registers(script, "alice", "");
  std::string asks = writes(script, "settings");
  for (int i = 0; i < 8 && !contains(asks, "directory"); ++i) asks = writes(script, "-");
  ASSERT_TRUE(contains(asks, "directory")) << asks;
  EXPECT_EQ(writes(script, "yes"), "Your settings were kept.");
  EXPECT_EQ(query_of(asked(script, iq("set", "<nick>alice</nick>"))).element_count(), 1U);
}

TEST(SearchCommand, LooksInTheDirectoryToo) {
  GatewayScript script{with_directory()};
  network_can_search(script);
  registers(script, "bob", field("directory", "1") + field("last", "Baker"));
  registers(script, "bert", field("directory", "0"));
  script.joins("alice", "#tea");
  EXPECT_EQ(writes(script, "search b"), "");
  script.network_says(chat::Done{script.command<chat::SearchPeople>().first, people({{"bobby", ""}})});
  const std::string found = script.only().child_text("body", xmpp::ns::component);
  EXPECT_TRUE(contains(found, "bob@test")) << found;
  EXPECT_TRUE(contains(found, "bobby@irc.test")) << found;
  EXPECT_FALSE(contains(found, "bert@test")) << found;
  writes(script, "search baker");
  script.network_says(chat::Done{script.command<chat::SearchPeople>().first, people({})});
  EXPECT_TRUE(contains(script.only().child_text("body", xmpp::ns::component), "bob@test"));
}

TEST(SearchCommand, ShowsTheDirectoryWhenTheNetworkFails) {
  GatewayScript script{with_directory()};
  network_can_search(script);
  registers(script, "bob", field("directory", "1"));
  script.joins("alice", "#tea");
  writes(script, "search bob");
  script.network_says(chat::Failed{script.command<chat::SearchPeople>().first,
                                   chat::Failed::Outcome::unsure,
                                   Fault::timeout,
                                   "the IRC server did not answer in time",
                                   {}});
  const std::string found = script.only().child_text("body", xmpp::ns::component);
  EXPECT_TRUE(contains(found, "bob@test")) << found;
  EXPECT_TRUE(contains(found, "did not answer in time")) << found;
}

TEST(SearchCommand, AsksANetworkWithoutSearchNothing) {
  GatewayScript script{with_directory()};
  registers(script, "bob", field("directory", "1"));
  EXPECT_TRUE(contains(writes(script, "search bob"), "bob@test"));
  EXPECT_TRUE(contains(writes(script, "search carol"), "Nobody"));
  EXPECT_EQ(script.network->session, nullptr);
}

}  // namespace
}  // namespace dragoman::gateway::directory_test
