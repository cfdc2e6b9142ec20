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

/// Everything that a network may tell of somebody.
chat::Profile whole_profile() {
  chat::Profile profile;
  profile.nickname = "bob";
  profile.full_name = "Bob Martin Baker";
  profile.name = {"Baker", "Bob", "Martin"};
  profile.avatar_url = "https://pictures.test/bob.png";
  profile.birthday = "1970-01-31";
  profile.address = {"1 High Street", "Oxford", "Oxfordshire", "OX1 4AS", "England"};
  profile.phone = "+44 1865 276150";
  profile.email = "bob@bakery.test";
  profile.title = "Master";
  profile.role = "Baker of bread";
  profile.organization = {"Bakery", {"Bread", "Night shift"}};
  profile.url = "https://bakery.test/";
  profile.description = "Early to bed";
  return profile;
}

TEST(Person, HasAVCardInTheOrderOfItsDtd) {
  GatewayScript script;
  script.joins("alice", "#tea", {"bob"});
  for (const std::string to : {"bob@irc.test", "#tea@irc.test/bob"}) {
    script.xmpp_sends(get(vcard, to));
    script.network_says(chat::Done{script.command<chat::GetProfile>().first, whole_profile()});
    const auto answer = script.only();
    ASSERT_NE(answer.first_element(), nullptr);
    EXPECT_EQ(xmpp::to_xml(*answer.first_element()),
              "<vCard xmlns='vcard-temp'><FN>Bob Martin Baker</FN>"
              "<N><FAMILY>Baker</FAMILY><GIVEN>Bob</GIVEN><MIDDLE>Martin</MIDDLE></N><NICKNAME>bob</NICKNAME>"
              "<PHOTO><EXTVAL>https://pictures.test/bob.png</EXTVAL></PHOTO><BDAY>1970-01-31</BDAY>"
              "<ADR><STREET>1 High Street</STREET><LOCALITY>Oxford</LOCALITY><REGION>Oxfordshire</REGION>"
              "<PCODE>OX1 4AS</PCODE><CTRY>England</CTRY></ADR><TEL><NUMBER>+44 1865 276150</NUMBER></TEL>"
              "<EMAIL><USERID>bob@bakery.test</USERID></EMAIL><JABBERID>bob@irc.test</JABBERID>"
              "<TITLE>Master</TITLE><ROLE>Baker of bread</ROLE>"
              "<ORG><ORGNAME>Bakery</ORGNAME><ORGUNIT>Bread</ORGUNIT><ORGUNIT>Night shift</ORGUNIT></ORG>"
              "<URL>https://bakery.test/</URL><DESC>Early to bed</DESC></vCard>");
  }
}

TEST(Person, HasAVCardWithoutWhatTheNetworkDoesNotTell) {
  GatewayScript script;
  script.joins("alice", "#tea", {"bob"});
  chat::Profile profile;
  profile.nickname = "bob";
  profile.name.given = "Bob";
  profile.address.country = "England";
  profile.organization.units = {"Bread"};  // of what is not told
  script.xmpp_sends(get(vcard));
  script.network_says(chat::Done{script.command<chat::GetProfile>().first, profile});
  const auto answer = script.only();
  EXPECT_EQ(xmpp::to_xml(*answer.first_element()),
            "<vCard xmlns='vcard-temp'><FN>bob</FN><N><GIVEN>Bob</GIVEN></N><NICKNAME>bob</NICKNAME>"
            "<ADR><CTRY>England</CTRY></ADR><JABBERID>bob@irc.test</JABBERID></vCard>");
}

TEST(Person, HasTheSameCardAsVCard4) {
  GatewayScript script;
  script.joins("alice", "#tea", {"bob"});
  script.xmpp_sends(get("<vcard xmlns='urn:ietf:params:xml:ns:vcard-4.0'/>"));
  script.network_says(chat::Done{script.command<chat::GetProfile>().first, whole_profile()});
  const auto answer = script.only();
  ASSERT_NE(answer.first_element(), nullptr);
  EXPECT_EQ(
      xmpp::to_xml(*answer.first_element()),
      "<vcard xmlns='urn:ietf:params:xml:ns:vcard-4.0'><fn><text>Bob Martin Baker</text></fn>"
      "<n><surname>Baker</surname><given>Bob</given><additional>Martin</additional><prefix/><suffix/></n>"
      "<nickname><text>bob</text></nickname><photo><uri>https://pictures.test/bob.png</uri></photo>"
      "<bday><date>1970-01-31</date></bday><adr><pobox/><ext/><street>1 High Street</street>"
      "<locality>Oxford</locality><region>Oxfordshire</region><code>OX1 4AS</code><country>England</country></adr>"
      "<tel><text>+44 1865 276150</text></tel><email><text>bob@bakery.test</text></email>"
      "<impp><uri>xmpp:bob@irc.test</uri></impp><title><text>Master</text></title>"
      "<role><text>Baker of bread</text></role>"
      "<org><text>Bakery</text><text>Bread</text><text>Night shift</text></org>"
      "<url><uri>https://bakery.test/</uri></url><note><text>Early to bed</text></note></vcard>");
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
