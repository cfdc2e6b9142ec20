#include "message_about.hpp"

// What somebody in a room says to the person alone there (XEP-0045 7.5).

namespace dragoman::gateway::whisper_test {
namespace {

class Whisper : public About {
 protected:
  void bob_whispers() {
    const chat::Conversation alone{chat::RoomId{"#tea"}, chat::PersonId{"bob"}};
    script.network_says(
        chat::MessageReceived{alone, author("bob"), {}, chat::plain("only for you"), std::nullopt, false});
  }
};

TEST_F(Whisper, IsAPrivateMessageOfTheOccupant) {
  bob_whispers();
  const auto message = script.only();
  EXPECT_EQ(message.get("from"), "#tea@irc.test/bob");
  EXPECT_EQ(message.get("to"), "alice@test/home");
  EXPECT_EQ(message.get("type"), "chat");
  EXPECT_EQ(body_of(message), "only for you");
  EXPECT_NE(message.child("x", "http://jabber.org/protocol/muc#user"), nullptr);
  EXPECT_TRUE(archive().empty()) << "nobody else may read it";
}

TEST_F(Whisper, ComesFromThePersonWhereTheRoomIsNotOpen) {
  script.joins("alice", "#cake");
  script.xmpp_sends("<presence type='unavailable' from='alice@test/home' to='#tea@irc.test/alice'/>");
  script.written();
  bob_whispers();
  EXPECT_EQ(script.only().get("from"), "bob@irc.test");
}

}  // namespace
}  // namespace dragoman::gateway::whisper_test
