#include <gtest/gtest.h>

#include "tests/support/muc_script.hpp"

namespace dragoman::test {
namespace {

using namespace std::chrono_literals;

/// The room sends back what we said last.
void reflects(MucScript& muc, const std::string& inside, const std::string& stanza_id) {
  muc.room_says(
      MucScript::said_by("bridge", inside + (stanza_id.empty() ? "" : MucScript::stanza_id(stanza_id)), muc.said_id()));
}
void refuses(MucScript& muc, const std::string& condition, const std::string& text = {}, const std::string& id = {}) {
  muc.room_says("<message type='error' from='tea@muc.test' to='bridge-dev@irc.example.org/room' id='" +
                (id.empty() ? muc.said_id() : id) + "'><error type='cancel'><" + condition +
                " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>" +
                (text.empty() ? "" : "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>" + text + "</text>") +
                "</error></message>");
}
std::string own(const std::string& inside) {
  return "<message from='bridge-dev@irc.example.org/room' to='tea@muc.test' type='groupchat' id='ID'>" + inside +
         "</message>";
}
/// What its archive has told is nothing.
void is_in_again(MucScript& muc) {
  muc.comes("alice");
  muc.we_are_there();
  muc.subject_comes();
  muc.take();
  muc.archive_ends();
}
/// Of the messages among them.
std::vector<std::string> texts(const std::vector<xmpp::Element>& stanzas) {
  std::vector<std::string> found;
  for (const xmpp::Element& each : stanzas) {
    if (each.name == "message") found.push_back(each.child_text("body", xmpp::ns::component));
  }
  return found;
}
constexpr const char* origin = "<origin-id xmlns='urn:xmpp:sid:0' id='ID'/>";

TEST(MucSend, IsDoneWhenTheRoomHasSentItBack) {
  MucScript muc;
  muc.is_in("alice");
  muc.owner_asks(chat::SendMessage{in_tea, chat::plain("<al> hi")});
  muc.we_say(own(std::string{"<body>&lt;al&gt; hi</body>"} + origin));
  muc.owner_hears_nothing();
  reflects(muc, "<body>&lt;al&gt; hi</body>", "s1");
  muc.owner_hears("Done 2 sent s1");
}

TEST(MucSend, CarriesFormatFilesAndItsWay) {
  MucScript muc;
  muc.is_in("alice");
  chat::Content content = chat::plain("look at this");
  content.spans.push_back({chat::Span::Kind::bold, 0, 4, {}});
  content.via = "one two";
  muc.owner_asks(chat::SendMessage{in_tea, content});
  muc.we_say(own(std::string{"<body>*look* at this</body>"} + origin +
                 "<via xmlns='urn:dragoman:via:0' id='one'/><via xmlns='urn:dragoman:via:0' id='two'/>"));
  chat::Content file;
  chat::Attachment picture;
  picture.url = "https://up.test/tea.png";
  picture.name = "tea.png";
  picture.media_type = "image/png";
  file.attachments.push_back(picture);
  muc.owner_asks(chat::SendMessage{in_tea, file});
  const auto said = muc.take();
  EXPECT_EQ(said.at(0).child_text("body", xmpp::ns::component), "https://up.test/tea.png");
  EXPECT_NE(said.at(0).child("x", "jabber:x:oob"), nullptr);
  EXPECT_NE(said.at(0).child("file-sharing", "urn:xmpp:sfs:0"), nullptr);
}

TEST(MucSend, RepliesToTheMessageAndItsAuthor) {
  MucScript muc;
  muc.is_in("alice");
  muc.says("alice", "tea?", "s1");
  chat::Content content = chat::plain("yes");
  content.reply_to = chat::MessageId{"s1"};
  muc.owner_asks(chat::SendMessage{in_tea, content});
  muc.we_say(own(std::string{"<body>&gt; tea?\nyes</body>"} + origin +
                 "<reply xmlns='urn:xmpp:reply:0' to='tea@muc.test/alice' id='s1'/><fallback "
                 "xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body start='0' end='7'/></fallback>"));
}

TEST(MucEditing, NamesTheStanzaAndRetractionsTheArchive) {
  MucScript muc;
  muc.is_in("alice");
  muc.owner_asks(chat::SendMessage{in_tea, chat::plain("teh")});
  muc.take();
  const std::string first = muc.said_id();
  reflects(muc, "<body>teh</body>", "s1");
  muc.owner_asks(chat::EditMessage{in_tea, chat::MessageId{"s1"}, chat::plain("the")});
  EXPECT_EQ(muc.take().at(0).child("replace", "urn:xmpp:message-correct:0")->get("id"), first);
  reflects(muc, "<body>the</body>", "s2");
  muc.owner_asks(chat::React{in_tea, chat::MessageId{"s1"}, {"👍"}});
  EXPECT_EQ(muc.take().at(0).child("reactions", "urn:xmpp:reactions:0")->get("id"), "s1");
  reflects(muc, {}, "s3");
  muc.owner_asks(chat::RetractMessage{in_tea, chat::MessageId{"s1"}, {}});
  EXPECT_EQ(muc.take().at(0).child("retract", "urn:xmpp:message-retract:1")->get("id"), "s1");
  reflects(muc, {}, "s4");
  muc.owner_hears("Done 2 sent s1", "Done 3 sent s2", "Done 4 sent s3", "Done 5 sent s4");
}

TEST(MucEditing, OfAMessageThatNobodyKnowsIsRefused) {
  MucScript muc;
  muc.is_in("alice");
  muc.owner_asks(chat::EditMessage{in_tea, chat::MessageId{"s9"}, chat::plain("the")});
  muc.owner_hears("Failed 2 refused not_found: the message that is to be edited is too old for this room");
}

TEST(MucSend, ThatTheRoomRefusesFailsWithItsWords) {
  MucScript muc;
  muc.is_in("alice");
  muc.owner_asks(chat::SendMessage{in_tea, chat::plain("hi")});
  muc.take();
  refuses(muc, "forbidden", "Visitors may not speak");
  muc.owner_hears("Failed 2 refused forbidden: Visitors may not speak");
}

TEST(MucSend, ThatIsTooFastIsSaidAgainInOrder) {
  MucScript muc;
  muc.is_in("alice");
  muc.owner_asks(chat::SendMessage{in_tea, chat::plain("one")});
  muc.take();
  refuses(muc, "resource-constraint", "Traffic rate limit is exceeded");
  muc.owner_asks(chat::SendMessage{in_tea, chat::plain("two")});
  muc.we_say_nothing();
  muc.time_passes(5s);
  const auto said = muc.take();
  ASSERT_EQ(said.size(), 2u);
  EXPECT_EQ(said[0].child_text("body", xmpp::ns::component), "one");
  EXPECT_EQ(said[1].child_text("body", xmpp::ns::component), "two");
  reflects(muc, "<body>two</body>", "s2");
  muc.owner_hears("Done 3 sent s2");
}

TEST(MucSend, WhileTheServerOfTheRoomIsAwayWaitsForWhatThePingSays) {
  MucScript muc;
  muc.is_in("alice");
  muc.owner_asks(chat::SendMessage{in_tea, chat::plain("one")});
  muc.take();
  refuses(muc, "remote-server-timeout");
  EXPECT_EQ(muc.take().at(0).get("to"), "tea@muc.test/bridge");
  muc.room_refuses("not-acceptable", "tea@muc.test/bridge");
  muc.owner_hears_nothing();
  is_in_again(muc);
  EXPECT_EQ(texts(muc.take()), (std::vector<std::string>{"one"}));
}

TEST(MucSend, ToARoomThatHasForgottenUsIsSaidAgainInside) {
  MucScript muc;
  muc.is_in("alice");
  muc.owner_asks(chat::SendMessage{in_tea, chat::plain("one")});
  muc.take();
  refuses(muc, "not-acceptable");
  muc.owner_hears_nothing();
  muc.we_say(
      "<iq type='get' id='ID' from='bridge-dev@irc.example.org/room' to='tea@muc.test/bridge'><ping "
      "xmlns='urn:xmpp:ping'/></iq>");
  const std::string ping = muc.said_id();
  muc.owner_asks(chat::SendMessage{in_tea, chat::plain("two")});
  muc.take();
  const std::string two = muc.said_id();
  muc.room_says("<iq type='error' from='tea@muc.test/bridge' to='" + std::string{MucScript::us} + "' id='" + ping +
                "'><error type='cancel'><not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>");
  EXPECT_EQ(muc.take().at(0).name, "presence");
  refuses(muc, "not-acceptable", {}, two);  // it was on its way when we asked
  muc.owner_hears_nothing();
  is_in_again(muc);
  EXPECT_EQ(texts(muc.take()), (std::vector<std::string>{"one", "two"}));
}

TEST(MucSend, ToARoomThatDoesNotLetUsInAgainIsNotSent) {
  MucScript muc;
  muc.is_in("alice");
  muc.owner_asks(chat::SendMessage{in_tea, chat::plain("hi")});
  muc.take();
  refuses(muc, "not-acceptable");
  muc.take();
  muc.room_refuses("not-acceptable", "tea@muc.test/bridge");
  muc.take();
  muc.room_says(MucScript::presence("bridge",
                                    "<error type='cancel'><remote-server-timeout "
                                    "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>",
                                    "error"));
  muc.owner_hears("Failed 2 not_sent unavailable: the room was lost before it took the message",
                  "RoomLeft tea@muc.test refused unavailable: remote-server-timeout");
}

TEST(MucSend, WhoseServerEndsMeanwhileIsSaidAgain) {
  MucScript muc;
  muc.is_in("alice");
  muc.owner_asks(chat::SendMessage{in_tea, chat::plain("hi")});
  muc.take();
  const std::string message = muc.said_id();
  muc.room_says(MucScript::presence(
      "bridge", MucScript::user(MucScript::item("none", "none") + "<status code='110'/><status code='332'/>"),
      "unavailable"));
  muc.owner_hears("Failed 2 unsure unavailable: the room was lost, and nobody knows whether it took the message",
                  "RoomLeft tea@muc.test lost: the room's service is being shut down");
  refuses(muc, "remote-server-not-found", {}, message);
  muc.owner_hears_nothing();
}

TEST(MucSend, WhatWasRefusedBeforeTheLinkBrokeIsSaidInFrontOfWhatIsInDoubt) {
  MucScript muc;
  muc.is_in("alice");
  muc.owner_asks(chat::SendMessage{in_tea, chat::plain("one")});
  muc.take();
  const std::string one = muc.said_id();
  muc.owner_asks(chat::SendMessage{in_tea, chat::plain("two")});
  muc.take();
  refuses(muc, "remote-server-not-found", {}, one);
  muc.take();
  muc.link_breaks();
  muc.owner_hears("Lost unavailable: the XMPP server is not connected");
  muc.link_comes_back();
  is_in_again(muc);
  EXPECT_EQ(texts(muc.take()), (std::vector<std::string>{"one", "two"}));
}

// Prosody 0.12 and 13, core/stanza_router.lua: in the name of a room elsewhere, while it stops.
TEST(MucSend, WhileOurOwnServerStopsIsNotRefused) {
  constexpr const char* stops = "Communication with remote domains is not enabled";
  MucScript muc;
  muc.is_in("alice");
  muc.owner_asks(chat::SendMessage{in_tea, chat::plain("hi")});
  muc.take();
  refuses(muc, "not-allowed", stops);
  muc.take();
  muc.room_answers(
      "<error type='cancel'><not-allowed xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text "
      "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>" +
          std::string{stops} + "</text></error>",
      "error", "tea@muc.test/bridge");
  muc.owner_hears_nothing();
  muc.we_say_nothing();
  muc.link_breaks();
  muc.owner_hears("Failed 2 not_sent unavailable: the room was lost before the message was sent",
                  "Lost unavailable: the XMPP server is not connected");
}

TEST(MucSend, ThatAFilterRefusesIsRefused) {
  MucScript muc;
  muc.is_in("alice");
  muc.owner_asks(chat::SendMessage{in_tea, chat::plain("hi")});
  muc.take();
  refuses(muc, "not-acceptable", "No such words here");
  muc.take();
  muc.room_answers({}, "result", "tea@muc.test/bridge");
  muc.owner_hears("Failed 2 refused unacceptable: No such words here");
}

TEST(MucSend, WithoutEvidenceIsUnsureInTheEnd) {
  MucScript muc;
  muc.is_in("alice");
  muc.owner_asks(chat::SendMessage{in_tea, chat::plain("hi")});
  muc.take();
  muc.time_passes(30s);
  EXPECT_EQ(muc.take().at(0).get("to"), "tea@muc.test/bridge");
  muc.room_answers({}, "result", "tea@muc.test/bridge");
  muc.time_passes(30s);
  muc.owner_hears("Failed 2 unsure timeout: the room has not sent the message back");
}

TEST(MucSend, OutsideOfTheRoomIsNotSent) {
  MucScript muc;
  muc.owner_asks(chat::SendMessage{in_tea, chat::plain("hi")});
  muc.is_in();
  muc.link_breaks();
  muc.forget();
  muc.owner_asks(chat::SendMessage{in_tea, chat::plain("hi")});
  muc.owner_hears("Failed 3 not_sent unavailable: the XMPP server is not connected");
}

TEST(MucSend, ThatNoServerTakesIsRefused) {
  MucScript muc;
  muc.is_in();
  muc.owner_asks(chat::SendMessage{in_tea, chat::plain(std::string(300'000, 'x'))});
  muc.owner_hears("Failed 2 refused too_long: the message is too long, or has something in it that no server takes");
  muc.we_say_nothing();
}

TEST(MucTopic, IsSetWhenTheRoomSaysSo) {
  MucScript muc;
  muc.is_in("alice");
  muc.owner_asks(chat::SetTopic{tea, "Scones"});
  muc.we_say(
      "<message type='groupchat' id='ID' from='bridge-dev@irc.example.org/room' to='tea@muc.test'>"
      "<subject>Scones</subject></message>");
  reflects(muc, "<subject>Scones</subject>", {});
  muc.owner_hears("Done 2");
  muc.owner_asks(chat::SetTopic{tea, "Jam"});
  muc.take();
  refuses(muc, "forbidden");
  muc.owner_hears("Failed 3 refused forbidden: forbidden");
  // Prosody sends it without its id.
  muc.owner_asks(chat::SetTopic{tea, "Cream"});
  muc.room_says(MucScript::said_by("bridge", "<subject>Cream</subject>", "other"));
  muc.owner_hears("Done 4");
  muc.room_says(MucScript::said_by("bridge", "<subject>Clotted</subject>", "other"));
  muc.owner_hears("TopicChanged tea@muc.test by bridge: Clotted");
}

TEST(MucStanding, IsAskedOfTheRoom) {
  MucScript muc;
  muc.is_in("alice");
  chat::SetStanding kick{tea, "alice", {}, chat::Role::none, std::nullopt, "enough"};
  muc.owner_asks(kick);
  muc.we_say(
      "<iq type='set' id='ID' from='bridge-dev@irc.example.org/room' to='tea@muc.test'><query "
      "xmlns='http://jabber.org/protocol/muc#admin'><item role='none' nick='alice'><reason>enough</reason></item>"
      "</query></iq>");
  muc.room_answers({});
  muc.owner_hears("Done 2");
  chat::SetStanding ban{tea, "alice", {}, std::nullopt, chat::Affiliation::outcast, {}};
  muc.owner_asks(ban);
  muc.owner_hears("Failed 3 refused not_found: the room does not show the address of alice");
  ban.mask = "alice@example.org";
  muc.owner_asks(ban);
  muc.take();
  muc.room_refuses("forbidden");
  muc.owner_hears("Failed 4 refused forbidden: forbidden");
}

TEST(MucModeration, IsAskedInTheVersionOfTheRoom) {
  MucScript muc;
  muc.is_in("alice");
  chat::RetractMessage spam{in_tea, chat::MessageId{"s1"}, "spam", true};
  muc.owner_asks(spam);
  muc.owner_hears("Failed 2 refused unsupported: this room lets nobody take back what others have said");
  muc.room_says(MucScript::said_by("", MucScript::user("<status code='104'/>")));
  muc.take();
  muc.room_tells_settings("<feature var='urn:xmpp:message-moderate:1'/>");
  muc.owner_asks(spam);
  muc.we_say(
      "<iq type='set' id='ID' from='bridge-dev@irc.example.org/room' to='tea@muc.test'><moderate "
      "xmlns='urn:xmpp:message-moderate:1' id='s1'><retract xmlns='urn:xmpp:message-retract:1'/><reason>spam</reason>"
      "</moderate></iq>");
}

TEST(MucInvite, GoesThroughTheRoom) {
  MucScript muc;
  muc.is_in("alice");
  muc.owner_asks(chat::Invite{tea, chat::PersonId{"bob@example.org"}, "come"});
  muc.we_say(
      "<message from='bridge-dev@irc.example.org/room' to='tea@muc.test'><x "
      "xmlns='http://jabber.org/protocol/muc#user'><invite to='bob@example.org'><reason>come</reason></invite></x>"
      "</message>");
  muc.owner_hears("Done 2");
}

TEST(MucCommand, ThatXmppHasNotIsRefused) {
  MucScript muc;
  muc.owner_asks(chat::Run{"WHOIS bob"});
  muc.owner_hears("Failed 1 refused unsupported: XMPP has no lines that could be sent");
}

}  // namespace
}  // namespace dragoman::test
