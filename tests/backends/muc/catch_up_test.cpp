#include <algorithm>

#include <gtest/gtest.h>

#include "tests/support/muc_script.hpp"

namespace dragoman::test {
namespace {

using namespace std::chrono_literals;

constexpr const char* key = "room tea@muc.test";

/// Lost and back in the room; the question to its archive is the last that was asked.
void comes_back(MucScript& muc) {
  muc.link_breaks();
  muc.link_comes_back();
  muc.take();
  muc.comes("alice");
  muc.we_are_there();
  muc.subject_comes();
  muc.forget_heard();
}
std::string archive_question(const std::string& inside) {
  return "<iq type='set' id='ID' from='bridge-dev@irc.example.org/room' to='tea@muc.test'><query "
         "xmlns='urn:xmpp:mam:2' queryid='QUERY'>" +
         inside + "</query></iq>";
}

TEST(MucCatchUp, AsksForWhatCameBehindTheLastMessage) {
  MucScript muc;
  muc.is_in("alice");
  muc.says("alice", "before", "s1");
  comes_back(muc);
  muc.we_say(MucScript::settings_question +
             archive_question("<set xmlns='http://jabber.org/protocol/rsm'><max>100</max><after>s1</after></set>"));
  muc.archive_has("alice", "<body>while you were away</body>", "s2");
  muc.owner_hears("Message in tea@muc.test <alice> while you were away id=s2 replayed");
  EXPECT_TRUE(muc.last<chat::MessageReceived>().time.has_value());
  muc.archive_ends(false);
  muc.we_say(archive_question("<set xmlns='http://jabber.org/protocol/rsm'><max>100</max><after>s2</after></set>"));
  muc.archive_has("alice", "<body>and more</body>", "s3", "a2");
  muc.archive_ends();
  muc.owner_hears("Message in tea@muc.test <alice> and more id=s3 replayed");
  EXPECT_EQ(muc.documents[key], "2026-11-20T09:30:00Z\ns3");
}

TEST(MucCatchUp, LetsWhatIsSaidMeanwhileWait) {
  MucScript muc;
  muc.is_in("alice");
  muc.says("alice", "before", "s1");
  comes_back(muc);
  muc.take();
  muc.says("alice", "now", "s3", "m3");
  muc.says("alice", "now too", "s4", "m4");
  muc.owner_hears_nothing();
  muc.archive_has("alice", "<body>away</body>", "s2");
  muc.archive_has("alice", "<body>now</body>", "s3", "m3");
  muc.archive_ends();
  muc.owner_hears("Message in tea@muc.test <alice> away id=s2 replayed",
                  "Message in tea@muc.test <alice> now id=s3 replayed",
                  "Message in tea@muc.test <alice> now too id=s4");
}

TEST(MucCatchUp, GoesByTimeWhenTheArchiveHasForgottenTheMessage) {
  MucScript muc;
  muc.is_in("alice");
  muc.says("alice", "before", "s1");
  comes_back(muc);
  muc.take();
  muc.room_refuses("item-not-found");
  muc.we_say(
      archive_question("<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' "
                       "type='hidden'><value>urn:xmpp:mam:2</value></field>"
                       "<field var='start'><value>2026-11-20T09:00:00Z</value></field></x><set "
                       "xmlns='http://jabber.org/protocol/rsm'><max>100</max></set>"));
  muc.archive_has("alice", "<body>away</body>", "s2");
  muc.archive_ends();
  muc.owner_hears("Message in tea@muc.test <alice> away id=s2 replayed");
}

TEST(MucCatchUp, TellsTheGapWhereTheArchiveIsClosed) {
  MucScript muc;
  muc.is_in("alice");
  muc.says("alice", "before", "s1");
  comes_back(muc);
  muc.take();
  muc.room_refuses("forbidden");
  muc.owner_hears("HistoryGap tea@muc.test");
  EXPECT_EQ(muc.last<chat::HistoryGap>().since, muc.link.clock.utc());
  muc.says("alice", "now", "s9");
  muc.owner_hears("Message in tea@muc.test <alice> now id=s9");
}

TEST(MucCatchUp, ProvesWhatWeSaidBeforeTheLinkBroke) {
  MucScript muc;
  muc.is_in("alice");
  muc.says("alice", "before", "s1");
  muc.owner_asks(chat::SendMessage{in_tea, chat::plain("taken")});
  muc.take();
  const std::string taken = muc.said_id();
  muc.owner_asks(chat::SendMessage{in_tea, chat::plain("lost")});
  comes_back(muc);
  muc.take();
  muc.archive_has("bridge", "<body>taken</body>", "s2", taken);
  muc.owner_hears("Done 2 sent s2");
  muc.owner_asks(chat::SendMessage{in_tea, chat::plain("later")});
  muc.we_say_nothing();
  muc.archive_ends();
  const auto said = muc.take();
  ASSERT_GE(said.size(), 2U);
  EXPECT_EQ(said.at(0).child_text("body", xmpp::ns::component), "lost") << "before what was to be said after it";
  EXPECT_EQ(said.at(1).child_text("body", xmpp::ns::component), "later");
}

TEST(MucCatchUp, OfADocumentSaysNothingTwiceAfterARestart) {
  MucScript muc;
  muc.is_in("alice");
  muc.says("alice", "before", "s1");
  muc.owner_asks(chat::SendMessage{in_tea, chat::plain("crash"), 77});
  muc.take();
  const std::string said = muc.said_id();
  muc.starts();  // the process was killed: no evidence came
  muc.owner_asks(chat::JoinRoom{tea, "bridge", {}});
  muc.take();
  muc.we_are_there();
  muc.subject_comes();
  muc.forget_heard();
  muc.take();
  const chat::CommandId again = muc.owner_asks(chat::SendMessage{in_tea, chat::plain("crash"), 77});
  muc.we_say_nothing();
  muc.archive_has("bridge", "<body>crash</body>", "s2", said);
  muc.archive_ends();
  muc.owner_hears("Done " + std::to_string(static_cast<std::uint64_t>(again)) + " sent s2");
  muc.we_say_nothing();
}

TEST(MucCatchUp, SendsWhatWaitedForIt) {
  MucScript muc;
  muc.is_in("alice");
  muc.says("alice", "before", "s1");
  comes_back(muc);
  muc.take();
  muc.owner_asks(chat::SendMessage{in_tea, chat::plain("hi")});
  muc.we_say_nothing();
  muc.archive_ends();
  EXPECT_EQ(muc.take().at(0).child_text("body", xmpp::ns::component), "hi");
}

TEST(MucCatchUp, ThatALostLinkEndsBeginsAnew) {
  MucScript muc;
  muc.is_in("alice");
  muc.says("alice", "before", "s1");
  comes_back(muc);
  muc.take();
  muc.says("alice", "held", "s2");
  muc.owner_asks(chat::SendMessage{in_tea, chat::plain("hi")});
  muc.link_breaks();
  muc.owner_hears("Failed 2 not_sent unavailable: the room was lost before the message was sent",
                  "Lost unavailable: the XMPP server is not connected");
  comes_back(muc);
  muc.we_say(MucScript::settings_question +
             archive_question("<set xmlns='http://jabber.org/protocol/rsm'><max>100</max><after>s1</after></set>"));
}

TEST(MucHistory, TakesThePlaceOfAnArchive) {
  MucScript muc;
  muc.owner_asks(chat::JoinRoom{tea, "bridge", {}});
  muc.we_are_there();
  muc.subject_comes();
  muc.take();
  muc.says("alice", "one", {}, "m1");
  muc.owner_asks(chat::SendMessage{in_tea, chat::plain("mine")});
  muc.take();
  const std::string mine = muc.said_id();
  muc.link_breaks();
  muc.forget();
  muc.link_comes_back();
  muc.we_say(
      "<presence from='bridge-dev@irc.example.org/room' to='tea@muc.test/bridge'><x "
      "xmlns='http://jabber.org/protocol/muc'><history since='2026-11-20T09:00:00Z'/></x></presence>");
  const std::string delay = "<delay xmlns='urn:xmpp:delay' from='tea@muc.test' stamp='2026-11-20T09:00:00Z'/>";
  muc.we_are_there();
  muc.room_says(MucScript::said_by("alice", "<body>one</body>" + delay, "m1"));
  muc.room_says(MucScript::said_by("bridge", "<body>mine</body>" + delay, mine));
  muc.room_says(MucScript::said_by("alice", "<body>two</body>" + delay, "m2"));
  muc.subject_comes();
  muc.owner_hears("Ready bridge", "RoomJoined tea@muc.test as bridge with", "Done 2 sent " + mine,
                  "Message in tea@muc.test <alice> two id=m2 replayed");
}

TEST(MucHistory, ThatMayNotBeAllIsAGap) {
  MucScript muc;
  muc.owner_asks(chat::JoinRoom{tea, "bridge", {}});
  muc.we_are_there();
  muc.subject_comes();
  muc.owner_asks(chat::SendMessage{in_tea, chat::plain("mine")});
  muc.link_breaks();
  muc.link_comes_back();
  muc.forget();
  muc.we_are_there();
  for (int i = 0; i < 20; ++i) {
    muc.room_says(MucScript::said_by(
        "alice", "<body>x</body><delay xmlns='urn:xmpp:delay' from='tea@muc.test' stamp='2026-11-20T10:00:00Z'/>",
        "h" + std::to_string(i)));
  }
  muc.subject_comes();
  EXPECT_TRUE(muc.last<chat::HistoryGap>().until.has_value());
  const auto said = muc.take();
  EXPECT_TRUE(std::any_of(said.begin(), said.end(), [](const xmpp::Element& each) {
    return each.child_text("body", xmpp::ns::component) == "mine";
  })) << "what nobody knows about is said again";
}

TEST(MucBook, IsFilledFromTheArchiveWithoutTellingAnybody) {
  MucScript muc;
  muc.owner_asks(chat::JoinRoom{tea, "bridge", {}});
  muc.comes("alice");
  muc.we_are_there();
  muc.subject_comes();
  muc.take();
  muc.room_tells_settings();
  muc.forget_heard();
  muc.we_say(archive_question("<set xmlns='http://jabber.org/protocol/rsm'><max>50</max><before/></set>"));
  muc.archive_has("alice", "<body>teh</body>", "s1", "m1");
  muc.archive_ends();
  muc.owner_hears_nothing();
  EXPECT_EQ(muc.documents[key], "2026-11-20T09:00:00Z\ns1");
  muc.room_says(MucScript::said_by(
      "alice", "<body>the</body><replace xmlns='urn:xmpp:message-correct:0' id='m1'/>" + MucScript::stanza_id("s2"),
      "m2"));
  EXPECT_EQ(muc.last<chat::MessageEdited>().edited.text, "s1");
}

TEST(MucGetHistory, EndsInAPage) {
  MucScript muc;
  muc.is_in("alice");
  chat::GetHistory get;
  get.conversation = in_tea;
  get.before = chat::MessageId{"s9"};
  get.limit = 2;
  muc.owner_asks(get);
  muc.we_say(archive_question("<set xmlns='http://jabber.org/protocol/rsm'><max>2</max><before>s9</before></set>"));
  muc.archive_has("alice", "<body>one</body>", "s1", "m1");
  muc.archive_has("alice", "<body>two</body>", "s2", "m2");
  const std::string retraction = "<retract xmlns='urn:xmpp:message-retract:1' id='s2'/>";
  muc.archive_has("alice", retraction, "s3", "m3");
  muc.archive_ends();
  muc.owner_hears("Done 2 all history: s1 s2");
  get.before = {};
  get.after = chat::MessageId{"s1"};
  muc.owner_asks(get);
  muc.we_say(archive_question("<set xmlns='http://jabber.org/protocol/rsm'><max>2</max><after>s1</after></set>"));
  muc.archive_has("alice", retraction, "s3", "m3");
  muc.archive_ends(false);
  muc.owner_hears("MessageRetracted tea@muc.test s2 by alice", "Done 3 history:");
}

}  // namespace
}  // namespace dragoman::test
