#include "support/irc_script.hpp"

namespace dragoman::test {
namespace {

using chat::RoomId;
using chat::Span;

chat::SendMessage bold(const std::string& room, const std::string& text) {
  chat::SendMessage message{{RoomId{room}, {}}, chat::plain(text)};
  message.content.spans.push_back({Span::Kind::bold, 0, text.size(), {}});
  return message;
}

TEST(IrcFormattingExchange, WritesCodesWhereAChannelTakesThem) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea");
  irc.is_in("#plain", "alice", "+c");
  irc.is_in("#stripped", "alice", "+S");
  irc.owner_asks(bold("#tea", "strong"));
  irc.owner_asks(bold("#plain", "strong"));
  irc.owner_asks(bold("#stripped", "strong"));
  const auto said = irc.said();
  EXPECT_EQ(said[0], "PRIVMSG #tea :\x02strong\x02");
  EXPECT_NE(std::find(said.begin(), said.end(), "PRIVMSG #plain :strong"), said.end());
  EXPECT_NE(std::find(said.begin(), said.end(), "PRIVMSG #stripped :strong"), said.end());
}

TEST(IrcFormattingExchange, SaysItAgainWithoutCodesWhenTheyAreRefused) {
  for (const char* numeric : {"404", "408"}) {
    IrcScript irc;
    irc.is_ready();
    irc.is_in("#tea");
    irc.owner_asks(bold("#tea", "strong"));
    irc.we_say("PRIVMSG #tea :\x02strong\x02", "PING d1");
    irc.server_says(":irc.test " + std::string{numeric} + " alice #tea :Can't send colors to channel (+c is set)");
    irc.we_say("PRIVMSG #tea :strong");
    irc.owner_hears();
    irc.server_says(":irc.test PONG irc.test :d1");
    irc.we_say("PING d2");
    irc.server_says(":irc.test PONG irc.test :d2");
    irc.owner_hears("Done 2 sent");
    irc.owner_asks(bold("#tea", "again"));
    EXPECT_EQ(irc.said().front(), "PRIVMSG #tea :again");
    irc.server_says(":irc.test 404 alice #tea :Cannot send to channel");
    irc.owner_hears("Failed 3 refused forbidden: Cannot send to channel");
    irc.server_says(":irc.test MODE #tea -c");
    irc.owner_asks(bold("#tea", "free"));
    EXPECT_EQ(irc.said().back(),
              "PRIVMSG #tea :\x02"
              "free\x02");
  }
}

TEST(IrcFormattingExchange, GivesUpWhenItIsRefusedWithoutCodesToo) {
  IrcScript irc;
  irc.is_ready("CHANTYPES=#", "message-tags batch labeled-response echo-message");
  irc.is_in("#tea");
  irc.owner_asks(bold("#tea", "strong"));
  irc.we_say("@label=1 PRIVMSG #tea :\x02strong\x02");
  irc.server_says("@label=1 :irc.test 404 alice #tea :Cannot send to channel (+m is set)");
  irc.we_say("@label=2 PRIVMSG #tea :strong");
  irc.server_says("@label=2 :irc.test 404 alice #tea :Cannot send to channel (+m is set)");
  irc.owner_hears("Failed 2 refused forbidden: Cannot send to channel (+m is set)");
}

TEST(IrcFormattingExchange, ShowsQuotationsBySigns) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea");
  chat::SendMessage message{{RoomId{"#tea"}, {}}, chat::plain("tea or\ncoffee?\ntea")};
  message.content.spans.push_back({Span::Kind::quote, 0, 14, {}});
  irc.owner_asks(message);
  irc.we_say("PRIVMSG #tea :> tea or", "PRIVMSG #tea :> coffee?", "PRIVMSG #tea :tea", "PING d3");
}

}  // namespace
}  // namespace dragoman::test
