#include "support/irc_script.hpp"

// ircv3.net/specs/extensions/channel-rename, with its own examples.

namespace dragoman::test {
namespace {

using namespace std::chrono_literals;
using chat::RoomId;

void is_ready_for_names(IrcScript& irc) {
  irc.is_ready("CHANTYPES=# PREFIX=(ov)@+ CASEMAPPING=ascii NICKLEN=30", "draft/channel-rename");
}

TEST(IrcChannelRename, MovesTheRoomAndLetsInWhoeverGoesAlong) {
  IrcScript irc;
  is_ready_for_names(irc);
  irc.is_in("#boaring", "alice @nick", "+nt");
  irc.server_says(":nick!user@host RENAME #boaring #boring :Typo fix");
  irc.owner_hears("RoomLeft #boaring moved by nick to #boring: Typo fix");
  irc.server_says(":nick!user@host MODE #boring +v alice");
  irc.forget();
  irc.owner_asks(chat::JoinRoom{RoomId{"#boring"}, "alice", {}});
  irc.owner_hears("RoomJoined #boring as +alice with @nick", "RoomChanged #boring topic_locked", "Done 2");
  irc.we_say();
  irc.quiet_time_passes(70s);
  irc.server_says(":nick!user@host PRIVMSG #boring :still here?");
  irc.owner_hears("Message in #boring <nick> still here?");
}

TEST(IrcChannelRename, IsLeftAfterAMinuteWhenNobodyGoesAlong) {
  IrcScript irc;
  is_ready_for_names(irc);
  irc.is_in("#coding", "alice @nick");
  irc.server_says(":nick!user@host RENAME #coding #programming :");
  irc.owner_hears("RoomLeft #coding moved by nick to #programming");
  irc.quiet_time_passes(59s);
  irc.we_say();
  irc.time_passes(1s);
  irc.we_say("PART #programming");
  irc.server_says(":alice!a@h PART #programming");
  irc.owner_hears();
}

TEST(IrcChannelRename, IsForgottenWithTheLink) {
  IrcScript irc;
  is_ready_for_names(irc);
  irc.is_in("#coding", "alice @nick");
  irc.server_says(":nick!user@host RENAME #coding #programming :");
  irc.drops();
  irc.forget();
  is_ready_for_names(irc);
  irc.quiet_time_passes(70s);
  irc.we_say();
}

TEST(IrcChannelRename, OfTheCaseAloneIsNoMove) {
  IrcScript irc;
  is_ready_for_names(irc);
  irc.is_in("#tea", "alice");
  irc.server_says(":nick!user@host RENAME #tea #Tea :");
  irc.owner_hears();
  irc.owner_asks(chat::LeaveRoom{RoomId{"#tea"}, {}});
  irc.we_say("PART #Tea");
}

TEST(IrcChannelRename, RedirectsWhoAsksForTheOldName) {
  IrcScript irc;
  is_ready_for_names(irc);
  irc.owner_asks(chat::JoinRoom{RoomId{"#foo"}, "alice", {}});
  irc.server_says("FAIL JOIN CHANNEL_RENAMED #foo #bar :The channel has been renamed");
  irc.owner_hears("RoomLeft #foo moved to #bar: The channel has been renamed",
                  "Failed 1 refused not_found: the channel is called #bar now");
}

TEST(IrcChannelRename, ThatIsRefusedHasTheReason) {
  IrcScript irc;
  is_ready_for_names(irc);
  irc.is_in("#evil", "@alice");
  irc.owner_asks(chat::Run{"RENAME #evil #good :Don't be evil"});
  irc.server_says(":irc.example.com FAIL RENAME CHANNEL_NAME_IN_USE #evil #good :Channel already exists");
  const auto heard = irc.heard();
  ASSERT_EQ(heard.size(), 1u);
  EXPECT_TRUE(heard[0].starts_with("Failed 2 refused ") && heard[0].ends_with("Channel already exists")) << heard[0];
}

}  // namespace
}  // namespace dragoman::test
