#include "support/gateway_script.hpp"

// A network whose nicknames are unique in one room alone: what is asked about an occupant is asked of their room.

namespace dragoman::gateway::realms_test {
namespace {

using test::GatewayScript;

class NamesOfRooms : public ::testing::Test {
 protected:
  NamesOfRooms() {
    script.joins("alice", "#tea", {"carol"});
    // The same resource stands for another nickname in the other room.
    const chat::RoomId cake{"#cake"};
    script.xmpp_sends(
        "<presence from='alice@test/home' to='#cake@irc.test/alice'>"
        "<x xmlns='http://jabber.org/protocol/muc'/></presence>");
    const RealmRef realm{script.network->names(), "#cake"};
    const NameId carol = script.network->names().acquire(realm.id(), "Carol \xF0\x9F\x98\x80", "c", "carol");
    chat::RoomJoined joined;
    joined.room = cake;
    joined.self = script.name("alice", cake);
    joined.occupants.push_back({carol, {}});
    script.network_says(joined);
    script.network_says(chat::Done{script.command<chat::JoinRoom>().first, {}});
    script.written();
  }
  GatewayScript script{test::FakeShape{{}, true}};
};

TEST_F(NamesOfRooms, APrivateMessageGoesToTheOccupantOfItsRoom) {
  script.xmpp_sends("<message from='alice@test/home' to='#tea@irc.test/carol' type='chat'><body>hi</body></message>");
  EXPECT_EQ(script.command<chat::SendMessage>().second.conversation.person.text, "carol-of-tea");
  script.xmpp_sends("<message from='alice@test/home' to='#cake@irc.test/carol' type='chat'><body>hi</body></message>");
  EXPECT_EQ(script.command<chat::SendMessage>().second.conversation.person.text, "Carol \xF0\x9F\x98\x80-of-cake");
}

TEST_F(NamesOfRooms, AKickIsOfTheOccupantOfItsRoom) {
  const auto kick = [](const std::string& room) {
    return "<iq type='set' id='k' from='alice@test/home' to='" + room +
           "@irc.test'><query xmlns='http://jabber.org/protocol/muc#admin'><item nick='carol' "
           "role='none'/></query></iq>";
  };
  script.xmpp_sends(kick("#tea"));
  EXPECT_EQ(script.command<chat::SetStanding>().second.nickname, "carol");
  script.xmpp_sends(kick("#cake"));
  EXPECT_EQ(script.command<chat::SetStanding>().second.nickname, "Carol \xF0\x9F\x98\x80");
}

TEST_F(NamesOfRooms, EnteringAgainUnderAnotherNameRenamesNobody) {
  script.xmpp_sends(
      "<presence from='alice@test/home' to='#tea@irc.test/wonder'>"
      "<x xmlns='http://jabber.org/protocol/muc'/></presence>");
  EXPECT_EQ(script.count<chat::SetNickname>(), 0U);
  EXPECT_FALSE(script.written().empty()) << "who enters again is answered";
}

TEST_F(NamesOfRooms, ANewNicknameIsOfTheRoomAlone) {
  script.xmpp_sends("<presence from='alice@test/home' to='#tea@irc.test/wonder'/>");
  EXPECT_EQ(script.command<chat::SetNickname>().second.nickname, "wonder");
  EXPECT_EQ(script.command<chat::SetNickname>().second.room, chat::RoomId{"#tea"});
}

TEST_F(NamesOfRooms, AMessageComesFromTheOccupantOfItsRoom) {
  chat::MessageReceived said;
  said.conversation.room = chat::RoomId{"#cake"};
  said.author.name = "Carol \xF0\x9F\x98\x80";
  said.content.text = "hello";
  script.network_says(said);
  EXPECT_EQ(script.only().get("from"), "#cake@irc.test/carol");
  said.conversation.room = chat::RoomId{"#tea"};
  script.network_says(said);
  EXPECT_NE(script.only().get("from"), "#tea@irc.test/carol") << "nobody there is called so";
}

TEST_F(NamesOfRooms, AQuestionGoesToThePersonBehindTheOccupant) {
  script.xmpp_sends(
      "<iq type='get' id='p' from='alice@test/home' to='#cake@irc.test/carol'><ping xmlns='urn:xmpp:ping'/></iq>");
  EXPECT_EQ(script.command<chat::Ping>().second.person.text, "Carol \xF0\x9F\x98\x80-of-cake");
}

TEST_F(NamesOfRooms, AnInvitationReachesThePersonBehindTheOccupant) {
  script.xmpp_sends(
      "<message from='alice@test/home' to='#tea@irc.test'><x xmlns='http://jabber.org/protocol/muc#user'>"
      "<invite to='#cake@irc.test/carol'/></x></message>");
  EXPECT_EQ(script.command<chat::Invite>().second.person.text, "Carol \xF0\x9F\x98\x80-of-cake");
}

}  // namespace
}  // namespace dragoman::gateway::realms_test
