#include "support/irc_script.hpp"

// What is said and heard before 001: draft/extended-isupport, draft/pre-away.

namespace dragoman::test {
namespace {

using namespace std::chrono_literals;

TEST(IrcExtendedIsupport, MakesTheFirstNicknameTheRightOne) {
  backends::irc::Login login = alice();
  login.nickname = "alice_in_wonderland";
  IrcScript irc{login};
  irc.connects();
  irc.server_says(":irc.example.org CAP * LS :batch draft/extended-isupport");
  irc.server_says(":irc.example.org CAP * ACK :batch draft/extended-isupport");
  irc.we_say("CAP LS 302", "NICK alice_in_wonderland", "USER alice 0 * :alice",
             "CAP REQ :batch draft/extended-isupport", "ISUPPORT");
  irc.server_says(":irc.example.org BATCH +asdf draft/isupport",
                  "@batch=asdf :irc.example.org 005 * NETWORK=Example NICKLEN=12 FOO=bar",
                  ":irc.example.org BATCH -asdf");
  irc.we_say("NICK alice_in_won", "CAP END");
  irc.server_says(":irc.example.org BATCH +2 draft/isupport", "@batch=2 :irc.example.org 005 * NICKLEN=9",
                  ":irc.example.org BATCH -2");
  irc.we_say();
}

TEST(IrcExtendedIsupport, IsNotAskedForWhereEveryServerTakesTheNickname) {
  IrcScript irc;
  irc.connects();
  irc.server_says(":irc.example.org CAP * LS :batch draft/extended-isupport");
  irc.forget();
  irc.server_says(":irc.example.org CAP * ACK :batch draft/extended-isupport");
  irc.we_say("CAP END");
}

TEST(IrcPreAway, SaysSoBeforeAnybodySeesUsCome) {
  IrcScript irc;
  irc.is_ready("CHANTYPES=#", "draft/pre-away");
  irc.owner_asks(chat::SetPresence{chat::Availability::gone, {}});
  irc.we_say("AWAY :*", "PING d1");
  irc.drops();
  irc.connects();
  irc.server_says(":irc.test CAP * LS :draft/pre-away");
  irc.forget();
  irc.server_says(":irc.test CAP * ACK :draft/pre-away");
  irc.we_say("AWAY :*", "CAP END");
  irc.server_says(":irc.test 001 alice :Welcome", ":irc.test 422 alice :No MOTD");
  irc.we_say();
  irc.owner_asks(chat::SetPresence{chat::Availability::away, "lunch"});
  irc.we_say("AWAY :lunch", "PING d1");
}

TEST(IrcPreAway, OfOthersIsNotConnected) {
  IrcScript irc;
  irc.is_ready("CHANTYPES=# MONITOR=10", "away-notify extended-monitor");
  irc.owner_asks(chat::AddContact{chat::PersonId{"bob"}, {}});
  irc.server_says(":irc.test 730 alice :bob!b@h");
  irc.forget();
  irc.server_says(":bob!b@h AWAY *");
  irc.owner_hears("PresenceChanged bob away: not connected");
}

}  // namespace
}  // namespace dragoman::test
