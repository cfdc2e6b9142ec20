#include "support/gateway_script.hpp"

// Accounts while they are in use: changed, refused by the network, removed (XEP-0077, XEP-0100 4.2-4.4).

namespace dragoman::gateway::account_test {
namespace {

using test::GatewayScript;
using Lines = std::vector<std::string>;

std::string registers(const std::string& fields) {
  return "<iq from='alice@test/home' to='irc.test' type='set' id='q'><query xmlns='jabber:iq:register'>" + fields +
         "</query></iq>";
}
const std::string comes = "<presence from='alice@test/home' to='irc.test'/>";

void is_connected(GatewayScript& script) {
  script.xmpp_sends(registers("<nick>alice</nick><password>hush</password>"));
  script.xmpp_sends(comes);
  script.network_says(chat::Ready{"alice", {}});
  script.written();
}

TEST(Account, ChangesTheNicknameOnTheConnectionThatItHas) {
  GatewayScript script;
  is_connected(script);
  script.xmpp_sends(registers("<nick>wonder</nick>"));
  EXPECT_EQ(script.only().get("type"), "result");
  const auto asked = script.command<chat::SetNickname>();
  EXPECT_EQ(asked.second.nickname, "wonder");
  EXPECT_EQ(script.network->log, Lines{"connect as alice"});
  script.network_says(
      chat::Failed{asked.first, chat::Failed::Outcome::refused, Fault::conflict, "wonder is in use", {}});
  const auto told = script.only();
  EXPECT_EQ(told.get("type"), "headline");
  EXPECT_NE(told.child_text("body", told.ns).find("wonder is in use"), std::string::npos);
}

TEST(Account, ConnectsAnewWithAnotherPassword) {
  GatewayScript script;
  is_connected(script);
  script.xmpp_sends(registers("<nick>alice</nick><password>secret</password>"));
  EXPECT_EQ(script.network->log, (Lines{"connect as alice", "stop account changed", "connect as alice"}));
}

TEST(Account, SaysNothingInRoomsAboutItsOwnReconnection) {
  GatewayScript script;
  is_connected(script);
  script.joins("alice", "#tea");
  script.xmpp_sends(registers("<nick>alice</nick><password>secret</password>"));
  script.network_says(chat::Ready{"alice", {}});
  script.written();
  script.lets_in("#tea", "alice");
  for (const auto& stanza : script.written()) EXPECT_NE(stanza.name, "message") << xmpp::to_xml(stanza);
}

TEST(Account, ThatTheNetworkRefusesIsNotTriedAgainByItself) {
  GatewayScript script;
  script.xmpp_sends(registers("<nick>alice</nick><password>hush</password>"));
  script.xmpp_sends(comes);
  script.written();
  script.network_says(chat::Lost{Fault::unauthorized, "wrong password", {}});
  const auto said = script.written();
  ASSERT_EQ(said.size(), 2U) << GatewayScript::dump(said);
  EXPECT_EQ(said[0].get("type"), "error");
  EXPECT_NE(said[0].child("error", said[0].ns)->child("not-authorized", xmpp::ns::stanza_errors), nullptr);
  EXPECT_EQ(said[1].get("type"), "unavailable");
  for (int i = 0; i < 10; ++i) {
    script.xmpp_sends("<presence from='alice@test/home' to='irc.test'><status>" + std::to_string(i) +
                      "</status></presence>");
  }
  EXPECT_TRUE(script.written().empty());
  EXPECT_EQ(script.network->log.size(), 2U);  // connected, stopped
  // Another client learns the same, and a new password is tried at once.
  script.xmpp_sends("<presence from='alice@test/phone' to='irc.test'/>");
  EXPECT_EQ(script.written().size(), 2U);
  script.xmpp_sends(registers("<nick>alice</nick><password>right</password>"));
  EXPECT_EQ(script.network->log.back(), "connect as alice");
}

TEST(Account, IsTriedAgainForWhoComesAnew) {
  GatewayScript script;
  script.xmpp_sends(registers("<nick>alice</nick><password>hush</password>"));
  script.xmpp_sends(comes);
  script.network_says(chat::Lost{Fault::unauthorized, "wrong password", {}});
  script.xmpp_sends("<presence from='alice@test/home' to='irc.test' type='unavailable'/>");
  script.xmpp_sends(comes);
  EXPECT_EQ(script.network->log.back(), "connect as alice");
}

TEST(Account, LeavesNothingBehindWhenItIsRemoved) {
  GatewayScript script;
  is_connected(script);
  script.joins("alice", "#tea", {"bob"});
  chat::MessageReceived said;
  said.conversation.room = chat::RoomId{"#tea"};
  said.author.name = "bob";
  said.content = chat::plain("hello");
  script.network_says(said);
  ASSERT_FALSE(script.store.rows.empty());
  script.xmpp_sends(registers("<remove/>"));
  EXPECT_TRUE(script.store.rows.empty());
  for (const auto& [key, value] : script.store.values) {
    EXPECT_EQ(std::get<1>(key).find("alice"), std::string::npos) << std::get<0>(key);
  }
}

TEST(Account, TakesItsContactsAlongWhenItIsRemoved) {
  GatewayScript script;
  is_connected(script);
  script.xmpp_sends("<presence from='alice@test' to='bob@irc.test' type='subscribe'/>");
  script.xmpp_sends("<presence from='alice@test' to='#tea@irc.test' type='subscribe'/>");
  script.written();
  script.xmpp_sends(registers("<remove/>"));
  Lines said;
  for (const auto& each : script.written()) {
    said.push_back(std::string{each.get("from")} + ' ' + std::string{each.get("type")});
  }
  EXPECT_EQ(said, (Lines{"irc.test result", "#tea@irc.test unsubscribe", "#tea@irc.test unsubscribed",
                         "#tea@irc.test unavailable", "bob@irc.test unsubscribe", "bob@irc.test unsubscribed",
                         "bob@irc.test unavailable", "irc.test unsubscribe", "irc.test unsubscribed",
                         "irc.test unavailable"}));
  for (const auto& [key, value] : script.store.values) {
    EXPECT_EQ(std::get<1>(key).find("alice"), std::string::npos) << std::get<0>(key) << " is still there";
  }
}

}  // namespace
}  // namespace dragoman::gateway::account_test
