#include "xmpp/roster_exchange.hpp"

#include "roster_script.hpp"
#include "xmpp/caps.hpp"
#include "xmpp/disco.hpp"

// Contacts that are suggested, by clients and to them: XEP-0144, and jabber:x:roster before it.

namespace dragoman::gateway::roster_test {
namespace {

TEST(RosterExchange, BringsContactsToTheGateway) {
  GatewayScript script;
  RosterServer server{script};
  registers(script, server);
  script.xmpp_sends(
      "<iq type='set' id='s' from='alice@test/home' to='irc.test'><x xmlns='http://jabber.org/protocol/rosterx'>"
      "<item action='add' jid='bob@irc.test' name='Bob'/><item jid='somebody@elsewhere.example'/></x></iq>");
  server.serve();
  ASSERT_FALSE(server.others.empty());
  EXPECT_EQ(server.others.back().get("type"), "result");
  // It is the person's own wish: so bob asks whether he may see her, and is added on the network.
  EXPECT_EQ(count(server.presences(), "bob@irc.test subscribe"), 1U);
  EXPECT_EQ(script.command<chat::AddContact>().second.person, chat::PersonId{"bob"});
}

TEST(RosterExchange, TellsWhatBecameOfContactsInAMessage) {
  GatewayScript script;
  RosterServer server{script};
  registers(script, server);
  server.grants();
  script.xmpp_sends(
      "<message from='alice@test/home' to='irc.test'><body>my friends</body><x xmlns='jabber:x:roster'><item "
      "jid='bob@irc.test'/><item jid='nobody@elsewhere.example'/></x></message>");
  server.serve();
  ASSERT_EQ(server.others.size(), 2U) << GatewayScript::dump(server.others);
  EXPECT_EQ(server.others[0].child_text("body", server.others[0].ns), "Contacts added: 1, no people of TestNet: 1.");
  EXPECT_EQ(server.items.at("bob@irc.test").subscription, "both");
}

/// A client that knows roster item exchange comes, and says so when it is asked.
void psi_comes(GatewayScript& script) {
  const xmpp::DiscoInfo psi{{{"client", "pc", "Psi", ""}}, {std::string{xmpp::rosterx_ns}}, {}};
  script.xmpp_sends(
      "<presence from='alice@test/home' to='irc.test'><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' "
      "node='http://psi-im.org' ver='" +
      xmpp::caps_ver(psi) + "'/></presence>");
  for (const auto& each : script.written()) {
    if (each.name == "iq" && each.child("query", xmpp::ns::disco_info) != nullptr) {
      script.xmpp_sends(xmpp::to_xml(xmpp::make_disco_info(each, psi)));
    }
  }
}
/// "add 100", "delete 1" for each stanza of suggestions.
Lines suggested(GatewayScript& script) {
  Lines all;
  for (const auto& stanza : script.written()) {
    const auto* list = stanza.child("x", xmpp::rosterx_ns);
    if (list == nullptr) continue;
    EXPECT_EQ(stanza.get("to"), "alice@test/home");
    EXPECT_EQ(stanza.get("from"), "irc.test");
    all.push_back(std::string{list->children.front().get("action")} + ' ' + std::to_string(list->children.size()));
  }
  return all;
}

TEST(RosterExchange, OffersContactsOfTheNetworkOnceToClientsThatKnowIt) {
  GatewayScript script;
  RosterServer server{script};
  registers(script, server);
  Lines people;
  for (int i = 0; i < 150; ++i) people.push_back("p" + std::to_string(i));
  script.network_says(added(people));
  EXPECT_EQ(suggested(script), Lines{});  // nobody is there who would understand it
  script.xmpp_sends(presence("unavailable", "irc.test", "alice@test/home"));
  psi_comes(script);
  script.network_says(chat::Ready{"alice", {}});
  script.passes(std::chrono::seconds{5});
  EXPECT_EQ(suggested(script), (Lines{"add 100", "add 50"}));
  script.network_says(added(people));
  script.passes(std::chrono::minutes{1});
  EXPECT_EQ(suggested(script), Lines{});
  script.network_says(added({"p7"}, "Seven"));
  EXPECT_EQ(suggested(script), Lines{"modify 1"});
  chat::ContactsChanged removed;
  removed.removed.push_back(chat::PersonId{"p7"});
  script.network_says(removed);
  EXPECT_EQ(suggested(script), Lines{"delete 1"});
  script.restart();
  psi_comes(script);
  script.network_says(chat::Ready{"alice", {}});
  script.network_says(added({"p8"}, "p8"));
  script.passes(std::chrono::minutes{1});
  EXPECT_EQ(suggested(script), Lines{});
}

TEST(RosterExchange, WithNobodyInItIsAnError) {
  GatewayScript script;
  script.xmpp_sends(
      "<iq type='set' id='s' from='alice@test/home' to='irc.test'><x "
      "xmlns='http://jabber.org/protocol/rosterx'/></iq>");
  auto error = script.only();
  EXPECT_NE(error.child("error", error.ns)->child("bad-request", xmpp::ns::stanza_errors), nullptr);
  script.xmpp_sends(
      "<iq type='set' id='s' from='alice@test/home' to='irc.test'><x xmlns='http://jabber.org/protocol/rosterx'><item "
      "jid='a@b.example'/></x></iq>");
  error = script.only();
  EXPECT_NE(error.child("error", error.ns)->child("not-acceptable", xmpp::ns::stanza_errors), nullptr);
}

}  // namespace
}  // namespace dragoman::gateway::roster_test
