#include "backends/irc/batches.hpp"
#include "backends/irc/sts.hpp"
#include "backends/irc/webirc.hpp"
#include "support/irc_script.hpp"

namespace dragoman::test {
namespace {

using backends::irc::Batches;
using backends::irc::Message;

TEST(IrcBatches, MayStandInOneAnother) {
  Batches batches;
  const auto open = [&](const std::string& line) {
    Message message;
    ASSERT_TRUE(parse(line, message));
    batches.open(message.param(0).substr(1), message);
  };
  const auto is_in = [&](const std::string& line, std::string_view type) {
    Message message;
    return parse(line, message) && batches.has(message, type);
  };
  open("BATCH +1 chathistory #tea");
  open("@batch=1 BATCH +2 draft/multiline #tea");
  open("@batch=4 BATCH +3 loop");
  open("@batch=3 BATCH +4 loop");
  EXPECT_TRUE(is_in("@batch=2 :bob PRIVMSG #tea :x", "chathistory"));
  EXPECT_TRUE(is_in("@batch=2 :bob PRIVMSG #tea :x", "draft/multiline"));
  EXPECT_FALSE(is_in("@batch=1 :bob PRIVMSG #tea :x", "draft/multiline"));
  EXPECT_FALSE(is_in("@batch=4 :bob PRIVMSG #tea :x", "chathistory"));
  EXPECT_FALSE(is_in(":bob PRIVMSG #tea :x", "chathistory"));
  EXPECT_EQ(batches.close("1"), "chathistory");
  EXPECT_EQ(batches.close("1"), "");
  EXPECT_FALSE(is_in("@batch=2 :bob PRIVMSG #tea :x", "chathistory"));
}

TEST(IrcNetsplit, ComesAndGoesAsOneEventForEachRoom) {
  IrcScript irc;
  irc.is_ready("CHANTYPES=#", "batch");
  irc.is_in("#tea", "alice bob carol");
  irc.server_says(":irc.test BATCH +1 netsplit hub.test leaf.test");
  irc.server_says("@batch=1 :bob!b@h QUIT :hub.test leaf.test", "@batch=1 :carol!c@h QUIT :hub.test leaf.test",
                  ":irc.test BATCH -1");
  EXPECT_EQ(std::get<chat::OccupantsLeft>(irc.events.back()).occupants.size(), 2u);
  EXPECT_EQ(irc.heard().size(), 1u);
  irc.server_says(":irc.test BATCH +2 netjoin hub.test leaf.test", "@batch=2 :bob!b@h JOIN #tea",
                  "@batch=2 :carol!c@h JOIN #tea", ":irc.test BATCH -2");
  EXPECT_EQ(std::get<chat::OccupantsJoined>(irc.events.back()).occupants.size(), 2u);
  EXPECT_EQ(irc.heard().size(), 1u);
}

TEST(IrcNetsplit, SaysWhoCameBackBeforeWhatTheySay) {
  IrcScript irc;
  irc.is_ready("CHANTYPES=#", "batch");
  irc.is_in("#tea", "alice");
  irc.server_says(":irc.test BATCH +2 netjoin hub.test leaf.test", "@batch=2 :bob!b@h JOIN #tea",
                  ":bob!b@h PRIVMSG #tea :back", "@batch=2 :carol!c@h JOIN #tea");
  const auto heard = irc.heard();
  ASSERT_EQ(heard.size(), 3u);
  EXPECT_EQ(heard[1], "Message in #tea <bob> back");
}

TEST(IrcInviteNotify, IsALineInTheRoom) {
  IrcScript irc;
  irc.is_ready("CHANTYPES=#", "invite-notify");
  irc.is_in("#tea", "alice bob");
  irc.server_says(":bob!b@h INVITE carol #tea", ":bob!b@h INVITE carol #coffee");
  irc.owner_hears("Notice in #tea from bob: bob has invited carol to this channel.");
}

TEST(IrcWebirc, GivesEachPersonAnAddress) {
  const auto prefix = backends::irc::parse_prefix("fd12:3456:789a:1::/64");
  ASSERT_TRUE(prefix);
  const std::string alice_address = backends::irc::address_for(*prefix, "key", "alice@example.org");
  EXPECT_TRUE(alice_address.starts_with("fd12:3456:789a:1:")) << alice_address;
  EXPECT_EQ(backends::irc::address_for(*prefix, "key", "alice@example.org"), alice_address);
  EXPECT_NE(backends::irc::address_for(*prefix, "key", "bob@example.org"), alice_address);
  EXPECT_NE(backends::irc::address_for(*prefix, "another key", "alice@example.org"), alice_address);
  EXPECT_EQ(backends::irc::address_for(std::string(8, '\0'), "key", "x").front(), '0');
  for (const char* bad : {"", "fd12::", "fd12::/48", "10.0.0.0/64", "nonsense/64"}) {
    EXPECT_FALSE(backends::irc::parse_prefix(bad)) << bad;
  }
}

TEST(IrcWebirc, IsTheFirstLine) {
  backends::irc::Login login = alice();
  login.webirc.change().password = Secret<std::string>{"webpw"};
  login.webirc.change().gateway = "dragoman";
  login.webirc.change().address = "fd12::1";
  IrcScript irc{login};
  irc.connects();
  irc.we_say("WEBIRC webpw dragoman fd12::1 fd12::1", "CAP LS 302", "NICK alice", "USER alice 0 * :alice");
}

using backends::irc::read_sts;
using backends::irc::StsPolicy;
using namespace std::chrono_literals;

constexpr Timestamp noon{std::chrono::sys_days{std::chrono::year{2026} / 11 / 28} + 12h};

TEST(IrcSts, IsReadWithoutWhatIsNotKnown) {
  const auto offer = read_sts("duration=2592000,unknown,preload,port=6697,future=x");
  EXPECT_EQ(offer.port, 6697);
  EXPECT_EQ(offer.duration, 2592000s);
  for (const char* bad :
       {"", "port=0", "port=70000", "port=x", "port", "duration=-1,port=", "duration=99999999999999999999"}) {
    EXPECT_FALSE(read_sts(bad).port) << bad;
    EXPECT_FALSE(read_sts(bad).duration) << bad;
  }
}

TEST(IrcSts, HoldsForItsTimeAndOverARestart) {
  StsPolicy policy;
  EXPECT_EQ(policy.port(noon), std::nullopt);
  EXPECT_FALSE(policy.learn(read_sts("port=6697"), 6697, noon)) << "without a duration it is no policy";
  EXPECT_TRUE(policy.learn(read_sts("duration=1000"), 6697, noon));
  EXPECT_EQ(policy.port(noon + 999s), 6697);
  EXPECT_EQ(policy.port(noon + 1000s), std::nullopt);
  StsPolicy later;
  later.read(policy.write(), noon + 500s);
  EXPECT_EQ(later.port(noon + 999s), 6697);
  EXPECT_TRUE(later.extend(noon + 900s));
  EXPECT_EQ(later.port(noon + 1899s), 6697);
  StsPolicy expired;
  expired.read(policy.write(), noon + 1000s);
  EXPECT_EQ(expired.port(noon + 1000s), std::nullopt);
  EXPECT_TRUE(policy.learn(read_sts("duration=0"), 6697, noon));
  EXPECT_EQ(policy.port(noon), std::nullopt);
  EXPECT_EQ(policy.write(), "");
}

TEST(IrcSts, IsWrittenDownSeldom) {
  StsPolicy policy;
  EXPECT_TRUE(policy.learn(read_sts("duration=2592000"), 6697, noon));
  EXPECT_FALSE(policy.learn(read_sts("duration=2592000"), 6697, noon + 10s));
  EXPECT_TRUE(policy.learn(read_sts("duration=2592001"), 6697, noon + 20s));
  EXPECT_TRUE(policy.learn(read_sts("duration=2592001"), 6697, noon + 2h));
}

TEST(IrcSts, LeavesAServerThatWantsTlsAndSaysNothingToIt) {
  backends::irc::Login login = alice();
  login.server_password = Secret<std::string>{"hunter2"};
  IrcScript irc{login};
  irc.secure = false;
  irc.connects();
  irc.we_say("CAP LS 302");
  irc.server_says(":irc.test CAP * LS * :multi-prefix", ":irc.test NOTICE * :*** Looking up your hostname...");
  irc.we_say_nothing();
  irc.server_says(":irc.test CAP * LS :sts=port=6697,duration=1");
  irc.we_say_nothing();
  ASSERT_TRUE(irc.closing);
  EXPECT_EQ(irc.security_policies, std::vector<std::string>{"port=6697,duration=1"});
  StsPolicy policy;
  EXPECT_TRUE(policy.upgrade(read_sts(irc.security_policies.front())));
  EXPECT_EQ(policy.port(noon), 6697);
  EXPECT_EQ(policy.write(), "") << "what came without TLS is not written down";
}

TEST(IrcSts, ChangesTheLinkWithoutTellingAnybody) {
  IrcScript irc;
  irc.secure = false;
  irc.owner_asks(chat::JoinRoom{chat::RoomId{"#tea"}, "alice", {}});
  irc.connects();
  irc.server_says(":irc.test CAP * LS :sts=port=6697");
  ASSERT_TRUE(irc.closing);
  EXPECT_EQ(irc.closing->retry, backends::irc::Farewell::Retry::at_once);
  irc.link_closes();
  irc.owner_hears_nothing();
  irc.said();
  irc.secure = true;
  irc.connects();
  irc.we_say("CAP LS 302", "NICK alice", "USER alice 0 * :alice");
}

TEST(IrcSts, IsNeverAskedForAndNothingChangesOnALinkWithTls) {
  IrcScript irc;
  irc.connects();
  irc.said();
  irc.server_says(":irc.test CAP * LS :multi-prefix sts=port=6697,duration=1000");
  irc.we_say("CAP REQ :multi-prefix");
  EXPECT_FALSE(irc.closing);
  EXPECT_EQ(irc.security_policies.size(), 1u);
}

}  // namespace
}  // namespace dragoman::test
