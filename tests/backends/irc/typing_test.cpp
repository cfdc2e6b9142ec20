#include "support/irc_script.hpp"

// ircv3.net: client-tags/typing; XEP-0085. Others forget "active" after 6 s, "paused" after 30 s.

namespace dragoman::test {
namespace {

using namespace std::chrono_literals;
using chat::PersonId;
using chat::RoomId;

constexpr const char* with_tags = "batch echo-message labeled-response message-tags";

TEST(IrcTyping, IsToldToPeopleAndNotTooOften) {
  IrcScript irc;
  irc.is_ready("CHANTYPES=#", with_tags);
  const chat::Conversation bob{{}, PersonId{"bob"}};
  irc.owner_asks(chat::SetTyping{bob, true});
  irc.we_say("@label=1;+typing=active TAGMSG bob");
  irc.owner_asks(chat::SetTyping{bob, true});
  irc.we_say_nothing();
  irc.time_passes(3s);
  irc.owner_asks(chat::SetTyping{bob, true});
  irc.we_say("@label=2;+typing=active TAGMSG bob");
  irc.owner_asks(chat::SetTyping{bob, false});
  irc.we_say("@label=3;+typing=done TAGMSG bob");
}

TEST(IrcTyping, OfOthersEndsByItselfOrWithWhatTheySay) {
  IrcScript irc;
  irc.is_ready("CHANTYPES=#", with_tags);
  irc.server_says("@+typing=active :bob!b@h TAGMSG alice");
  irc.owner_hears("Typing bob");
  EXPECT_TRUE(std::get<chat::Typing>(irc.events.back()).typing);
  irc.time_passes(5900ms);
  irc.owner_hears();
  irc.time_passes(100ms);
  irc.owner_hears("Typing bob");
  EXPECT_FALSE(std::get<chat::Typing>(irc.events.back()).typing);
  irc.server_says("@+typing=active :bob!b@h TAGMSG alice", ":bob!b@h PRIVMSG alice :hi");
  irc.heard();
  irc.time_passes(31s);
  irc.owner_hears();
  irc.server_says("@+typing=active :bob!b@h TAGMSG #tea");
  irc.owner_hears();
}

TEST(IrcTyping, IsSaidAgainWhileItGoesOnAndNotForEver) {
  IrcScript irc;
  irc.is_ready("CHANTYPES=#", with_tags);
  const chat::Conversation bob{{}, PersonId{"bob"}};
  irc.owner_asks(chat::SetTyping{bob, true});
  irc.we_say("@label=1;+typing=active TAGMSG bob");
  irc.time_passes(5s);
  irc.we_say("@label=2;+typing=active TAGMSG bob");
  irc.quiet_time_passes(80s);
  std::size_t times = 0;
  for (const std::string& line : irc.said()) times += line.find("+typing=active") != std::string::npos ? 1 : 0;
  EXPECT_GE(times, 10u);
  EXPECT_LE(times, 15u);  // a client that is gone does not type for ever
}

TEST(IrcTyping, EndsWithWhatIsSaid) {
  IrcScript irc;
  irc.is_ready("CHANTYPES=#", with_tags);
  const chat::Conversation bob{{}, PersonId{"bob"}};
  irc.owner_asks(chat::SetTyping{bob, true});
  irc.owner_asks(chat::SendMessage{bob, chat::plain("hi")});
  irc.server_says("@label=2 :alice!a@h PRIVMSG bob :hi");
  irc.forget();
  irc.time_passes(20s);
  irc.we_say();
  irc.owner_asks(chat::SetTyping{bob, true});
  irc.owner_asks(chat::SetTyping{bob, false});
  irc.forget();
  irc.time_passes(5s);
  irc.we_say();
}

TEST(IrcTyping, ToNobodyIsNoNewsAndSaidOnce) {
  for (const bool labels : {true, false}) {
    IrcScript irc;
    irc.is_ready("CHANTYPES=#", labels ? with_tags : "message-tags");
    irc.owner_asks(chat::SetTyping{{{}, PersonId{"bob"}}, true});
    irc.server_says(std::string{labels ? "@label=1 " : ""} + ":irc.test 401 alice bob :No such nick");
    irc.owner_hears("Done 1");
    irc.forget();
    irc.time_passes(20s);
    irc.we_say();
  }
}

TEST(IrcTyping, IsNotToldToChannels) {
  IrcScript irc;
  irc.is_ready("CHANTYPES=#", with_tags);
  irc.is_in("#tea", "alice bob");
  irc.owner_asks(chat::SetTyping{{RoomId{"#tea"}, {}}, true});
  irc.we_say();
  irc.owner_hears("Done 2");
}

TEST(IrcTyping, IsToldToChannelsAndHeardThereWhereTheOperatorSaysSo) {
  IrcScript irc;
  irc.tells_channels_who_types();
  irc.is_ready("CHANTYPES=#", with_tags);
  irc.is_in("#tea", "alice bob");
  irc.owner_asks(chat::SetTyping{{RoomId{"#tea"}, {}}, true});
  EXPECT_TRUE(irc.said().front().ends_with(";+typing=active TAGMSG #tea"));
  irc.owner_hears("Done 2");
  irc.server_says("@+typing=active :bob!b@h TAGMSG #tea");
  irc.owner_hears("Typing #tea");
  const auto& typing = std::get<chat::Typing>(irc.events.back());
  EXPECT_EQ(typing.conversation.room.text, "#tea");
  EXPECT_TRUE(typing.conversation.is_room() && typing.typing);
  irc.server_says(":bob!b@h PRIVMSG #tea :hi");
  irc.forget();
  irc.time_passes(10s);  // what is said ends it
  irc.owner_hears();
  irc.server_says("@+typing=active :mallory!m@h TAGMSG #tea", "@+typing=active :bob!b@h TAGMSG #cake");
  irc.owner_hears();  // who is not there, and a channel that we are not in
}

}  // namespace
}  // namespace dragoman::test
