#include "gateway/overview.hpp"

#include "support/gateway_script.hpp"
#include "xmpp/ad_hoc.hpp"

// What the gateway looks like from outside.

namespace dragoman::gateway::overview_test {
namespace {

using namespace std::chrono_literals;
using test::GatewayScript;
using State = SessionOverview::State;

const std::string hello =
    "<message from='alice@test/home' to='#tea@irc.test' type='groupchat' id='x1'><body>hello</body></message>";

SessionOverview only_session(const GatewayScript& script) {
  const Overview overview = script.overview();
  EXPECT_EQ(overview.sessions.size(), 1U);
  return overview.sessions.empty() ? SessionOverview{} : overview.sessions.front();
}

TEST(Overview, FollowsAConnection) {
  GatewayScript script;
  EXPECT_TRUE(script.overview().sessions.empty());
  const Timestamp begun = script.clock.utc();
  script.xmpp_sends(
      "<presence from='alice@test/home' to='#tea@irc.test/alice'><x "
      "xmlns='http://jabber.org/protocol/muc'/></presence>");
  EXPECT_EQ(only_session(script).state, State::connecting);
  EXPECT_EQ(only_session(script).since, begun);
  script.passes(5s);
  script.network_says(chat::Ready{"alice_", {}});
  EXPECT_EQ(only_session(script).state, State::ready);
  EXPECT_EQ(only_session(script).since, begun + 5s);
  EXPECT_EQ(only_session(script).nickname, "alice_");
  EXPECT_EQ(only_session(script).last_error, "");
  script.passes(5s);
  script.network_says(chat::Lost{Fault::unavailable, "connection refused", script.clock.now() + 10s});
  script.passes(5s);
  script.network_says(chat::Lost{Fault::unavailable, "no route", script.clock.now() + 10s});
  const SessionOverview lost = only_session(script);
  EXPECT_EQ(lost.state, State::lost);
  EXPECT_EQ(lost.since, begun + 10s) << "it is lost since the first time";
  EXPECT_EQ(lost.text, "no route");
  EXPECT_EQ(lost.last_error, "no route");
  EXPECT_EQ(lost.last_error_at, begun + 15s);
  EXPECT_EQ(script.overview().traffic.ready, 1U);
  EXPECT_EQ(script.overview().traffic.lost, 2U);
}

TEST(Overview, ShowsRoomsAsEachPersonHasThem) {
  GatewayScript script;
  script.joins("alice", "#tea", {"bob", "carol"});
  script.joins("dave", "#tea", {"alice"});
  const Overview overview = script.overview();
  ASSERT_EQ(overview.rooms.size(), 2U);
  EXPECT_EQ(overview.rooms[0].address, "#tea@irc.test");
  EXPECT_EQ(overview.rooms[0].person, "alice@test");
  EXPECT_EQ(overview.rooms[0].occupants, 2U);
  EXPECT_EQ(overview.rooms[0].state, RoomOverview::State::joined);
  EXPECT_EQ(overview.rooms[1].person, "dave@test");
  EXPECT_EQ(overview.sessions[0].rooms, 1U);
}

TEST(Overview, CountsMessagesAndShowsWhatWaits) {
  GatewayScript script;
  script.joins("alice", "#tea");
  const Timestamp said = script.clock.utc();
  script.xmpp_sends(hello);
  script.passes(20s);
  EXPECT_EQ(only_session(script).waiting, 1U);
  EXPECT_EQ(only_session(script).oldest, said);
  script.network_says(
      chat::Done{script.command<chat::SendMessage>().first, chat::Sent{{chat::MessageId{"n1"}}, std::nullopt, {}}});
  EXPECT_EQ(only_session(script).waiting, 0U);
  EXPECT_FALSE(only_session(script).oldest);
  const Traffic traffic = script.overview().traffic;
  EXPECT_EQ(traffic.accepted, 1U);
  EXPECT_EQ(traffic.delivered, 1U);
  EXPECT_EQ(traffic.latency.count(), 1U);
  EXPECT_EQ(traffic.latency.sum(), 20.0);
}

TEST(Overview, CountsADeliveryOnceWhenTheLinkWasDown) {
  GatewayScript script;
  script.joins("alice", "#tea");
  script.xmpp_sends(hello);
  script.link_goes_down();
  script.network_says(
      chat::Done{script.command<chat::SendMessage>().first, chat::Sent{{chat::MessageId{"n1"}}, std::nullopt, {}}});
  script.link_comes_up();
  EXPECT_EQ(script.overview().traffic.delivered, 1U);
  EXPECT_EQ(script.overview().link_ups, 2U);
}

TEST(Overview, SaysWhyAMessageCameBack) {
  GatewayScript script;
  script.joins("alice", "#tea");
  script.xmpp_sends(hello);
  const auto sent = script.command<chat::SendMessage>().first;
  script.network_says(chat::Failed{sent, chat::Failed::Outcome::refused, Fault::forbidden, "Cannot send (+m)", {}});
  EXPECT_EQ(only_session(script).last_error, "Cannot send (+m)");
  EXPECT_EQ(script.overview().traffic.returned, 1U);
}

TEST(Overview, CountsWhatPeopleGetWhenTheServerHasProvedIt) {
  GatewayScript script;
  script.joins("alice", "#tea", {"bob"});
  chat::MessageReceived heard;
  heard.conversation.room = chat::RoomId{"#tea"};
  heard.author.name = "bob";
  heard.content.text = "hi";
  script.network_says(heard);
  EXPECT_EQ(script.overview().accepted_for_people, 1U);
  EXPECT_EQ(script.overview().written_to_people, 0U);
  script.server_proves();
  EXPECT_EQ(script.overview().written_to_people, 1U);
}

TEST(Overview, CountsStanzas) {
  GatewayScript script;
  const auto before = script.overview();
  script.xmpp_sends("<iq from='alice@test/home' to='irc.test' type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>");
  script.xmpp_sends(
      "<message from='alice@test/home' to='irc.test' type='error' id='1'><error type='cancel'><item-not-found "
      "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>");
  script.xmpp_sends("<message from='alice@test/home' to='irc.test' type='error' id='2'/>");
  script.xmpp_sends("<iq from='alice@test/home' to='irc.test' type='get' id='2'><query xmlns='urn:example:no'/></iq>");
  const auto after = script.overview();
  EXPECT_EQ(after.received.iqs - before.received.iqs, 2U);
  EXPECT_EQ(after.received.messages - before.received.messages, 2U);
  EXPECT_EQ(after.errors_received, (xmpp::ErrorCounts{{"item-not-found", 1}, {"undefined-condition", 1}}));
  EXPECT_EQ(after.errors_sent, (xmpp::ErrorCounts{{"service-unavailable", 1}}));
  EXPECT_EQ(after.sent.iqs - before.sent.iqs, 2U);
  EXPECT_TRUE(after.link_up);
  script.link_goes_down();
  EXPECT_FALSE(script.overview().link_up);
}

std::string ask_for_page(const std::string& who) {
  return "<iq from='" + who +
         "/desk' to='irc.test' type='set' id='q'><command xmlns='http://jabber.org/protocol/commands' "
         "node='http://jabber.org/protocol/admin#web'/></iq>";
}

TEST(StatusPage, GivesItsLinkToAdmins) {
  auto policy = GatewayScript::default_policy();
  policy.admins = {"root@test"};
  GatewayScript script{policy};
  script.page_link = [](const std::string& admin) { return "http://gate.test/login#" + admin; };
  script.restart();
  script.xmpp_sends(ask_for_page("root@test"));
  const std::string shown = xmpp::to_xml(script.only());
  EXPECT_NE(shown.find("<value>http://gate.test/login#root@test</value>"), std::string::npos) << shown;
  EXPECT_NE(shown.find("<url>http://gate.test/login#root@test</url>"), std::string::npos) << "as a link too, XEP-0066";
  script.xmpp_sends(ask_for_page("alice@test"));
  const std::string refused = xmpp::to_xml(script.only());
  EXPECT_NE(refused.find("<forbidden"), std::string::npos) << refused;
  EXPECT_EQ(refused.find("gate.test"), std::string::npos) << refused;
}

TEST(StatusPage, IsNoCommandWhereThereIsNone) {
  auto policy = GatewayScript::default_policy();
  policy.admins = {"root@test"};
  GatewayScript script{policy};
  script.xmpp_sends(ask_for_page("root@test"));
  EXPECT_NE(xmpp::to_xml(script.only()).find("<item-not-found"), std::string::npos);
}

}  // namespace
}  // namespace dragoman::gateway::overview_test
