#include <gtest/gtest.h>

#include "tests/support/muc_script.hpp"

namespace dragoman::test {
namespace {

TEST(MucMessage, IsToldOnce) {
  MucScript muc;
  muc.is_in("alice");
  muc.says("alice", "hi", "s1");
  muc.says("alice", "hi", "s1");
  muc.owner_hears("Message in tea@muc.test <alice> hi id=s1");
}

TEST(MucMessage, WithoutAStanzaIdIsNamedByItsAuthor) {
  MucScript muc;
  muc.is_in("alice");
  muc.says("alice", "hi", {}, "m1");
  muc.says("alice", "again with the same id", {}, "m1");
  muc.owner_hears("Message in tea@muc.test <alice> hi id=m1",
                  "Message in tea@muc.test <alice> again with the same id id=m1");
}

TEST(MucMessage, DoesNotTakeTheStanzaIdOfSomebodyElse) {
  MucScript muc;
  muc.is_in("alice");
  muc.room_says(
      MucScript::said_by("alice", "<body>hi</body><stanza-id xmlns='urn:xmpp:sid:0' by='evil.test' id='fake'/>", "m1"));
  muc.owner_hears("Message in tea@muc.test <alice> hi id=m1");
}

TEST(MucMessage, BringsItsFormatAndFiles) {
  MucScript muc;
  muc.is_in("alice");
  muc.room_says(MucScript::said_by("alice", "<body>/me *waves*</body>" + MucScript::stanza_id("s1")));
  muc.owner_hears("Message in tea@muc.test action <alice> waves id=s1");
  EXPECT_EQ(muc.last<chat::MessageReceived>().content.spans.at(0).kind, chat::Span::Kind::bold);
  muc.room_says(MucScript::said_by(
      "alice", "<body>https://up.test/tea.png</body><x xmlns='jabber:x:oob'><url>https://up.test/tea.png</url></x>" +
                   MucScript::stanza_id("s2")));
  EXPECT_EQ(muc.last<chat::MessageReceived>().content.attachments.at(0).url, "https://up.test/tea.png");
}

TEST(MucMessage, ThatIsNotToBeCopiedIsANotice) {
  MucScript muc;
  muc.is_in("alice");
  muc.room_says(
      MucScript::said_by("alice", "<body>beep</body><no-copy xmlns='urn:xmpp:hints'/>" + MucScript::stanza_id("s1")));
  muc.owner_hears("Message in tea@muc.test notice <alice> beep id=s1");
}

TEST(MucMessage, SaysThroughWhichGatewaysItCame) {
  MucScript muc;
  muc.is_in("alice");
  muc.room_says(MucScript::said_by(
      "alice", "<body>hi</body><via xmlns='urn:dragoman:via:0' id='one'/><via xmlns='urn:dragoman:via:0' id='two'/>"));
  EXPECT_EQ(muc.last<chat::MessageReceived>().content.via, "one two");
}

TEST(MucMessage, ThatIsEncryptedIsMarkedSo) {
  MucScript muc;
  muc.is_in("alice");
  muc.room_says(MucScript::said_by("alice",
                                   "<encrypted xmlns='eu.siacs.conversations.axolotl'/><body>I sent you an OMEMO "
                                   "encrypted message</body>" +
                                       MucScript::stanza_id("s1")));
  muc.owner_hears("Message in tea@muc.test encrypted <alice> I sent you an OMEMO encrypted message id=s1");
}

TEST(MucEdit, NamesTheMessageAsTheRoomDoes) {
  MucScript muc;
  muc.is_in("alice", "bob");
  muc.says("alice", "teh", "s1", "m1");
  muc.room_says(MucScript::said_by(
      "alice", "<body>the</body><replace xmlns='urn:xmpp:message-correct:0' id='m1'/>" + MucScript::stanza_id("s2"),
      "m2"));
  const auto& edited = muc.last<chat::MessageEdited>();
  EXPECT_EQ(edited.edited.text, "s1");
  EXPECT_EQ(edited.id.text, "s2");
  EXPECT_EQ(edited.content.text, "the");
}

TEST(MucEdit, OfSomebodyElsesMessageIsAMessage) {
  MucScript muc;
  muc.is_in("alice", "bob");
  muc.says("alice", "teh", "s1", "m1");
  muc.room_says(MucScript::said_by(
      "bob", "<body>the</body><replace xmlns='urn:xmpp:message-correct:0' id='m1'/>" + MucScript::stanza_id("s2"),
      "m2"));
  muc.owner_hears("Message in tea@muc.test <alice> teh id=s1", "Message in tea@muc.test <bob> the id=s2");
}

TEST(MucRetraction, IsBelievedOfTheAuthor) {
  MucScript muc;
  muc.is_in("alice", "bob");
  muc.says("alice", "oops", "s1", "m1");
  muc.forget();
  const std::string retract = "<retract xmlns='urn:xmpp:message-retract:1' id='s1'/><body>retracted</body>";
  muc.room_says(MucScript::said_by("bob", retract + MucScript::stanza_id("s2"), "m2"));
  muc.owner_hears_nothing();
  muc.room_says(MucScript::said_by("alice", retract + MucScript::stanza_id("s3"), "m3"));
  muc.owner_hears("MessageRetracted tea@muc.test s1 by alice");
}

TEST(MucRetraction, ByAModeratorIsBelievedOfTheRoomAlone) {
  MucScript muc;
  muc.is_in("alice", "bob");
  muc.says("alice", "spam", "s1", "m1");
  muc.forget();
  const std::string retract =
      "<retract xmlns='urn:xmpp:message-retract:1' id='s1'><moderated xmlns='urn:xmpp:message-moderate:1' "
      "by='tea@muc.test/carol'/><reason>spam</reason></retract>";
  muc.room_says(MucScript::said_by("bob", retract + MucScript::stanza_id("s2"), "m2"));
  muc.owner_hears_nothing();
  muc.room_says(MucScript::said_by("", retract + MucScript::stanza_id("s3"), "m3"));
  muc.owner_hears("MessageRetracted tea@muc.test s1 by carol: spam");
  EXPECT_TRUE(muc.last<chat::MessageRetracted>().by_moderator);
}

TEST(MucReaction, AndReplyNameTheMessage) {
  MucScript muc;
  muc.is_in("alice", "bob");
  muc.says("alice", "tea?", "s1", "m1");
  muc.room_says(MucScript::said_by(
      "bob",
      "<reactions xmlns='urn:xmpp:reactions:0' id='s1'><reaction>🐢</reaction></reactions>" + MucScript::stanza_id("s2"),
      "m2"));
  EXPECT_EQ(muc.last<chat::ReactionsChanged>().message.text, "s1");
  EXPECT_EQ(muc.last<chat::ReactionsChanged>().emoji, std::vector<std::string>{"🐢"});
  // Some clients name the message by the id of its author.
  muc.room_says(MucScript::said_by("bob",
                                   "<body>&gt; tea?\nyes</body><reply xmlns='urn:xmpp:reply:0' id='m1' "
                                   "to='tea@muc.test/alice'/><fallback xmlns='urn:xmpp:fallback:0' "
                                   "for='urn:xmpp:reply:0'><body start='0' end='7'/></fallback>" +
                                       MucScript::stanza_id("s3"),
                                   "m3"));
  EXPECT_EQ(muc.last<chat::MessageReceived>().content.reply_to.text, "s1");
  EXPECT_EQ(muc.last<chat::MessageReceived>().content.text, "yes");
}

TEST(MucMessage, ShowsWhoWritesAndWhoHasRead) {
  MucScript muc;
  muc.is_in("alice");
  muc.room_says(MucScript::said_by("alice", "<composing xmlns='http://jabber.org/protocol/chatstates'/>"));
  EXPECT_TRUE(muc.last<chat::Typing>().typing);
  muc.room_says(MucScript::said_by("alice", "<displayed xmlns='urn:xmpp:chat-markers:0' id='s1'/>"));
  EXPECT_EQ(muc.last<chat::ReadUpTo>().message.text, "s1");
}

TEST(MucTopic, IsToldWithItsAuthor) {
  MucScript muc;
  muc.is_in("alice");
  muc.room_says(MucScript::said_by("alice", "<subject>Scones</subject>"));
  muc.owner_hears("TopicChanged tea@muc.test by alice: Scones");
}

TEST(MucMessage, OfTheRoomItselfIsANotice) {
  MucScript muc;
  muc.is_in("alice");
  muc.room_says(MucScript::said_by("", "<body>This room is logged</body>"));
  muc.owner_hears("Notice in tea@muc.test from tea@muc.test: This room is logged");
}

TEST(MucSettings, AreAskedForAnewWhenTheyChange) {
  MucScript muc;
  muc.is_in("alice");
  muc.room_says(MucScript::said_by("", MucScript::user("<status code='104'/>")));
  muc.take();
  muc.room_tells_settings("<feature var='muc_moderated'/>");
  muc.owner_hears("RoomChanged tea@muc.test moderated");
}

TEST(MucPrivate, MessagesGoBothWays) {
  MucScript muc;
  muc.is_in("alice");
  muc.room_says(
      "<message from='tea@muc.test/alice' to='bridge-dev@irc.example.org/room' type='chat' id='p1'>"
      "<body>psst</body><x xmlns='http://jabber.org/protocol/muc#user'/></message>");
  muc.owner_hears("Message in tea@muc.test/tea@muc.test/alice <alice> psst id=p1");
  muc.owner_asks(chat::SendMessage{{tea, chat::PersonId{"tea@muc.test/alice"}}, chat::plain("yes?")});
  const auto said = muc.take();
  ASSERT_EQ(said.size(), 2u);  // the message, and the ping to ourselves behind it
  EXPECT_EQ(said[0].get("to"), "tea@muc.test/alice");
  EXPECT_EQ(said[0].get("type"), "chat");
  EXPECT_NE(said[0].child("x", xmpp::ns::muc_user), nullptr);
  muc.owner_hears_nothing();
  muc.room_says("<iq type='result' from='irc.example.org' to='irc.example.org' id='" + muc.said_id() + "'/>");
  EXPECT_EQ(muc.last<chat::Done>().command, chat::CommandId{2});
}

TEST(MucPrivate, MessageThatIsRefusedFails) {
  MucScript muc;
  muc.is_in("alice");
  muc.owner_asks(chat::SendMessage{{tea, chat::PersonId{"tea@muc.test/bob"}}, chat::plain("there?"), 7});
  const std::string id{xml("<all>" + muc.link.output.text + "</all>").children.at(0).get("id")};
  muc.room_says(
      "<message type='error' from='tea@muc.test/bob' to='bridge-dev@irc.example.org/room' id='" + id +
      "'><error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>");
  muc.owner_hears("Failed 2 refused not_found: item-not-found");
}

TEST(MucInvitation, IsToldInBothForms) {
  MucScript muc;
  muc.room_says(
      "<message from='coffee@muc.test' to='bridge-dev@irc.example.org'>" +
      MucScript::user("<invite from='alice@example.org/x'><reason>come</reason></invite><password>beans</password>") +
      "</message>");
  muc.room_says(
      "<message from='alice@example.org/x' to='bridge-dev@irc.example.org/room'><x xmlns='jabber:x:conference' "
      "jid='coffee@muc.test' reason='come'/></message>");
  muc.owner_hears("Invited to coffee@muc.test by alice", "Invited to coffee@muc.test by alice");
  EXPECT_EQ(muc.last<chat::Invited>().reason, "come");
}

TEST(MucQuestion, OfOthersIsAnswered) {
  MucScript muc;
  muc.is_in("alice");
  const auto asks = [&muc](const std::string& payload) {
    muc.room_says("<iq type='get' id='q' from='tea@muc.test/alice' to='bridge-dev@irc.example.org/room'>" + payload +
                  "</iq>");
    return muc.take().at(0);
  };
  EXPECT_EQ(asks("<ping xmlns='urn:xmpp:ping'/>").get("type"), "result");
  EXPECT_EQ(asks("<query xmlns='jabber:iq:version'/>").children.at(0).child_text("name", "jabber:iq:version"),
            "dragoman");
  EXPECT_EQ(asks("<query xmlns='http://jabber.org/protocol/disco#info'/>").get("type"), "result");
  EXPECT_EQ(asks("<vCard xmlns='vcard-temp'/>").get("type"), "error");
}

}  // namespace
}  // namespace dragoman::test
