#include "support/gateway_script.hpp"
#include "xmpp/caps.hpp"

// Subscriptions and presence of people, rooms and the gateway itself: RFC 6121 3 and 4, XEP-0100 4.4-4.8.

namespace dragoman::gateway::contacts_test {
namespace {

using test::GatewayScript;

std::string presence(const std::string& type, const std::string& to, const std::string& from = "alice@test",
                     const std::string& inside = {}) {
  return "<presence from='" + from + "' to='" + to + "'" + (type.empty() ? "" : " type='" + type + "'") + ">" + inside +
         "</presence>";
}
/// "bob@irc.test subscribed", "irc.test " for an available presence.
std::vector<std::string> told(GatewayScript& script) {
  std::vector<std::string> all;
  for (const auto& each : script.written()) {
    if (each.name != "presence") continue;
    std::string text = std::string{each.get("from")} + ' ' + std::string{each.get("type")};
    const std::string show = each.child_text("show", each.ns), status = each.child_text("status", each.ns);
    if (!show.empty()) text += " <" + show + '>';
    if (!status.empty()) text += " (" + status + ')';
    all.push_back(text);
  }
  return all;
}
using Lines = std::vector<std::string>;

/// alice@test has bob as a contact, both ways, and is connected.
void befriends(GatewayScript& script, const std::string& who = "bob") {
  script.xmpp_sends(presence("subscribe", who + "@irc.test"));
  script.xmpp_sends(presence("subscribed", who + "@irc.test"));
  script.xmpp_sends(presence("", who + "@irc.test", "alice@test/home"));
  script.written();
}
void connects(GatewayScript& script) {
  script.network_says(chat::Ready{"alice", {}});
  script.written();
}
chat::PresenceChanged says(const std::string& who, chat::Availability availability, const std::string& status = {}) {
  return {chat::PersonId{who}, availability, status};
}

TEST(Contacts, AreAnsweredAskedOnceAndShown) {
  GatewayScript script;
  script.xmpp_sends(presence("subscribe", "bob@irc.test"));
  const auto stanzas = script.written();
  ASSERT_EQ(stanzas.size(), 3U) << GatewayScript::dump(stanzas);
  EXPECT_EQ(stanzas[0].get("type"), "subscribed");
  EXPECT_EQ(stanzas[1].get("type"), "unavailable");
  EXPECT_EQ(stanzas[2].get("type"), "subscribe");
  EXPECT_EQ(stanzas[2].child_text("nick", "http://jabber.org/protocol/nick"), "bob");
  for (const auto& each : stanzas) EXPECT_EQ(each.get("to"), "alice@test");
  // Pending: not asked again, whoever is impatient.
  script.xmpp_sends(presence("subscribe", "bob@irc.test"));
  EXPECT_EQ(told(script), (Lines{"bob@irc.test subscribed", "bob@irc.test unavailable"}));
  script.xmpp_sends(presence("subscribed", "bob@irc.test"));
  script.xmpp_sends(presence("subscribe", "bob@irc.test"));
  EXPECT_EQ(told(script), (Lines{"bob@irc.test subscribed", "bob@irc.test unavailable"}));
}

TEST(Contacts, ConnectWhoComesOnlineAndAreWatched) {
  GatewayScript script;
  befriends(script);
  EXPECT_EQ(script.network->log, Lines{"connect as alice"});  // the localpart: no room said another name
  connects(script);
  EXPECT_EQ(script.command<chat::AddContact>().second.person, chat::PersonId{"bob"});
  script.network_says(says("bob", chat::Availability::available));
  const auto shown = script.only();
  EXPECT_EQ(shown.get("from"), "bob@irc.test");
  EXPECT_EQ(shown.get("to"), "alice@test");
  EXPECT_NE(shown.child("x", "vcard-temp:x:update"), nullptr);
  script.network_says(says("bob", chat::Availability::available));
  EXPECT_TRUE(script.written().empty());  // nothing new
  script.network_says(says("bob", chat::Availability::away, "tea"));
  EXPECT_EQ(told(script), Lines{"bob@irc.test  <away> (tea)"});
  script.network_says(says("carol", chat::Availability::available));
  EXPECT_TRUE(script.written().empty());  // nobody asked about her
}

TEST(Contacts, AddedWhileConnectedAreWatchedAtOnce) {
  GatewayScript script;
  befriends(script);
  connects(script);
  befriends(script, "carol");
  EXPECT_EQ(script.count<chat::AddContact>(), 2U);
  script.xmpp_sends(presence("unsubscribe", "carol@irc.test"));
  EXPECT_EQ(told(script), (Lines{"carol@irc.test unsubscribed", "carol@irc.test unavailable"}));
  EXPECT_EQ(script.command<chat::RemoveContact>().second.person, chat::PersonId{"carol"});
}

TEST(Contacts, NewNamesAreTheNewsOfClientsThatWantThem) {
  GatewayScript script;
  befriends(script);
  connects(script);
  chat::PersonChanged changed{chat::PersonId{"bob"}, {}};
  changed.profile.nickname = "Bobby";
  script.network_says(changed);
  EXPECT_TRUE(script.written().empty());  // no client has asked for it
  const xmpp::DiscoInfo gajim{{{"client", "pc", "Gajim", ""}}, {"http://jabber.org/protocol/nick+notify"}, {}};
  script.xmpp_sends(presence(
      "", "bob@irc.test", "alice@test/home",
      "<c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='g' ver='" + xmpp::caps_ver(gajim) + "'/>"));
  for (const auto& each : script.written()) {
    if (each.name == "iq") script.xmpp_sends(xmpp::to_xml(xmpp::make_disco_info(each, gajim)));
  }
  script.network_says({chat::PersonChanged{chat::PersonId{"carol"}, changed.profile}});
  EXPECT_TRUE(script.written().empty());  // no contact
  script.network_says(changed);
  const auto news = script.only();
  EXPECT_EQ(news.get("type"), "headline");
  EXPECT_EQ(news.get("from"), "bob@irc.test");
  EXPECT_EQ(news.get("to"), "alice@test/home");
  const auto* event = news.child("event", "http://jabber.org/protocol/pubsub#event");
  ASSERT_NE(event, nullptr) << xmpp::to_xml(news);
  const auto* items = event->child("items", event->ns);
  ASSERT_NE(items, nullptr);
  EXPECT_EQ(items->get("node"), "http://jabber.org/protocol/nick");
  EXPECT_EQ(items->children.front().child_text("nick", "http://jabber.org/protocol/nick"), "Bobby");
}

TEST(Contacts, AreUnavailableWhileTheNetworkIsLost) {
  GatewayScript script;
  befriends(script);
  connects(script);
  script.network_says(says("bob", chat::Availability::available));
  script.written();
  script.network_says(chat::Lost{Fault::unavailable, "reset", script.clock.now() + std::chrono::seconds{5}});
  EXPECT_EQ(told(script), Lines{"bob@irc.test unavailable"});
  script.network_says(chat::Lost{Fault::unavailable, "refused", script.clock.now() + std::chrono::seconds{9}});
  EXPECT_TRUE(told(script).empty());
  script.network_says(chat::Ready{"alice", {}});
  EXPECT_TRUE(told(script).empty());
  EXPECT_EQ(script.count<chat::AddContact>(), 2U);
  script.network_says(says("bob", chat::Availability::available));
  EXPECT_EQ(told(script), Lines{"bob@irc.test "});
}

TEST(Contacts, GoWithTheLastClient) {
  GatewayScript script;
  befriends(script);
  connects(script);
  script.network_says(says("bob", chat::Availability::available));
  script.xmpp_sends(presence("", "bob@irc.test", "alice@test/phone"));
  script.written();
  script.xmpp_sends(presence("unavailable", "bob@irc.test", "alice@test/home"));
  EXPECT_TRUE(told(script).empty());
  EXPECT_NE(script.network->session, nullptr);
  script.xmpp_sends(presence("unavailable", "bob@irc.test", "alice@test/phone"));
  EXPECT_EQ(told(script), Lines{"bob@irc.test unavailable"});
  EXPECT_EQ(script.network->session, nullptr);
  script.xmpp_sends(presence("", "bob@irc.test", "alice@test/phone"));
  EXPECT_EQ(script.network->log.back(), "connect as alice");
}

TEST(Contacts, AnswerEveryProbe) {
  GatewayScript script;
  script.xmpp_sends(presence("probe", "bob@irc.test", "alice@test/home"));
  EXPECT_EQ(told(script), Lines{"bob@irc.test unsubscribed"});
  befriends(script);
  connects(script);
  script.xmpp_sends(presence("probe", "bob@irc.test", "alice@test/home"));
  EXPECT_EQ(told(script), Lines{"bob@irc.test unavailable"});
  script.network_says(says("bob", chat::Availability::busy));
  script.written();
  script.xmpp_sends(presence("probe", "bob@irc.test", "alice@test/home"));
  const auto answer = script.only();
  EXPECT_EQ(answer.get("to"), "alice@test/home");
  EXPECT_EQ(answer.child_text("show", answer.ns), "dnd");
  script.xmpp_sends(presence("probe", "irc.test", "alice@test/home"));
  EXPECT_EQ(told(script), Lines{"irc.test unsubscribed"});
  script.xmpp_sends(presence("probe", "a%20b@irc.test", "alice@test/home"));
  EXPECT_EQ(told(script).size(), 1U);
}

TEST(Contacts, EndInWhateverOrderTheServerSaysIt) {
  const std::vector<std::vector<std::string>> orders{
      {presence("unsubscribed", "bob@irc.test", "alice@test/home"),
       presence("unavailable", "bob@irc.test", "alice@test/home"),
       presence("unsubscribe", "bob@irc.test", "alice@test/home")},  // Prosody
      {presence("unavailable", "bob@irc.test"), presence("unsubscribe", "bob@irc.test"),
       presence("unsubscribed", "bob@irc.test")},  // ejabberd
  };
  for (const auto& order : orders) {
    GatewayScript script;
    befriends(script);
    connects(script);
    for (const auto& stanza : order) script.xmpp_sends(stanza);
    EXPECT_EQ(told(script), (Lines{"bob@irc.test unsubscribed", "bob@irc.test unavailable"}));
    for (const auto& stanza : order) script.xmpp_sends(stanza);
    EXPECT_TRUE(told(script).empty());  // there was nothing left to end
    for (const auto& [name, value] : script.store.values) EXPECT_NE(std::get<0>(name), "contact") << value;
  }
}

TEST(Contacts, AreRefusedWithTheReason) {
  auto policy = GatewayScript::default_policy();
  policy.registration = Policy::Registration::required;
  policy.contacts_per_jid = 1;
  GatewayScript required{policy};
  required.xmpp_sends(presence("subscribe", "bob@irc.test"));
  auto error = required.only();
  EXPECT_NE(error.child("error", error.ns)->child("registration-required", xmpp::ns::stanza_errors), nullptr);
  EXPECT_EQ(error.get("from"), "bob@irc.test");
  policy.registration = Policy::Registration::optional;
  GatewayScript script{policy};
  script.xmpp_sends(presence("subscribe", "a\\20b@irc.test"));
  error = script.only();
  EXPECT_NE(error.child("error", error.ns)->child("jid-malformed", xmpp::ns::stanza_errors), nullptr);
  befriends(script);
  script.xmpp_sends(presence("subscribe", "carol@irc.test"));
  error = script.only();
  EXPECT_NE(error.child("error", error.ns)->child("resource-constraint", xmpp::ns::stanza_errors), nullptr);
}

TEST(Contacts, SurviveARestartWithoutASingleSubscribe) {
  GatewayScript script;
  befriends(script);
  befriends(script, "carol");
  script.xmpp_sends(presence("subscribe", "#tea@irc.test"));
  connects(script);
  script.restart();
  const auto stanzas = script.written();
  EXPECT_TRUE(stanzas.empty()) << GatewayScript::dump(stanzas);
  EXPECT_EQ(script.probes, Lines{"alice@test"});
  EXPECT_TRUE(script.network->log.empty());                            // nobody is connected for being stored
  script.xmpp_sends(presence("", "bob@irc.test", "alice@test/home"));  // the server's answer
  EXPECT_EQ(script.network->log, Lines{"connect as alice"});
  script.network_says(chat::Ready{"alice", {}});
  EXPECT_EQ(script.count<chat::AddContact>(), 2U);
  EXPECT_TRUE(told(script).empty());
  // What clients saw before the restart may be wrong now: also nothing is news.
  script.network_says(says("bob", chat::Availability::gone));
  EXPECT_EQ(told(script), Lines{"bob@irc.test unavailable"});
}

TEST(Contacts, KeepTheLastNicknameForWhoHasNoAccount) {
  GatewayScript script;
  befriends(script);
  script.network_says(chat::Ready{"wonder", {}});
  script.restart();
  script.xmpp_sends(presence("", "bob@irc.test", "alice@test/home"));
  EXPECT_EQ(script.network->log, Lines{"connect as wonder"});
}

TEST(Contacts, HearWhatChangedWhileTheXmppLinkWasDown) {
  GatewayScript script;
  befriends(script);
  connects(script);
  script.network_says(says("bob", chat::Availability::available));
  script.written();
  script.link_goes_down();
  script.network_says(says("bob", chat::Availability::away));
  script.link_comes_up();
  EXPECT_EQ(told(script), Lines{"bob@irc.test  <away>"});
  EXPECT_EQ(script.probes, Lines{"alice@test"});
}

TEST(Contacts, SayGoodbyeWhenTheGatewayStops) {
  GatewayScript script;
  befriends(script);
  befriends(script, "carol");
  script.xmpp_sends(presence("", "irc.test", "alice@test/home"));
  connects(script);
  script.network_says(says("bob", chat::Availability::available));
  script.written();
  script.stop();
  EXPECT_EQ(told(script), (Lines{"bob@irc.test unavailable", "irc.test unavailable"}));
}

TEST(RoomContact, ShowsTheTopicAndNeverAsksBack) {
  GatewayScript script;
  script.xmpp_sends(presence("subscribe", "#tea@irc.test"));
  EXPECT_EQ(told(script), (Lines{"#tea@irc.test subscribed", "#tea@irc.test unavailable"}));
  script.xmpp_sends(
      "<presence from='alice@test/home' to='#tea@irc.test/alice'><x "
      "xmlns='http://jabber.org/protocol/muc'/></presence>");
  script.network_says(chat::Ready{"alice", {}});
  script.lets_in("#tea", "alice", {"bob"}, "Biscuits");
  EXPECT_EQ(told(script).back(), "#tea@irc.test  (Biscuits)");
  script.network_says(chat::TopicChanged{chat::RoomId{"#tea"}, {}, "", {}});
  EXPECT_EQ(told(script), Lines{"#tea@irc.test  (2 people)"});
  script.network_says(chat::Lost{Fault::unavailable, "reset", script.clock.now() + std::chrono::seconds{5}});
  EXPECT_EQ(told(script), Lines{"#tea@irc.test  <xa> (reset)"});
  script.network_says(chat::Ready{"alice", {}});
  script.lets_in("#tea", "alice", {"bob"}, "Scones");
  EXPECT_EQ(told(script).back(), "#tea@irc.test  (Scones)");
  // Deleting it from the roster is not leaving it (Prosody says unavailable to what is deleted).
  script.xmpp_sends(presence("unavailable", "#tea@irc.test", "alice@test/home"));
  EXPECT_EQ(script.count<chat::LeaveRoom>(), 0U);
  script.xmpp_sends(presence("unavailable", "#tea@irc.test/alice", "alice@test/home"));
  EXPECT_EQ(told(script).back(), "#tea@irc.test unavailable");
}

TEST(RoomContact, LetsTheFirstRoomSayTheNicknameOfWhoIsConnectedAlready) {
  GatewayScript script;
  befriends(script);
  connects(script);
  script.xmpp_sends(
      "<presence from='alice@test/home' to='#tea@irc.test/wonder'><x "
      "xmlns='http://jabber.org/protocol/muc'/></presence>");
  EXPECT_EQ(script.command<chat::SetNickname>().second.nickname, "wonder");
  EXPECT_EQ(script.command<chat::JoinRoom>().second.nickname, "wonder");
}

TEST(Away, IsTheBestClientAndReachesTheNetworkAtMostEveryTwoSeconds) {
  GatewayScript script;
  befriends(script);
  connects(script);
  EXPECT_EQ(script.count<chat::SetPresence>(), 0U);  // who connects is not away
  script.xmpp_sends(presence("", "bob@irc.test", "alice@test/home", "<show>away</show><status>lunch</status>"));
  EXPECT_EQ(script.command<chat::SetPresence>().second.availability, chat::Availability::away);
  EXPECT_EQ(script.command<chat::SetPresence>().second.status, "lunch");
  for (int i = 0; i < 50; ++i) {
    script.xmpp_sends(
        presence("", "bob@irc.test", "alice@test/home", "<show>xa</show><status>" + std::to_string(i) + "</status>"));
  }
  EXPECT_EQ(script.count<chat::SetPresence>(), 1U);
  script.passes(std::chrono::seconds{2});
  EXPECT_EQ(script.count<chat::SetPresence>(), 2U);
  EXPECT_EQ(script.command<chat::SetPresence>().second.status, "49");  // the last one wins
  script.xmpp_sends(presence("", "bob@irc.test", "alice@test/phone"));
  script.passes(std::chrono::seconds{2});
  EXPECT_EQ(script.command<chat::SetPresence>().second.availability, chat::Availability::available);
}

TEST(Away, IsSaidAgainToANewConnection) {
  GatewayScript script;
  befriends(script);
  script.xmpp_sends(presence("", "bob@irc.test", "alice@test/home", "<show>away</show>"));
  EXPECT_EQ(script.count<chat::SetPresence>(), 0U);
  connects(script);
  EXPECT_EQ(script.count<chat::SetPresence>(), 1U);
  script.passes(std::chrono::seconds{5});
  script.network_says(chat::Lost{Fault::unavailable, "reset", script.clock.now() + std::chrono::seconds{5}});
  connects(script);
  EXPECT_EQ(script.count<chat::SetPresence>(), 2U);
}

TEST(Away, IsSeenInPresenceForRooms) {
  GatewayScript script;
  script.joins("alice", "#tea");
  script.xmpp_sends(presence("", "#tea@irc.test/alice", "alice@test/home", "<show>away</show>"));
  EXPECT_EQ(script.command<chat::SetPresence>().second.availability, chat::Availability::away);
  EXPECT_EQ(script.network->log, Lines{"connect as alice"});
}

TEST(Away, IsNobodyWhoHasAnotherClientInTheRoom) {
  GatewayScript script;
  script.joins("alice", "#tea");
  script.xmpp_sends(
      "<presence from='alice@test/phone' to='#tea@irc.test/alice'><show>xa</show><x "
      "xmlns='http://jabber.org/protocol/muc'/></presence>");
  EXPECT_EQ(script.count<chat::SetPresence>(), 0U);
  script.xmpp_sends(presence("unavailable", "#tea@irc.test/alice", "alice@test/home"));
  EXPECT_EQ(script.command<chat::SetPresence>().second.availability, chat::Availability::extended_away);
}

TEST(Storm, OfThreeClientsAndTwoHundredContactsIsNotAnswered) {
  GatewayScript script;
  for (int i = 0; i < 200; ++i) script.xmpp_sends(presence("subscribe", "c" + std::to_string(i) + "@irc.test"));
  const auto all = [&](const std::string& client, const std::string& inside) {
    script.xmpp_sends(presence("", "irc.test", client, inside));
    for (int i = 0; i < 200; ++i)
      script.xmpp_sends(presence("", "c" + std::to_string(i) + "@irc.test", client, inside));
  };
  const std::vector<std::string> clients{"alice@test/1", "alice@test/2", "alice@test/3"};
  for (const auto& client : clients) all(client, {});
  connects(script);
  EXPECT_EQ(script.count<chat::AddContact>(), 200U);
  for (int i = 0; i < 50; ++i) {
    for (const auto& client : clients) all(client, "<show>away</show><status>" + std::to_string(i) + "</status>");
    script.passes(std::chrono::milliseconds{100});
  }
  const auto stanzas = script.written();
  EXPECT_TRUE(stanzas.empty()) << GatewayScript::dump(stanzas);
  EXPECT_LE(script.count<chat::SetPresence>(), 3U);  // five seconds
}

TEST(Probes, ArePacedAndAskedOfEverybodyWhoIsKnown) {
  GatewayScript script;
  for (int i = 0; i < 120; ++i) {
    script.xmpp_sends(presence("subscribe", "bob@irc.test", "p" + std::to_string(i) + "@test"));
  }
  script.restart();
  script.written();
  EXPECT_EQ(script.probes.size(), 5U);
  for (int i = 0; i < 10; ++i) script.passes(std::chrono::milliseconds{100});
  script.written();
  EXPECT_EQ(script.probes.size(), 55U);
  for (int i = 0; i < 30; ++i) script.passes(std::chrono::milliseconds{100});
  script.written();
  EXPECT_EQ(script.probes.size(), 120U);
}

TEST(Probes, LetGoOfClientsThatTheServerDoesNotKnowAnyMore) {
  GatewayScript script;
  script.xmpp_sends(
      "<iq from='alice@test/home' to='irc.test' type='set' id='q'><query xmlns='jabber:iq:register'><nick>alice</nick>"
      "</query></iq>");
  script.xmpp_sends(presence("subscribed", "irc.test"));
  script.xmpp_sends(presence("", "irc.test", "alice@test/home"));
  connects(script);
  script.link_goes_down();
  script.link_comes_up();
  script.written();
  script.passes(std::chrono::seconds{59});
  EXPECT_NE(script.network->session, nullptr);
  script.passes(std::chrono::seconds{2});
  EXPECT_EQ(script.network->session, nullptr);
}

}  // namespace
}  // namespace dragoman::gateway::contacts_test
