#include "support/gateway_script.hpp"

// Questions about people of the network and occupants of rooms.

namespace dragoman::gateway::person_test {
namespace {

using test::GatewayScript;

std::string get(const std::string& payload, const std::string& to = "bob@irc.test") {
  return "<iq from='alice@test/home' to='" + to + "' type='get' id='q'>" + payload + "</iq>";
}
const std::string version = "<query xmlns='jabber:iq:version'/>";
const std::string time_query = "<time xmlns='urn:xmpp:time'/>";
const std::string vcard = "<vCard xmlns='vcard-temp'/>";

bool is_error(const xmpp::Element& stanza, std::string_view condition) {
  const auto* error = stanza.child("error", stanza.ns);
  return error != nullptr && error->child(condition, xmpp::ns::stanza_errors) != nullptr;
}

TEST(Person, HasAVCardOfWhatTheNetworkTells) {
  GatewayScript script;
  script.joins("alice", "#tea", {"bob"});
  script.xmpp_sends(get(vcard));
  const auto asked = script.command<chat::GetProfile>();
  EXPECT_EQ(asked.second.person, chat::PersonId{"bob"});
  chat::Profile profile;
  profile.nickname = "Bob";
  profile.full_name = "Bob of the bakery";
  profile.account = "robert";
  profile.host = "~bob@client.test";
  profile.server = "irc.test";
  profile.rooms = {"@#tea", "#scones"};
  profile.away = "lunch";
  profile.idle = std::chrono::seconds{300};
  script.network_says(chat::Done{asked.first, profile});
  const auto answer = script.only();
  const auto* card = answer.child("vCard", "vcard-temp");
  ASSERT_NE(card, nullptr);
  EXPECT_EQ(card->child_text("FN", "vcard-temp"), "Bob of the bakery");
  EXPECT_EQ(card->child_text("NICKNAME", "vcard-temp"), "Bob");
  EXPECT_EQ(card->child_text("JABBERID", "vcard-temp"), "bob@irc.test");
  EXPECT_EQ(
      card->child_text("DESC", "vcard-temp"),
      "Account: robert\nHost: ~bob@client.test\nServer: irc.test\nChannels: @#tea #scones\nAway: lunch\nIdle: 5 min");
}

TEST(Person, IsAskedByTheirClientsOwnWords) {
  GatewayScript script;
  script.joins("alice", "#tea", {"bob"});
  script.xmpp_sends(get(version, "#tea@irc.test/bob"));
  auto asked = script.command<chat::AskClient>();
  EXPECT_EQ(asked.second.what, chat::AskClient::What::software);
  script.network_says(chat::Done{asked.first, chat::Reply{"WeeChat 3.8"}});
  EXPECT_EQ(script.only().child("query", "jabber:iq:version")->child_text("name", "jabber:iq:version"), "WeeChat 3.8");

  script.xmpp_sends(get(time_query));
  asked = script.command<chat::AskClient>();
  EXPECT_EQ(asked.second.what, chat::AskClient::What::time);
  script.network_says(chat::Done{asked.first, chat::Reply{"Fri, 20 Nov 2026 10:00:30 +0100"}});
  const auto answer = script.only();
  const auto* time = answer.child("time", "urn:xmpp:time");
  ASSERT_NE(time, nullptr);
  EXPECT_EQ(time->child_text("tzo", "urn:xmpp:time"), "+01:00");
  EXPECT_EQ(time->child_text("utc", "urn:xmpp:time"), "2026-11-20T09:00:30Z");

  script.xmpp_sends(get(time_query));
  script.network_says(chat::Done{script.command<chat::AskClient>().first, chat::Reply{"tea time"}});
  const auto error = script.only();
  EXPECT_TRUE(is_error(error, "service-unavailable"));
  EXPECT_NE(xmpp::to_xml(error).find("tea time"), std::string::npos);
}

TEST(Person, AnswersEveryFeatureThatIsAnnounced) {
  GatewayScript script;
  script.joins("alice", "#tea", {"bob"});
  script.xmpp_sends(get("<query xmlns='http://jabber.org/protocol/disco#info'/>"));
  const auto info = script.only();
  const auto* query = info.child("query", xmpp::ns::disco_info);
  EXPECT_EQ(query->children.front().get("category"), "account");
  for (const auto& child : query->children) {
    const std::string feature{child.get("var")};
    if (feature == "http://jabber.org/protocol/commands") continue;  // ad_hoc_test.cpp
    if (child.name != "feature" || feature == xmpp::ns::receipts || feature == xmpp::ns::caps) continue;
    if (feature.find("pubsub") != std::string::npos) continue;  // asks for a node: identity_test.cpp
    // Of messages, or only set: nothing that a get would answer.
    if (feature.starts_with("jabber:x:") || feature == "jabber:iq:oob") continue;
    const std::string name = feature == xmpp::ns::ping                       ? "ping"
                             : feature == "urn:xmpp:time"                    ? "time"
                             : feature == "vcard-temp"                       ? "vCard"
                             : feature == "urn:ietf:params:xml:ns:vcard-4.0" ? "vcard"
                                                                             : "query";
    const std::size_t before = script.network->commands.size();
    script.xmpp_sends(get("<" + name + " xmlns='" + feature + "'/>"));
    if (script.network->commands.size() > before) continue;  // asked of the network
    EXPECT_EQ(script.only().get("type"), "result") << feature;
  }
}

TEST(Person, QuestionsEndWhenTheNetworkSaysNothing) {
  GatewayScript script;
  script.joins("alice", "#tea", {"bob"});
  for (const auto& question : {version, time_query, vcard}) script.xmpp_sends(get(question));
  script.passes(std::chrono::seconds{30});
  const auto answers = script.written();
  ASSERT_EQ(answers.size(), 3U) << GatewayScript::dump(answers);
  for (const auto& answer : answers) EXPECT_TRUE(is_error(answer, "remote-server-timeout"));
}

TEST(Person, IsNotConnectedForAQuestion) {
  GatewayScript script;
  script.xmpp_sends(get(vcard));
  EXPECT_TRUE(is_error(script.only(), "service-unavailable"));
  EXPECT_TRUE(script.network->log.empty());
}

TEST(OwnOccupant, IsAnsweredByTheOtherClient) {
  GatewayScript script;
  script.joins("alice", "#tea");
  script.xmpp_sends(get(version, "#tea@irc.test/alice"));
  EXPECT_TRUE(is_error(script.only(), "service-unavailable"));
  script.xmpp_sends(
      "<presence from='alice@test/phone' to='#tea@irc.test/alice'><x "
      "xmlns='http://jabber.org/protocol/muc'/></presence>");
  script.written();
  script.xmpp_sends(get(version, "#tea@irc.test/alice"));
  const auto question = script.only();
  EXPECT_EQ(question.get("to"), "alice@test/phone");
  EXPECT_EQ(question.get("from"), "#tea@irc.test/alice");
  script.passes(std::chrono::seconds{31});  // the phone sleeps
  EXPECT_TRUE(is_error(script.only(), "remote-server-timeout"));
}

}  // namespace
}  // namespace dragoman::gateway::person_test
