#include "support/fixed_random.hpp"
#include "support/irc_drops.hpp"
#include "support/irc_script.hpp"

// A server may say anything at any time: nothing breaks, and every command still ends once.

namespace dragoman::test {
namespace {

using namespace std::chrono_literals;
using chat::PersonId;
using chat::RoomId;

class Babbler {
 public:
  explicit Babbler(std::uint64_t seed) : random_(seed) {}

  std::string line() {
    static const std::vector<std::string> verbs{
        "001",  "005",  "301",     "311",    "315",     "318",    "319",          "321",   "322",  "323",
        "324",  "332",  "333",     "341",    "352",     "353",    "366",          "367",   "368",  "372",
        "375",  "376",  "396",     "401",    "403",     "404",    "421",          "422",   "432",  "433",
        "437",  "442",  "461",     "470",    "471",     "473",    "475",          "477",   "482",  "900",
        "903",  "904",  "908",     "999",    "PRIVMSG", "NOTICE", "JOIN",         "PART",  "KICK", "QUIT",
        "NICK", "MODE", "TOPIC",   "INVITE", "AWAY",    "CAP",    "AUTHENTICATE", "BATCH", "PING", "PONG",
        "FAIL", "ACK",  "CHGHOST", "ERROR",  "KILL",    "TAGMSG", "WALLOPS",      "join",  "x"};
    std::string text;
    if (random_.below(4) == 0)
      text += "@label=" + std::to_string(random_.below(5)) + ";batch=1;time=2026-11-20T09:00:00.000Z ";
    if (random_.below(8) != 0) text += ':' + word() + (random_.below(3) == 0 ? "" : "!u@h") + ' ';
    text += verbs[random_.below(verbs.size())];
    for (std::uint64_t count = random_.below(6); count > 0; --count) text += ' ' + word();
    if (random_.below(2) == 0) text += " :" + word() + ' ' + word();
    return text;
  }
  std::uint64_t below(std::uint64_t bound) { return random_.below(bound); }

 private:
  std::string word() {
    static const std::vector<std::string> words{"alice",
                                                "bob",
                                                "carol",
                                                "#tea",
                                                "#cake",
                                                "#TEA",
                                                "*",
                                                "+o",
                                                "-o+v",
                                                "+k",
                                                "LS",
                                                "ACK",
                                                "NAK",
                                                "NEW",
                                                "DEL",
                                                "sasl",
                                                "batch",
                                                "labeled-response",
                                                "echo-message",
                                                "=",
                                                "@",
                                                "@bob",
                                                "+carol",
                                                "d1",
                                                "d2",
                                                "d99999",
                                                "+1",
                                                "-1",
                                                "netsplit",
                                                "chathistory",
                                                "PREFIX=(qov)~@+",
                                                "CASEMAPPING=rfc1459",
                                                "CASEMAPPING=ascii",
                                                "CHANTYPES=#&",
                                                "NICKLEN=3",
                                                "a.b",
                                                "c.d",
                                                "\x01"
                                                "ACTION",
                                                "\x01"
                                                "VERSION\x01",
                                                "\x02",
                                                "\xff\xfe",
                                                "caf\xe9",
                                                "0",
                                                "1700000000",
                                                "G",
                                                "H",
                                                ""};
    return words[random_.below(words.size())];
  }
  FixedRandom random_;
};

chat::Command any_command(Babbler& babbler) {
  const RoomId room{babbler.below(2) == 0 ? "#tea" : "#cake"};
  const PersonId bob{"bob"};
  switch (babbler.below(12)) {
    case 0:
      return chat::JoinRoom{room, "alice", {}};
    case 1:
      return chat::LeaveRoom{room, {}};
    case 2:
      return chat::SendMessage{{room, {}}, chat::plain("one\ntwo")};
    case 3:
      return chat::SendMessage{{{}, bob}, chat::plain("hi")};
    case 4:
      return chat::SetTopic{room, "x"};
    case 5:
      return chat::SetNickname{babbler.below(2) == 0 ? "alice" : "alison"};
    case 6:
      return chat::SetStanding{room, "bob", {}, chat::Role::none, {}, {}};
    case 7:
      return chat::GetProfile{bob};
    case 8:
      return chat::ListRooms{};
    case 9:
      return chat::ListStandings{room, {}, chat::Affiliation::outcast};
    case 10:
      return chat::Ping{};
    default:
      return chat::Run{"VERSION"};
  }
}

TEST(IrcRobustness, SurvivesAnyConversation) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Babbler babbler{seed};
    IrcScript irc{alice(),
                  seed % 2 == 0 ? IrcScript::unlimited : IrcScript::Flood{.limited = true, .burst = 2, .interval = 2s}};
    irc.is_ready("CHANTYPES=# PREFIX=(ov)@+", seed % 3 == 0 ? "batch labeled-response echo-message message-tags" : "");
    irc.is_in("#tea", "@alice bob");
    for (int step = 0; step < 150; ++step) {
      switch (babbler.below(8)) {
        case 0:
          irc.owner_asks(any_command(babbler));
          break;
        case 1:
          irc.time_passes(std::chrono::seconds{babbler.below(20)});
          break;
        default:
          irc.server_says(babbler.line(), babbler.line());
          break;
      }
      for (const std::string& line : irc.said()) ASSERT_LE(line.size(), 512u + 20u);
      if (irc.closing || babbler.below(60) == 0) {
        irc.drops();
        irc.connects();
        irc.server_says(":irc.test CAP * LS :", ":irc.test 001 alice :hi", ":irc.test 422 alice :No MOTD");
      }
    }
    irc.drops({}, false);
    irc.time_passes(20s);
    for (std::uint64_t command = 1; command <= irc.commands(); ++command) {
      const auto ended = irc.endings().find(command);
      ASSERT_EQ(ended == irc.endings().end() ? 0 : ended->second, 1) << "endings of command " << command;
    }
    for (const std::string& description : irc.heard()) EXPECT_FALSE(description.empty());
  }
}

TEST(IrcRobustness, HoldsNoNamesOfRoomsThatAreGone) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea", "alice bob carol");
  irc.is_in("#cake", "alice bob dora");
  irc.drops();
  EXPECT_EQ(irc.names().size(), 0u);
}

}  // namespace
}  // namespace dragoman::test
