#include "support/gateway_script.hpp"

// Those whom passwords are told: what is said to them and by them goes past the store.

namespace dragoman::gateway::confidential_test {
namespace {

using test::GatewayScript;

constexpr const char* receipts = "urn:xmpp:receipts";

std::string says(const std::string& body) {
  return "<message from='alice@test/home' to='nickserv@irc.test' type='chat' id='m1'><body>" + body +
         "</body><request xmlns='urn:xmpp:receipts'/></message>";
}

/// Alice is connected, and nickserv is such a person.
struct Script : GatewayScript {
  Script() {
    network->confidant = "nickserv";
    joins("alice", "#tea");
  }
};

TEST(Confidential, WhatIsSaidIsNoRow) {
  Script script;
  const std::size_t rows = script.store.rows.size();
  script.xmpp_sends(says("IDENTIFY s3cret"));
  const auto [id, sent] = script.command<chat::SendMessage>();
  EXPECT_EQ(sent.content.text, "IDENTIFY s3cret");
  EXPECT_EQ(sent.conversation.person.text, "nickserv");
  EXPECT_TRUE(script.written().empty()) << "no receipt before the network has taken it";
  script.network_says(chat::Done{id, chat::Sent{}});
  const auto receipt = script.only();
  EXPECT_EQ(receipt.get("from"), "nickserv@irc.test");
  EXPECT_EQ(receipt.get("to"), "alice@test/home");
  ASSERT_NE(receipt.child("received", receipts), nullptr);
  EXPECT_EQ(receipt.child("received", receipts)->get("id"), "m1");
  EXPECT_EQ(script.store.rows.size(), rows);
}

TEST(Confidential, ARefusalRepeatsNothing) {
  Script script;
  script.xmpp_sends(says("IDENTIFY s3cret"));
  const auto [id, sent] = script.command<chat::SendMessage>();
  script.network_says(chat::Failed{id, chat::Failed::Outcome::refused, Fault::not_found, "No such nick", {}});
  const auto error = script.only();
  EXPECT_EQ(error.get("type"), "error");
  EXPECT_EQ(error.get("id"), "m1");
  EXPECT_EQ(GatewayScript::dump({error}).find("s3cret"), std::string::npos);
}

TEST(Confidential, WhatIsHeardIsOneStanzaThatNobodyKeeps) {
  Script script;
  const std::size_t rows = script.store.rows.size();
  chat::MessageReceived received;
  received.conversation.person = chat::PersonId{"nickserv"};
  received.author.person = received.conversation.person;
  received.author.name = "NickServ";
  received.content = chat::plain("your password is s3cret");
  script.network_says(received);
  const auto message = script.only();
  EXPECT_EQ(message.child_text("body", message.ns), "your password is s3cret");
  EXPECT_NE(message.child("no-store", "urn:xmpp:hints"), nullptr);
  received.author.self = true;
  script.network_says(received);
  EXPECT_TRUE(script.written().empty()) << "one's own words from elsewhere";
  script.link_goes_down();
  received.author.self = false;
  script.network_says(received);
  EXPECT_EQ(script.store.rows.size(), rows);
}

TEST(Confidential, OthersAreRowsAsEver) {
  Script script;
  const std::size_t rows = script.store.rows.size();
  script.xmpp_sends("<message from='alice@test/home' to='bob@irc.test' type='chat' id='m1'><body>hi</body></message>");
  EXPECT_EQ(script.store.rows.size(), rows + 1);
}

}  // namespace
}  // namespace dragoman::gateway::confidential_test
