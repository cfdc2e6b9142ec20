#include "support/gateway_script.hpp"

// What was said to somebody who is away, and whose server keeps nothing for them.

namespace dragoman::gateway::kept_back_test {
namespace {

using namespace std::chrono_literals;
using store::State;

struct KeptBackScript : test::GatewayScript {
  KeptBackScript() {
    xmpp_sends(
        "<iq type='set' from='alice@test/home' to='irc.test' id='r'><query xmlns='jabber:iq:register'>"
        "<nick>alice</nick></query></iq>");
    xmpp_sends("<presence from='alice@test/home' to='irc.test'/>");
    network_says(chat::Ready{"alice", {}});
    written();
    server_proves();
  }
  /// What bob says to her, as her server got it.
  xmpp::Element bob_says(const std::string& text) {
    chat::MessageReceived message;
    message.conversation.person = chat::PersonId{"bob"};
    message.author = {chat::PersonId{"bob"}, "bob", "bob"};
    message.content = chat::plain(text);
    network_says(message);
    server_proves();
    return the_message();
  }
  xmpp::Element the_message() {
    const std::vector<xmpp::Element> messages = all_messages();
    EXPECT_EQ(messages.size(), 1U) << dump(messages);
    return messages.empty() ? xmpp::Element{} : messages.front();
  }
  std::vector<xmpp::Element> all_messages() {
    auto stanzas = written();
    std::erase_if(stanzas, [](const xmpp::Element& each) { return each.name != "message"; });
    return stanzas;
  }
  /// The server has nobody to give it to, and says so.
  void comes_back(const xmpp::Element& message, const std::string& condition = "service-unavailable") {
    bounce(message, condition);
    prove();
  }
  void bounce(const xmpp::Element& message, const std::string& condition, bool is_away = true) {
    if (is_away) xmpp_sends("<presence type='unavailable' from='alice@test/home' to='irc.test'/>");
    xmpp_sends("<message type='error' from='alice@test' to='" + std::string{message.get("from")} + "' id='" +
               std::string{message.get("id")} + "'><error type='cancel'><" + condition +
               " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>");
  }
  void prove() {
    server_proves();
    server_proves();
    end_turn();
  }
  static std::string body_of(const xmpp::Element& message) { return message.child_text("body", message.ns); }
};

TEST(KeptBack, IsQueuedAgainAndSaidWhenSheIsBack) {
  KeptBackScript script;
  const auto message = script.bob_says("are you there?");
  const store::RowId row = script.store.newest();
  script.comes_back(message);
  EXPECT_EQ(script.store.state(row), State::queued);
  EXPECT_TRUE(script.all_messages().empty());
  script.passes(1h);
  script.xmpp_sends("<presence from='alice@test/phone' to='irc.test'/>");
  const auto again = script.the_message();
  EXPECT_EQ(script.body_of(again), "are you there?");
  EXPECT_EQ(again.get("id"), message.get("id")) << "a client that has it knows it again";
  EXPECT_NE(again.child("delay", "urn:xmpp:delay"), nullptr) << "it says when it was said";
}

TEST(KeptBack, KeepsTheOrder) {
  KeptBackScript script;
  const auto first = script.bob_says("one");
  const auto second = script.bob_says("two");
  script.bounce(second, "service-unavailable");
  script.bounce(first, "recipient-unavailable");
  script.prove();
  script.xmpp_sends("<presence from='alice@test/phone' to='irc.test'/>");
  const auto again = script.all_messages();
  ASSERT_EQ(again.size(), 2U);
  EXPECT_EQ(script.body_of(again[0]), "one");
  EXPECT_EQ(script.body_of(again[1]), "two");
}

TEST(KeptBack, IsSaidOnceOnly) {
  KeptBackScript script;
  const auto message = script.bob_says("hello");
  script.comes_back(message);
  script.bounce(message, "service-unavailable");
  script.prove();
  script.xmpp_sends("<presence from='alice@test/phone' to='irc.test'/>");
  script.prove();
  EXPECT_EQ(script.all_messages().size(), 1U);
  EXPECT_EQ(script.store.state(script.store.newest()), State::delivered);
  script.xmpp_sends("<presence from='alice@test/tablet' to='irc.test'/>");
  EXPECT_TRUE(script.all_messages().empty());
}

TEST(KeptBack, IsSaidByTheReplayOfANewStart) {
  KeptBackScript script;
  script.comes_back(script.bob_says("hello"));
  script.restart();
  EXPECT_EQ(script.body_of(script.the_message()), "hello");
}

TEST(KeptBack, ThatServesNobodyIsLeftAlone) {
  KeptBackScript script;
  const auto message = script.bob_says("hello");
  script.comes_back(message, "not-acceptable");
  EXPECT_EQ(script.store.state(script.store.newest()), State::delivered) << "she does not want it";
  const auto forged = message;
  script.xmpp_sends("<message type='error' from='mallory@test' to='bob@irc.test' id='" +
                    std::string{message.get("id")} +
                    "'><error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"
                    "</message>");
  script.prove();
  EXPECT_EQ(script.store.state(script.store.newest()), State::delivered) << "it is not mallory's";
}

TEST(KeptBack, ThatComesBackWhileSheIsHereIsHersToRefuse) {
  KeptBackScript script;
  const auto message = script.bob_says("hello");
  script.bounce(message, "service-unavailable", false);
  script.prove();
  EXPECT_EQ(script.store.state(script.store.newest()), State::delivered) << "she has blocked bob";
}

TEST(KeptBack, IsGivenUpAfterAWeek) {
  KeptBackScript script;
  const auto message = script.bob_says("hello");
  const store::RowId row = script.store.newest();
  script.comes_back(message);
  script.passes(24h * 8);
  script.xmpp_sends("<presence from='alice@test/phone' to='irc.test'/>");
  script.prove();
  const auto again = script.the_message();
  script.xmpp_sends("<presence type='unavailable' from='alice@test/phone' to='irc.test'/>");
  script.comes_back(again);
  script.prove();
  EXPECT_EQ(script.store.state(row), State::returned);
}

}  // namespace
}  // namespace dragoman::gateway::kept_back_test
