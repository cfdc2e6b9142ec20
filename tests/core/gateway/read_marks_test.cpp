#include "message_about.hpp"

// What is read, on networks that name it by its time; what the person has read elsewhere (XEP-0333, XEP-0490,
// XEP-0356).

namespace dragoman::gateway::read_marks_test {
namespace {

using namespace std::chrono_literals;

constexpr const char* marks = "urn:xmpp:chat-markers:0";
constexpr const char* privilege = "urn:xmpp:privilege:2";

chat::ReadUpTo read_elsewhere(test::GatewayScript& script, const chat::Conversation& where, Duration ago) {
  chat::ReadUpTo read;
  read.conversation = where;
  read.author.name = "alice";
  read.author.self = true;
  read.time = script.clock.utc() - std::chrono::duration_cast<Timestamp::duration>(ago);
  return read;
}
/// Three messages of bob, a minute after each other and the first one an hour ago; rows 1 to 3.
void bob_says_three(test::GatewayScript& script, const chat::Conversation& where) {
  for (const auto& [text, minute] : {std::pair{"one", 0min}, std::pair{"two", 1min}, std::pair{"three", 2min}}) {
    chat::MessageReceived said;
    said.conversation = where;
    said.author.name = "bob";
    said.content = chat::plain(text);
    said.time = script.clock.utc() - 1h + minute;
    script.network_says(said);
  }
  script.written();
}

class ReadMarks : public About {
 protected:
  Timestamp now() { return script.clock.utc(); }
};

/// Alice has an account, and her server lets the gateway do something in her name.
class GrantedReadMarks : public testing::Test {
 protected:
  void grants(const std::string& permission) {
    script.network->can(Feature::read_marks);
    script.xmpp_sends("<message from='test' to='irc.test'><privilege xmlns='urn:xmpp:privilege:2'>" + permission +
                      "</privilege></message>");
    script.xmpp_sends(
        "<iq type='set' id='r' from='alice@test/home' to='irc.test'><query xmlns='jabber:iq:register'>"
        "<nick>alice</nick></query></iq>");
    script.joins("alice", "#tea", {"bob"});
  }
  test::GatewayScript script;
};

TEST_F(ReadMarks, NameTheTimeOfTheMessage) {
  bob_says_three(script, tea);
  alice_sends("", "<displayed id='2' xmlns='urn:xmpp:chat-markers:0'/>");
  const auto mark = script.command<chat::MarkRead>().second;
  EXPECT_TRUE(mark.message.empty());
  EXPECT_EQ(mark.time, now() - 1h + 1min);
}

TEST_F(ReadMarks, OfWhatHasNoNameAreToldNobody) {
  bob_says("hello", "");
  alice_sends("", "<displayed id='1' xmlns='urn:xmpp:chat-markers:0'/>");
  EXPECT_EQ(script.count<chat::MarkRead>(), 0U);
}

TEST_F(ReadMarks, OfAnotherClientAreShownInTheRoomOnce) {
  bob_says_three(script, tea);
  script.network_says(read_elsewhere(script, tea, 58min + 30s));  // between the second and the third
  const auto shown = script.only();
  EXPECT_EQ(shown.get("from"), "#tea@irc.test/alice");
  EXPECT_EQ(id_in(shown, "displayed", marks), "2");
  script.network_says(read_elsewhere(script, tea, 58min + 20s));
  script.network_says(read_elsewhere(script, tea, 2h));
  EXPECT_TRUE(script.written().empty());
}

TEST_F(GrantedReadMarks, StandInTheNodeOfThePersonWhereWeMay) {
  grants("<perm access='iq'><namespace ns='http://jabber.org/protocol/pubsub' type='both'/></perm>");
  bob_says_three(script, tea);
  script.network_says(read_elsewhere(script, tea, 0s));
  const auto stanzas = script.written();
  ASSERT_EQ(stanzas.size(), 2U) << test::GatewayScript::dump(stanzas);
  const auto* outer = stanzas[1].child("privileged_iq", privilege);
  ASSERT_NE(outer, nullptr);
  const auto* pubsub = outer->children.front().child("pubsub", xmpp::ns::pubsub);
  ASSERT_NE(pubsub, nullptr);
  const auto& publish = *pubsub->child("publish", xmpp::ns::pubsub);
  EXPECT_EQ(publish.get("node"), "urn:xmpp:mds:displayed:0");
  const auto& item = publish.children.front();
  EXPECT_EQ(item.get("id"), "#tea@irc.test");
  const auto* displayed = item.child("displayed", "urn:xmpp:mds:displayed:0");
  ASSERT_NE(displayed, nullptr);
  EXPECT_EQ(id_in(*displayed, "stanza-id", "urn:xmpp:sid:0"), "3");
  EXPECT_EQ(displayed->children.front().get("by"), "#tea@irc.test");
  EXPECT_NE(pubsub->child("publish-options", xmpp::ns::pubsub), nullptr) << "nobody else's business";
}

TEST_F(GrantedReadMarks, ToSomebodyAloneAreSaidInTheNameOfThePerson) {
  grants("<perm access='message' type='outgoing'/>");
  bob_says_three(script, bob);
  script.network_says(read_elsewhere(script, bob, 0s));
  const auto stanza = script.only();
  const auto* outer = stanza.child("privilege", privilege);
  ASSERT_NE(outer, nullptr);
  const auto& message = outer->children.front().children.front();
  EXPECT_EQ(message.get("from"), "alice@test");
  EXPECT_EQ(message.get("to"), "bob@irc.test");
  EXPECT_NE(id_in(message, "displayed", marks), "none");
  // It comes back, because it is for an address of ours; nobody is told a second time.
  script.xmpp_sends("<message from='alice@test' to='bob@irc.test' type='chat' id='" + std::string{message.get("id")} +
                    "'><displayed xmlns='urn:xmpp:chat-markers:0' id='" + id_in(message, "displayed", marks) +
                    "'/></message>");
  EXPECT_EQ(script.count<chat::MarkRead>(), 0U);
}

TEST_F(ReadMarks, OfAnotherClientToSomebodyAloneAreNotShownAsTheirs) {
  bob_says_three(script, bob);
  script.network_says(read_elsewhere(script, bob, 0s));
  EXPECT_TRUE(script.written().empty()) << "nothing may be said for alice, and bob has read nothing";
}

std::string displayed_in_node(const std::string& from, const std::string& by, const std::string& id) {
  return "<message type='headline' from='" + from +
         "' to='irc.test'>"
         "<event xmlns='http://jabber.org/protocol/pubsub#event'><items node='urn:xmpp:mds:displayed:0'>"
         "<item id='#tea@irc.test'><displayed xmlns='urn:xmpp:mds:displayed:0'>"
         "<stanza-id xmlns='urn:xmpp:sid:0' by='" +
         by + "' id='" + id + "'/></displayed></item></items></event></message>";
}

TEST_F(ReadMarks, OfTheNodeOfThePersonAreToldTheNetworkOnce) {
  bob_says_three(script, tea);
  script.xmpp_sends(displayed_in_node("mallory@test", "#tea@irc.test", "3"));
  script.xmpp_sends(displayed_in_node("alice@test", "alice@test", "3"));
  EXPECT_EQ(script.count<chat::MarkRead>(), 0U);
  script.xmpp_sends(displayed_in_node("alice@test", "#tea@irc.test", "2"));
  EXPECT_EQ(script.command<chat::MarkRead>().second.time, now() - 1h + 1min);
  // The client says it in the room too, or it is our own publication coming back.
  script.xmpp_sends(displayed_in_node("alice@test", "#tea@irc.test", "2"));
  EXPECT_EQ(script.count<chat::MarkRead>(), 1U);
  EXPECT_TRUE(script.written().empty());
}

}  // namespace
}  // namespace dragoman::gateway::read_marks_test
