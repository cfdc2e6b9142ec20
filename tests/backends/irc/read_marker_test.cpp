#include "support/irc_script.hpp"

// ircv3.net/specs/extensions/read-marker, with its own examples.

namespace dragoman::test {
namespace {

using namespace std::chrono_literals;
using chat::MarkRead;
using chat::PersonId;
using chat::RoomId;

constexpr Timestamp example{std::chrono::sys_days{std::chrono::year{2019} / 1 / 4} + 14h + 33min + 26s + 123ms};
const chat::Conversation channel{RoomId{"#channel"}, {}};

void is_ready_for_marks(IrcScript& irc) {
  irc.is_ready("CHANTYPES=# CASEMAPPING=ascii NICKLEN=30", "draft/read-marker server-time");
}

TEST(IrcReadMarker, NamesTheMessageByItsTime) {
  IrcScript irc;
  is_ready_for_marks(irc);
  irc.is_in("#channel");
  irc.owner_asks(MarkRead{channel, {}, example});
  irc.we_say("MARKREAD #channel timestamp=2019-01-04T14:33:26.123Z", "PING d1");
  irc.server_says(":irc.host MARKREAD #channel timestamp=2019-01-04T14:33:26.123Z");
  irc.owner_hears("Done 2");
}

TEST(IrcReadMarker, OnlyGoesForward) {
  IrcScript irc;
  is_ready_for_marks(irc);
  irc.is_in("#channel");
  irc.server_says(":irc.host MARKREAD #channel timestamp=2019-01-04T14:33:26.123Z",
                  ":irc.host MARKREAD #channel timestamp=2019-01-04T14:33:25.000Z", ":irc.host MARKREAD #channel *",
                  ":irc.host MARKREAD #channel timestamp=nonsense");
  irc.owner_hears("ReadUpTo #channel");
  EXPECT_EQ(std::get<chat::ReadUpTo>(irc.events.back()).time, example);
  EXPECT_TRUE(std::get<chat::ReadUpTo>(irc.events.back()).author.self);
  irc.owner_asks(MarkRead{channel, {}, example - 1s});
  irc.we_say();
  irc.owner_hears("Done 2");
}

TEST(IrcReadMarker, OfAChannelComesWithTheJoin) {
  IrcScript irc;
  is_ready_for_marks(irc);
  irc.owner_asks(chat::JoinRoom{RoomId{"#channel"}, "alice", {}});
  irc.server_says(":alice!a@h JOIN #channel", ":irc.host MARKREAD #channel timestamp=2019-01-04T14:33:26.123Z",
                  ":irc.test 353 alice = #channel :alice", ":irc.test 366 alice #channel :End");
  irc.owner_hears("RoomJoined #channel as alice with", "ReadUpTo #channel", "Done 1");
}

TEST(IrcReadMarker, OfAPersonHasTheSameForm) {
  IrcScript irc;
  is_ready_for_marks(irc);
  irc.server_says(":irc.host MARKREAD target timestamp=2019-01-04T14:33:26.123Z");
  irc.owner_hears("ReadUpTo target");
  irc.owner_asks(MarkRead{{{}, PersonId{"bob"}}, {}, example});
  irc.we_say("MARKREAD bob timestamp=2019-01-04T14:33:26.123Z", "PING d1");
}

TEST(IrcReadMarker, ThatIsRefusedIsToldToNobodyElse) {
  IrcScript irc;
  is_ready_for_marks(irc);
  irc.is_in("#channel");
  irc.owner_asks(MarkRead{channel, {}, example});
  irc.server_says(":irc.host FAIL MARKREAD INTERNAL_ERROR #channel :The read timestamp could not be set");
  const auto heard = irc.heard();
  ASSERT_EQ(heard.size(), 1u);
  EXPECT_TRUE(heard[0].starts_with("Failed 2 refused")) << heard[0];
}

TEST(IrcReadMarker, HasAnotherNameOnAnOlderSoju) {
  IrcScript irc;
  irc.is_ready("CHANTYPES=# CASEMAPPING=ascii NICKLEN=30", "soju.im/read server-time");
  irc.is_in("#channel");
  irc.owner_asks(MarkRead{channel, {}, example});
  irc.we_say("READ #channel timestamp=2019-01-04T14:33:26.123Z", "PING d1");
  irc.server_says(":soju READ #channel timestamp=2019-01-04T14:33:26.123Z",
                  ":soju READ #channel timestamp=2019-01-04T14:34:00.000Z");
  irc.owner_hears("Done 2", "ReadUpTo #channel");
}

TEST(IrcReadMarker, NeedsTheCapabilityAndATime) {
  IrcScript old;
  old.is_ready();
  old.owner_asks(MarkRead{{{}, PersonId{"bob"}}, {}, example});
  old.we_say();
  old.owner_hears("Failed 1 refused unsupported: IRC does not have read marks here");
  IrcScript irc;
  is_ready_for_marks(irc);
  irc.owner_asks(MarkRead{{{}, PersonId{"bob"}}, chat::MessageId{"x"}, {}});
  irc.we_say();
  irc.owner_hears("Failed 1 refused unsupported: IRC names what is read by its time, which is unknown");
}

}  // namespace
}  // namespace dragoman::test
