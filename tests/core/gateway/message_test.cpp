#include "support/gateway_script.hpp"

// What a person says, and what they are told about it.

namespace dragoman::gateway::message_test {
namespace {

using store::State;
using test::GatewayScript;
const chat::RoomId tea{"#tea"};

std::string body_of(const xmpp::Element& message) { return message.child_text("body", xmpp::ns::component); }
const xmpp::Element* condition(const xmpp::Element& stanza, std::string_view name) {
  const auto* error = stanza.child("error", xmpp::ns::component);
  return error == nullptr ? nullptr : error->child(name, xmpp::ns::stanza_errors);
}
const std::string hello =
    "<message from='alice@test/home' to='#tea@irc.test' type='groupchat' id='x1'><body>hello</body>"
    "<origin-id xmlns='urn:xmpp:sid:0' id='o1'/></message>";

TEST(RoomMessage, IsReflectedWithItsIdOnceTheNetworkTookIt) {
  GatewayScript script;
  script.joins("alice", "#tea");
  script.xmpp_sends(hello);
  EXPECT_TRUE(script.written().empty());
  const auto send = script.command<chat::SendMessage>();
  EXPECT_EQ(send.second.content.text, "hello");
  script.network_says(chat::Done{send.first, chat::Sent{{chat::MessageId{"net1"}}, std::nullopt, {}}});
  const auto reflection = script.only();
  EXPECT_EQ(reflection.get("from"), "#tea@irc.test/alice");
  EXPECT_EQ(reflection.get("id"), "x1");
  EXPECT_EQ(body_of(reflection), "hello");
  EXPECT_EQ(reflection.child("origin-id", xmpp::ns::stanza_id)->get("id"), "o1");
  EXPECT_EQ(script.store.state(1), State::delivered);
  EXPECT_EQ(script.store.rows.at(1).network_id, "net1");
}

TEST(RoomMessage, ThatTheNetworkRefusesComesBackWithIdTextAndReason) {
  GatewayScript script;
  script.joins("alice", "#tea");
  script.xmpp_sends(hello);
  script.network_says(chat::Failed{script.command<chat::SendMessage>().first,
                                   chat::Failed::Outcome::refused,
                                   Fault::forbidden,
                                   "Cannot send to channel (+m)",
                                   {},
                                   "404"});
  const auto error = script.only();
  EXPECT_EQ(error.get("type"), "error");
  EXPECT_EQ(error.get("id"), "x1");
  EXPECT_EQ(error.get("to"), "alice@test/home");
  EXPECT_EQ(body_of(error), "hello");
  EXPECT_NE(condition(error, "forbidden"), nullptr);
  const auto* why = error.child("error", xmpp::ns::component);
  const std::string kind = script.network->describe().kind;
  const auto* named = why->child(kind, "urn:dragoman:" + kind);
  ASSERT_NE(named, nullptr);
  EXPECT_EQ(named->get("code"), "404");
  EXPECT_EQ(script.store.state(1), State::returning);
}

TEST(RoomMessage, IsReturnedOnceTheServerHasTheError) {
  GatewayScript script;
  script.joins("alice", "#tea");
  script.xmpp_sends(hello);
  script.network_says(chat::Failed{
      script.command<chat::SendMessage>().first, chat::Failed::Outcome::refused, Fault::forbidden, "no", {}});
  script.server_proves();
  EXPECT_EQ(script.store.state(1), State::returned);
}

TEST(RoomMessage, FromOutsideTheRoomIsRefused) {
  GatewayScript script;
  script.xmpp_sends(hello);
  EXPECT_NE(condition(script.written().at(0), "not-acceptable"), nullptr);
  EXPECT_TRUE(script.store.rows.empty());
}

TEST(RoomMessage, WaitsWhileTheNetworkIsAwayAndIsReflectedAfterwards) {
  GatewayScript script;
  script.joins("alice", "#tea");
  script.network_says(chat::Lost{Fault::unavailable, "gone", script.clock.now() + std::chrono::seconds{5}});
  script.written();
  script.xmpp_sends(hello);
  EXPECT_EQ(script.count<chat::SendMessage>(), 0U);
  script.network_says(chat::Ready{"alice", {}});
  EXPECT_EQ(script.count<chat::SendMessage>(), 0U);  // connected, but not in the room yet
  chat::RoomJoined again;
  again.room = tea;
  again.self = script.name("alice");
  script.network_says(again);
  ASSERT_EQ(script.count<chat::SendMessage>(), 1U);
  script.written();
  script.network_says(chat::Done{script.command<chat::SendMessage>().first, chat::Sent{}});
  EXPECT_EQ(script.only().get("id"), "x1");
}

TEST(RoomMessage, SurvivesARestartAndIsReflectedThen) {
  GatewayScript script;
  script.joins("alice", "#tea");
  script.xmpp_sends(hello);
  script.restart();
  script.network_says(chat::Ready{"alice", {}});
  script.lets_in("#tea", "alice");
  script.written();
  const auto send = script.command<chat::SendMessage>();
  EXPECT_EQ(send.second.content.text, "hello");
  script.network_says(chat::Done{send.first, chat::Sent{}});
  const auto reflection = script.only();
  EXPECT_EQ(reflection.get("id"), "x1");
  EXPECT_EQ(reflection.child("origin-id", xmpp::ns::stanza_id)->get("id"), "o1");
}

TEST(RoomMessage, ComesBackWhenItsTimeIsOver) {
  GatewayScript script;
  script.joins("alice", "#tea");
  script.network_says(chat::Lost{Fault::unavailable, "gone", script.clock.now() + std::chrono::seconds{5}});
  script.xmpp_sends(hello);
  script.written();
  script.passes(std::chrono::hours{1});
  const auto error = script.only();
  EXPECT_EQ(error.get("id"), "x1");
  EXPECT_EQ(body_of(error), "hello");
  EXPECT_NE(condition(error, "remote-server-timeout"), nullptr);
}

TEST(RoomMessage, ErrorThatTheServerNeverProvedIsSentAgainAfterARestart) {
  GatewayScript script;
  script.joins("alice", "#tea");
  script.xmpp_sends(hello);
  script.network_says(chat::Failed{
      script.command<chat::SendMessage>().first, chat::Failed::Outcome::refused, Fault::forbidden, "no", {}});
  script.restart();
  const auto error = script.only();
  EXPECT_EQ(error.get("type"), "error");
  EXPECT_EQ(error.get("id"), "x1");
}

TEST(RoomMessage, ChatStatesAndEncryptedTextNeverReachTheNetwork) {
  GatewayScript script;
  script.joins("alice", "#tea");
  script.xmpp_sends(
      "<message from='alice@test/home' to='#tea@irc.test' type='groupchat'>"
      "<composing xmlns='http://jabber.org/protocol/chatstates'/></message>");
  EXPECT_TRUE(script.written().empty());
  script.xmpp_sends(
      "<message from='alice@test/home' to='#tea@irc.test' type='groupchat' id='e'><body>I sent you an OMEMO "
      "message</body><encryption xmlns='urn:xmpp:eme:0' namespace='eu.siacs.conversations.axolotl'/></message>");
  const auto told = script.written();  // and once in words: message_form_test
  ASSERT_FALSE(told.empty());
  EXPECT_NE(condition(told.front(), "not-acceptable"), nullptr);
  EXPECT_EQ(script.count<chat::SendMessage>(), 0U);
}

TEST(Subject, AloneSetsTheTopicAndWithABodyDoesNot) {
  GatewayScript script;
  script.joins("alice", "#tea");
  script.xmpp_sends(
      "<message from='alice@test/home' to='#tea@irc.test' type='groupchat'><subject>biscuits</subject></message>");
  EXPECT_EQ(script.command<chat::SetTopic>().second.topic, "biscuits");
  script.xmpp_sends(
      "<message from='alice@test/home' to='#tea@irc.test' type='groupchat'><subject>x</subject>"
      "<body>not a topic</body></message>");
  EXPECT_EQ(script.count<chat::SetTopic>(), 1U);
  EXPECT_EQ(script.command<chat::SendMessage>().second.content.text, "not a topic");
}

TEST(Subject, ThatTheNetworkRefusesIsAnError) {
  GatewayScript script;
  script.joins("alice", "#tea");
  script.xmpp_sends(
      "<message from='alice@test/home' to='#tea@irc.test' type='groupchat' id='s'><subject>b</subject></message>");
  script.network_says(
      chat::Failed{script.command<chat::SetTopic>().first, chat::Failed::Outcome::refused, Fault::forbidden, "+t", {}});
  const auto error = script.only();
  EXPECT_EQ(error.get("id"), "s");
  EXPECT_NE(condition(error, "forbidden"), nullptr);
}

TEST(PrivateMessage, GoesToThePersonAndTheReceiptWaitsForTheEvidence) {
  GatewayScript script;
  script.xmpp_sends(
      "<message from='alice@test/home' to='carol@irc.test' type='chat' id='p1'><body>psst</body>"
      "<request xmlns='urn:xmpp:receipts'/></message>");
  EXPECT_EQ(script.count<chat::SendMessage>(), 0U);  // still connecting
  script.network_says(chat::Ready{"alice", {}});
  const auto send = script.command<chat::SendMessage>();
  EXPECT_EQ(send.second.conversation.person.text, "carol");
  EXPECT_TRUE(script.written().empty());
  script.network_says(chat::Done{send.first, chat::Sent{}});
  const auto receipt = script.only();
  EXPECT_EQ(receipt.get("from"), "carol@irc.test");
  EXPECT_EQ(receipt.child("received", xmpp::ns::receipts)->get("id"), "p1");
}

TEST(PrivateMessage, FromTheNetworkComesToTheBareAddress) {
  GatewayScript script;
  script.joins("alice", "#tea");
  chat::MessageReceived said;
  said.conversation = {{}, chat::PersonId{"carol"}};
  said.author = {chat::PersonId{"carol"}, "Carol", {}, false};
  said.content = chat::plain("waves");
  said.content.kind = chat::Content::Kind::action;
  script.network_says(said);
  const auto message = script.only();
  EXPECT_EQ(message.get("from"), "carol@irc.test");
  EXPECT_EQ(message.get("to"), "alice@test");
  EXPECT_EQ(message.get("type"), "chat");
  EXPECT_EQ(body_of(message), "/me waves");
}

TEST(PrivateMessage, WaitsInTheStoreWhileTheXmppLinkIsDownAndComesWithItsTime) {
  GatewayScript script;
  script.joins("alice", "#tea");
  script.link_goes_down();
  chat::MessageReceived said;
  said.conversation = {{}, chat::PersonId{"carol"}};
  said.author = {chat::PersonId{"carol"}, "carol", {}, false};
  said.content = chat::plain("are you there?");
  script.network_says(said);
  script.link_comes_up();
  const auto stanzas = script.written();
  ASSERT_FALSE(stanzas.empty());
  const auto& message = stanzas.back();
  EXPECT_EQ(body_of(message), "are you there?");
  EXPECT_NE(message.child("delay", xmpp::ns::delay), nullptr);
}

TEST(PrivateMessage, KeepsTheConnectionForAWhileAndThenLetsItGo) {
  GatewayScript script;
  script.xmpp_sends("<message from='alice@test/home' to='carol@irc.test' type='chat'><body>psst</body></message>");
  script.network_says(chat::Ready{"alice", {}});
  script.network_says(chat::Done{script.command<chat::SendMessage>().first, chat::Sent{}});
  ASSERT_NE(script.network->session, nullptr);
  script.passes(std::chrono::minutes{11});
  EXPECT_EQ(script.network->session, nullptr);
}

TEST(PrivateMessage, ThatWaitsIsMentionedAfterAMinuteAndOnlyOnce) {
  GatewayScript script;
  const std::string psst =
      "<message from='alice@test/home' to='carol@irc.test' type='chat'><body>psst</body></message>";
  script.xmpp_sends(psst);
  script.network_says(
      chat::Lost{Fault::unavailable, "connection refused", script.clock.now() + std::chrono::seconds{5}});
  EXPECT_TRUE(script.written().empty());
  script.passes(std::chrono::seconds{61});
  const auto notice = script.only();
  EXPECT_EQ(notice.get("from"), "carol@irc.test");
  EXPECT_NE(body_of(notice).find("connection refused"), std::string::npos);
  script.xmpp_sends(psst);
  script.passes(std::chrono::seconds{61});
  EXPECT_TRUE(script.written().empty());
}

TEST(SelfPing, IsAnsweredForAnOccupantAndRefusedForAnybodyElse) {
  GatewayScript script;
  const std::string ping =
      "<iq from='alice@test/home' to='#tea@irc.test/alice' type='get' id='p'><ping xmlns='urn:xmpp:ping'/></iq>";
  script.xmpp_sends(ping);
  EXPECT_NE(condition(script.only(), "not-acceptable"), nullptr);
  script.joins("alice", "#tea");
  script.xmpp_sends(ping);
  EXPECT_EQ(script.only().get("type"), "result");
}

}  // namespace
}  // namespace dragoman::gateway::message_test
