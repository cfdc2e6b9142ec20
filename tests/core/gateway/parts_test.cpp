#include "support/gateway_script.hpp"

// A network of several servers: what a person has with one of them leaves the others alone (decision 0057).

namespace dragoman::gateway::parts_test {
namespace {

using test::GatewayScript;

class Parts : public ::testing::Test {
 protected:
  std::vector<std::string> open() const {
    std::vector<std::string> parts;
    for (const auto& [part, session] : script.network->sessions) parts.push_back(part);
    return parts;
  }
  GatewayScript script{test::FakeShape{{"one", "two"}}};
};

TEST_F(Parts, EachHasASessionOfItsOwn) {
  script.joins("alice", "#tea%one");
  EXPECT_EQ(open(), std::vector<std::string>{"one"});
  script.joins("alice", "#tea%two");
  EXPECT_EQ(open(), (std::vector<std::string>{"one", "two"}));
  script.joins("alice", "#cake%one");
  EXPECT_EQ(open().size(), 2u);
  EXPECT_EQ(script.network->log, (std::vector<std::string>{"one: connect as alice", "two: connect as alice"}));
}

TEST_F(Parts, OneThatIsLostLeavesTheRoomsOfTheOther) {
  script.joins("alice", "#tea%one", {"bob"});
  script.joins("alice", "#tea%two", {"bob"});
  script.part_says("one", chat::Lost{Fault::unavailable, "Ping timeout", script.clock.now() + std::chrono::seconds{5}});
  script.written();
  script.xmpp_sends(
      "<message from='alice@test/home' to='#tea%two@irc.test' type='groupchat'><body>hi</body></message>");
  EXPECT_EQ(script.command<chat::SendMessage>().second.conversation.room.text, "#tea%two");
  const std::size_t before = script.network->commands.size();
  script.xmpp_sends(
      "<message from='alice@test/home' to='#tea%one@irc.test' type='groupchat'><body>hi</body></message>");
  EXPECT_EQ(script.network->commands.size(), before) << "it waits until its server is back";
  script.part_says("one", chat::Ready{"alice", {}});
  chat::RoomJoined again;
  again.room = chat::RoomId{"#tea%one"};
  again.self = script.name("alice", again.room);
  script.part_says("one", again);
  EXPECT_EQ(script.command<chat::SendMessage>().second.conversation.room.text, "#tea%one");
}

TEST_F(Parts, OneNicknameIsSomebodyElseOnEach) {
  script.joins("alice", "#tea%one");
  script.joins("alice", "#tea%two");
  const NameId here = script.name("bob", chat::RoomId{"#tea%one"}),
               there = script.name("bob", chat::RoomId{"#tea%two"});
  EXPECT_NE(here, there);
  script.part_says("two", chat::OccupantsJoined{chat::RoomId{"#tea%two"}, {{there, {}}}});
  EXPECT_EQ(script.only().get("from"), "#tea%two@irc.test/bob");
  script.xmpp_sends(
      "<message from='alice@test/home' to='#tea%two@irc.test/bob' type='chat'><body>psst</body></message>");
  EXPECT_EQ(script.command<chat::SendMessage>().second.conversation.person.text, "bob%two");
  script.xmpp_sends(
      "<message from='alice@test/home' to='#tea%one@irc.test/bob' type='chat'><body>psst</body></message>");
  EXPECT_EQ(script.command<chat::SendMessage>().second.conversation.person.text, "bob%two") << "he is not in that room";
}

TEST_F(Parts, TheLastRoomOfOneEndsItsSessionAlone) {
  script.joins("alice", "#tea%one");
  script.joins("alice", "#tea%two");
  script.xmpp_sends("<presence type='unavailable' from='alice@test/home' to='#tea%one@irc.test/alice'/>");
  EXPECT_EQ(script.command<chat::LeaveRoom>().second.room.text, "#tea%one");
  EXPECT_EQ(open(), std::vector<std::string>{"two"});
}

TEST_F(Parts, AMessageToAPersonConnectsToTheirs) {
  script.xmpp_sends("<message from='alice@test/home' to='bob%two@irc.test' type='chat'><body>hi</body></message>");
  EXPECT_EQ(open(), std::vector<std::string>{"two"});
  script.part_says("two", chat::Ready{"alice", {}});
  EXPECT_EQ(script.command<chat::SendMessage>().second.conversation.person.text, "bob%two");
}

TEST_F(Parts, EachHasItsOwnNickname) {
  script.joins("alice", "#tea%one");
  script.xmpp_sends(
      "<presence from='alice@test/home' to='#tea%two@irc.test/ally'>"
      "<x xmlns='http://jabber.org/protocol/muc'/></presence>");
  EXPECT_EQ(script.network->log.back(), "two: connect as ally");
}

}  // namespace
}  // namespace dragoman::gateway::parts_test
