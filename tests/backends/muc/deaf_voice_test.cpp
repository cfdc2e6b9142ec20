#include <gtest/gtest.h>

#include "backends/muc/own_id.hpp"
#include "tests/support/muc_script.hpp"

// A voice that another one hears for: somebody of a bridge who speaks in a room themselves.
namespace dragoman::test {
namespace {

using namespace std::chrono_literals;

/// In the room, which has an archive.
void is_in_a_room_with_archive(MucScript& muc) {
  muc.is_in("alice");
  muc.room_tells_settings();
  muc.forget();
}
void enters_again(MucScript& muc) {
  muc.link_breaks();
  muc.link_comes_back();
  muc.we_are_there();
  muc.subject_comes();
}

TEST(MucOwnIds, AreKnownAgainInTheirRoomOnly) {
  using namespace backends::muc;
  const std::string id = make_own_id("key", "tea@muc.test", "something");
  EXPECT_EQ(id.size(), 32U);
  EXPECT_EQ(id, make_own_id("key", "tea@muc.test", "something"));
  EXPECT_TRUE(is_own_id("key", "tea@muc.test", id));
  EXPECT_FALSE(is_own_id("key", "jam@muc.test", id));
  EXPECT_FALSE(is_own_id("other", "tea@muc.test", id));
  EXPECT_FALSE(is_own_id("key", "tea@muc.test", std::string(32, '0')));
  EXPECT_FALSE(is_own_id("key", "tea@muc.test", {}));
}

TEST(MucOwnIds, TellThatAnotherVoiceOfOursSpoke) {
  MucScript muc;
  muc.is_in("alice", "bob");
  muc.says("bob", "hi", "s1", backends::muc::make_own_id("a key", MucScript::room, "by a voice of another domain"));
  EXPECT_TRUE(muc.last<chat::MessageReceived>().author.self);
  muc.says("alice", "hi", "s2");
  EXPECT_FALSE(muc.last<chat::MessageReceived>().author.self);
}

TEST(MucDeafVoice, AsksTheArchiveWhatBecameOfItsOwn) {
  MucScript muc{true};
  is_in_a_room_with_archive(muc);
  const chat::CommandId said = muc.owner_asks(chat::SendMessage{in_tea, chat::plain("hello"), 7});
  muc.take();
  const std::string id = muc.said_id();
  enters_again(muc);
  muc.take();  // its presence, what it asks of the room, and the archive
  muc.forget_heard();
  muc.archive_has("alice", "<body>something else</body>", "a1", "x");
  muc.owner_hears_nothing();
  muc.archive_has("bridge", "<body>hello</body>", "a2", id);
  EXPECT_EQ(muc.last<chat::Done>().command, said);
  EXPECT_EQ(std::get<chat::Sent>(muc.last<chat::Done>().answer).ids.at(0).text, "a2");
}

TEST(MucDeafVoice, SaysAgainWhatTheArchiveHasNot) {
  MucScript muc{true};
  is_in_a_room_with_archive(muc);
  muc.owner_asks(chat::SendMessage{in_tea, chat::plain("hello"), 7});
  muc.take();
  enters_again(muc);
  muc.take();
  muc.forget_heard();
  muc.archive_ends();
  const auto said = muc.take();
  ASSERT_EQ(said.size(), 1U);
  EXPECT_EQ(said.at(0).child_text("body", xmpp::ns::component), "hello");
}

TEST(MucDeafVoice, AsksForNothingWhenNothingIsInDoubt) {
  MucScript muc{true};
  is_in_a_room_with_archive(muc);
  enters_again(muc);
  for (const xmpp::Element& each : muc.take()) EXPECT_EQ(each.child("query", xmpp::ns::mam), nullptr);
}

TEST(MucDeafVoice, FindsWhatItEditsInTheArchive) {
  MucScript muc{true};
  is_in_a_room_with_archive(muc);
  muc.owner_asks(chat::EditMessage{in_tea, chat::MessageId{"s1"}, chat::plain("the")});
  muc.owner_asks(chat::SendMessage{in_tea, chat::plain("next")});
  const auto asked = muc.take();
  ASSERT_EQ(asked.size(), 1U) << "what follows waits";
  EXPECT_NE(asked.at(0).child("query", xmpp::ns::mam), nullptr);
  muc.archive_has("bridge", "<body>teh</body>", "s1", "stanza-of-teh");
  muc.archive_ends();
  const auto said = muc.take();
  ASSERT_EQ(said.size(), 2U);
  EXPECT_EQ(said.at(0).child("replace", "urn:xmpp:message-correct:0")->get("id"), "stanza-of-teh");
  EXPECT_EQ(said.at(1).child_text("body", xmpp::ns::component), "next");
}

TEST(MucDeafVoice, GivesUpAnEditOfWhatNobodyKnows) {
  MucScript muc{true};
  is_in_a_room_with_archive(muc);
  muc.owner_asks(chat::EditMessage{in_tea, chat::MessageId{"s1"}, chat::plain("the")});
  muc.take();
  muc.archive_ends();
  muc.owner_hears("Failed 2 refused not_found: the message that is to be edited is too old for this room");
}

TEST(MucDeafVoice, TakesItsNicknameWhenItIsFreeAndAsksForItOnlyThen) {
  MucScript muc{true};
  muc.owner_asks(chat::JoinRoom{tea, "bridge", {}});
  muc.take();
  muc.room_says("<presence type='error' from='tea@muc.test/bridge' to='" + std::string{MucScript::us} +
                "'><error type='cancel'><conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></presence>");
  muc.take();
  muc.we_are_there("bridge[irc]");
  muc.subject_comes();
  EXPECT_EQ(muc.take().size(), 1U) << "it asks what the room is like, and for no other name";
  muc.room_says(MucScript::presence("alice", MucScript::user(MucScript::item("none", "none")), "unavailable"));
  muc.we_say_nothing();
  muc.room_says(MucScript::presence("bridge", MucScript::user(MucScript::item("none", "none")), "unavailable"));
  EXPECT_EQ(muc.take().at(0).get("to"), "tea@muc.test/bridge");
}

TEST(MucStanding, WritesTheAddressOfWhoIsMadeAMember) {
  MucScript muc;
  muc.is_in();
  chat::SetStanding member{tea, {}, "al ice@irc.example.org", std::nullopt, chat::Affiliation::member, {}};
  muc.owner_asks(member);
  const auto asked = muc.take();
  const xmpp::Element* query = asked.at(0).child("query", "http://jabber.org/protocol/muc#admin");
  ASSERT_NE(query, nullptr);
  EXPECT_EQ(query->child("item", query->ns)->get("jid"), "al\\20ice@irc.example.org");
}

}  // namespace
}  // namespace dragoman::test
