#include <algorithm>

#include "support/irc_script.hpp"

// Bouncers: soju.im/bouncer-networks, znc.in/playback.

namespace dragoman::test::bouncer_test {
namespace {

using namespace std::chrono_literals;
using backends::irc::Farewell;

constexpr const char* soju = "batch soju.im/bouncer-networks soju.im/bouncer-networks-notify";

backends::irc::Login in_network(const std::string& id) {
  backends::irc::Login login = alice();
  login.bouncer_network = id;
  return login;
}

void welcomes(IrcScript& irc, const std::string& isupport) {
  irc.server_says(":irc.test 001 alice :Welcome", ":irc.test 005 alice CHANTYPES=# " + isupport + " :are supported",
                  ":irc.test BATCH +n soju.im/bouncer-networks",
                  "@batch=n BOUNCER NETWORK 42 name=Libera\\sChat;state=connected",
                  "@batch=n BOUNCER NETWORK 43 host=irc.oftc.net;state=disconnected;error=banned", ":irc.test BATCH -n",
                  ":irc.test 422 alice :No MOTD");
}

TEST(IrcBouncer, IsToldWhichNetworkBeforeTheConnectionIsComplete) {
  IrcScript irc{in_network("42")};
  irc.connects();
  irc.server_says(":irc.test CAP * LS :" + std::string{soju});
  irc.said();
  irc.server_says(":irc.test CAP * ACK :" + std::string{soju});
  irc.we_say("BOUNCER BIND 42", "CAP END");
  irc.heard();
  welcomes(irc, "BOUNCER_NETID=42");
  irc.owner_hears("Ready alice");
  EXPECT_EQ(irc.session().bouncer_networks(), "42: Libera Chat (connected)\n43: irc.oftc.net (banned)");
  irc.server_says("BOUNCER NETWORK 42 state=connecting", "BOUNCER NETWORK 43 *");
  EXPECT_EQ(irc.session().bouncer_networks(), "42: Libera Chat (connecting)");
}

TEST(IrcBouncer, ThatDoesNotHaveTheNetworkIsNotEntered) {
  IrcScript irc{in_network("44")};
  irc.connects();
  irc.server_says(":irc.test CAP * LS :" + std::string{soju}, ":irc.test CAP * ACK :" + std::string{soju},
                  ":irc.test FAIL BOUNCER INVALID_NETID BIND 44 :Unknown network ID");
  ASSERT_TRUE(irc.closing);
  EXPECT_EQ(irc.closing->fault, Fault::not_found);
  EXPECT_EQ(irc.closing->retry, Farewell::Retry::never);
  EXPECT_EQ(irc.closing->text, "the bouncer does not have the network \"44\": Unknown network ID");
}

TEST(IrcBouncer, OfSeveralNetworksSaysThatNoneIsChosen) {
  IrcScript irc;
  irc.connects();
  irc.server_says(":irc.test CAP * LS :" + std::string{soju}, ":irc.test CAP * ACK :" + std::string{soju});
  irc.said();
  irc.heard();
  welcomes(irc, "BOUNCER_NETID");
  const auto heard = irc.heard();
  ASSERT_EQ(heard.size(), 2U);
  EXPECT_NE(heard[0].find("42: Libera Chat (connected)"), std::string::npos) << heard[0];
  EXPECT_NE(heard[0].find("configure"), std::string::npos) << heard[0];
}

/// Ready at a bouncer whose JOINs come without names.
void is_ready_without_names(IrcScript& irc) {
  irc.is_ready("CHANTYPES=# PREFIX=(ov)@+ CASEMAPPING=ascii", "soju.im/no-implicit-names");
}

TEST(IrcBouncer, IsAskedWhoIsInAChannelWhenItsOwnerEntersIt) {
  IrcScript irc;
  is_ready_without_names(irc);
  irc.server_says(":alice!a@h JOIN #tea", ":soju 332 alice #tea :Leaves", ":bob!b@h PRIVMSG #tea :anybody?");
  irc.we_say();
  irc.owner_hears("Message in #tea <bob> anybody?");
  irc.owner_asks(chat::JoinRoom{chat::RoomId{"#tea"}, "alice", {}});
  irc.we_say("NAMES #tea");
  irc.owner_hears();
  irc.server_says(":soju 353 alice = #tea :alice @bob", ":soju 366 alice #tea :End");
  irc.owner_hears("RoomJoined #tea as alice with @bob topic: Leaves", "Done 1");
}

TEST(IrcBouncer, IsAskedForTheNamesOfWhatIsJoined) {
  IrcScript irc;
  is_ready_without_names(irc);
  irc.owner_asks(chat::JoinRoom{chat::RoomId{"#tea"}, "alice", {}});
  irc.we_say("JOIN #tea");
  irc.server_says(":alice!a@h JOIN #tea");
  irc.we_say("NAMES #tea");
  irc.server_says(":soju 353 alice = #tea :@alice", ":soju 366 alice #tea :End");
  irc.owner_hears("RoomJoined #tea as @alice with", "Done 1");
}

TEST(IrcBouncer, AloneIsAskedForJoinsWithoutNames) {
  IrcScript irc;
  irc.connects();
  irc.said();
  irc.server_says(":irc.test CAP * LS :no-implicit-names multi-prefix");
  EXPECT_EQ(irc.said().back(), "CAP REQ :multi-prefix");
}

TEST(IrcBouncer, SaysWhetherItKeepsOneInChannelsToWhoAsks) {
  IrcScript irc;
  irc.is_ready("CHANTYPES=# CASEMAPPING=ascii", "draft/persistence");
  irc.server_says(":ergo.test PERSISTENCE STATUS DEFAULT OFF");
  irc.owner_hears();
  irc.owner_asks(chat::Run{"PERSISTENCE SET ON", {}});
  irc.we_say("PERSISTENCE SET ON", "PING d1");
  irc.server_says(":ergo.test PERSISTENCE STATUS ON ON", ":ergo.test PONG ergo.test d1");
  irc.owner_hears("Done 1 reply: The network keeps you in your channels while you are not connected.");
}

TEST(IrcPlayback, IsAskedForSinceTheLastLinkWasHeard) {
  IrcScript irc;
  irc.connects();
  irc.server_says(":irc.test CAP * LS :batch server-time znc.in/playback");
  // The first time the bouncer plays what it has by itself.
  EXPECT_EQ(irc.said().back(), "CAP REQ :batch server-time");
  irc.server_says(":irc.test CAP * ACK :batch server-time", ":irc.test 001 alice :Welcome",
                  ":irc.test 422 alice :No MOTD");
  const Timestamp heard = irc.clock.utc();
  irc.time_passes(30s);
  irc.drops();
  irc.time_passes(60s);
  irc.connects();
  irc.server_says(":irc.test CAP * LS :batch server-time znc.in/playback");
  EXPECT_EQ(irc.said().back(), "CAP REQ :batch server-time znc.in/playback");
  irc.server_says(":irc.test CAP * ACK :batch server-time znc.in/playback", ":irc.test 001 alice :Welcome",
                  ":irc.test 422 alice :No MOTD");
  const auto milliseconds = heard.time_since_epoch().count();
  const std::string fraction = std::to_string(1000 + milliseconds % 1000).substr(1);
  irc.we_say("CAP END", "PRIVMSG *playback :PLAY * " + std::to_string(milliseconds / 1000) + "." + fraction);
}

TEST(IrcMetadata, TellsTheNameThatANicknameCannotBe) {
  for (const auto& [wished, nick, told] :
       {std::tuple{"Jos\xC3\xA9", "Jose", true}, std::tuple{"alice", "alice", false}}) {
    backends::irc::Login login = alice();
    login.nickname = wished;
    IrcScript irc{login};
    irc.connects();
    irc.server_says(":irc.test CAP * LS :batch draft/metadata-2=maxsub=0",
                    ":irc.test CAP * ACK :batch draft/metadata-2", ":irc.test 001 " + std::string{nick} + " :Welcome");
    irc.said();
    irc.server_says(":irc.test 422 " + std::string{nick} + " :No MOTD");
    const auto said = irc.said();
    const std::string name = "METADATA * SET display-name :" + std::string{wished};
    EXPECT_EQ(std::find(said.begin(), said.end(), name) != said.end(), told) << wished;
  }
}

}  // namespace
}  // namespace dragoman::test::bouncer_test
