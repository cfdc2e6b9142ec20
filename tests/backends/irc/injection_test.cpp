#include "backends/irc/address.hpp"
#include "backends/irc/message.hpp"
#include "support/irc_script.hpp"

// Whatever stands in a field of a command, IRC hears the commands that were meant and no other (GHSA-52rh-5rpj-c3w6).

namespace dragoman::test {
namespace {

using namespace std::string_literals;
using chat::PersonId;
using chat::RoomId;

struct Field {
  const char* name;
  std::function<chat::Command(const std::string&)> with;
  std::vector<std::string> allowed;  ///< verbs that may be written
};

const std::vector<Field>& fields() {
  static const RoomId tea{"#tea"};
  static const std::vector<Field> all{
      {"room",
       [](const auto& x) {
         return chat::JoinRoom{RoomId{"#" + x}, "alice", {}};
       },
       {"JOIN"}},
      {"whole room",
       [](const auto& x) {
         return chat::JoinRoom{RoomId{x}, "alice", {}};
       },
       {"JOIN"}},
      {"escaped room",
       [](const auto& x) {
         return chat::JoinRoom{backends::irc::room_id("#" + x), "alice", {}};
       },
       {"JOIN"}},
      {"wished nickname",
       [](const auto& x) {
         return chat::JoinRoom{RoomId{"#cake"}, x, {}};
       },
       {"JOIN"}},
      {"key",
       [](const auto& x) {
         return chat::JoinRoom{RoomId{"#cake"}, "alice", x};
       },
       {"JOIN"}},
      {"part reason",
       [](const auto& x) {
         return chat::LeaveRoom{tea, x};
       },
       {"PART"}},
      {"message",
       [](const auto& x) {
         return chat::SendMessage{{tea, {}}, chat::plain(x)};
       },
       {"PRIVMSG"}},
      {"message target",
       [](const auto& x) {
         return chat::SendMessage{{{}, PersonId{x}}, chat::plain("hi")};
       },
       {"PRIVMSG"}},
      {"escaped target",
       [](const auto& x) {
         return chat::SendMessage{{{}, backends::irc::person_id(x)}, chat::plain("hi")};
       },
       {"PRIVMSG"}},
      {"message title",
       [](const auto& x) {
         auto content = chat::plain("hi");
         content.title = x;
         return chat::SendMessage{{tea, {}}, content};
       },
       {"PRIVMSG"}},
      {"shown author",
       [](const auto& x) {
         auto content = chat::plain("hi");
         content.shown_author = x;
         return chat::SendMessage{{tea, {}}, content};
       },
       {"PRIVMSG"}},
      {"attachment",
       [](const auto& x) {
         auto content = chat::plain("hi");
         content.attachments.emplace_back();
         content.attachments.back().url = "https://e.org/" + x;
         content.attachments.back().name = x;
         return chat::SendMessage{{tea, {}}, content};
       },
       {"PRIVMSG"}},
      {"action",
       [](const auto& x) {
         auto content = chat::plain(x);
         content.kind = chat::Content::Kind::action;
         return chat::SendMessage{{tea, {}}, content};
       },
       {"PRIVMSG"}},
      {"topic",
       [](const auto& x) {
         return chat::SetTopic{tea, x};
       },
       {"TOPIC"}},
      {"kick nickname",
       [](const auto& x) { return chat::SetStanding{tea, x, {}, chat::Role::none, {}, {}}; },
       {"KICK"}},
      {"kick reason",
       [](const auto& x) { return chat::SetStanding{tea, "bob", {}, chat::Role::none, {}, x}; },
       {"KICK"}},
      {"ban nickname",
       [](const auto& x) { return chat::SetStanding{tea, x, {}, {}, chat::Affiliation::outcast, {}}; },
       {"MODE", "KICK"}},
      {"ban mask",
       [](const auto& x) { return chat::SetStanding{tea, {}, x, {}, chat::Affiliation::outcast, {}}; },
       {"MODE"}},
      {"unban mask",
       [](const auto& x) { return chat::SetStanding{tea, {}, x, {}, chat::Affiliation::none, {}}; },
       {"MODE"}},
      {"nickname", [](const auto& x) { return chat::SetNickname{x}; }, {"NICK"}},
      {"away text",
       [](const auto& x) {
         return chat::SetPresence{chat::Availability::away, x};
       },
       {"AWAY"}},
      {"invited person",
       [](const auto& x) {
         return chat::Invite{tea, PersonId{x}, {}};
       },
       {"INVITE"}},
      {"list filter",
       [](const auto& x) {
         return chat::ListRooms{x, 0};
       },
       {"LIST"}},
      {"whois", [](const auto& x) { return chat::GetProfile{PersonId{x}}; }, {"WHOIS"}},
      {"ping", [](const auto& x) { return chat::Ping{PersonId{x}}; }, {"PRIVMSG"}},
      {"raw line", [](const auto& x) { return chat::Run{"VERSION " + x}; }, {"VERSION"}},
  };
  return all;
}

const std::vector<std::string>& attacks() {
  static const std::vector<std::string> all = [] {
    std::vector<std::string> list{"x\rQUIT :a",
                                  "x\nQUIT :a",
                                  "x\r\nQUIT :a",
                                  "x\0QUIT :a"s,
                                  "x\xe2\x80\xa8QUIT :a",
                                  "x\xc2\x85QUIT :a",
                                  ":x",
                                  "x,y",
                                  "x y",
                                  "JOIN 0",
                                  "0",
                                  "x,0",
                                  "\rQUIT",
                                  "\nQUIT",
                                  "\r\n",
                                  "\x01"
                                  "DCC SEND x\x01",
                                  "",
                                  " ",
                                  "x\r",
                                  "x\n",
                                  "\0"s,
                                  "x=0d=0aQUIT",
                                  "x=00y",
                                  "=0aQUIT",
                                  std::string(8192, 'x'),
                                  std::string(600, 'x') + "\r\nQUIT"};
    return list;
  }();
  return all;
}

TEST(IrcInjection, MakesNoOtherCommandOfAnyField) {
  for (const Field& field : fields()) {
    for (const std::string& attack : attacks()) {
      SCOPED_TRACE(std::string{field.name} + " = " + attack.substr(0, 40));
      IrcScript irc;
      irc.is_ready("CHANTYPES=# ELIST=M CASEMAPPING=ascii");
      irc.is_in("#tea", "@alice bob");
      irc.owner_asks(field.with(attack));
      for (const std::string& line : irc.said()) {
        ASSERT_EQ(line.find_first_of("\r\n\0"s), std::string::npos);
        ASSERT_LE(line.size(), 510u);
        backends::irc::Message said;
        ASSERT_TRUE(backends::irc::parse(line, said));
        if (said.command == "PING" && said.param(0).starts_with("d")) continue;
        const std::string verb{said.command};
        ASSERT_NE(std::find(field.allowed.begin(), field.allowed.end(), verb), field.allowed.end()) << line;
        if (verb == "JOIN") {
          ASSERT_TRUE(said.param(0).starts_with("#")) << line;
          ASSERT_EQ(said.param(0).find(','), std::string_view::npos) << line;
          ASSERT_LE(said.count, 2u) << line;
          ASSERT_EQ(said.param(1).find(','), std::string_view::npos) << line;
        }
        if (verb == "PRIVMSG") {
          ASSERT_EQ(said.count, 2u) << line;
        }
        if (verb == "KICK") {
          ASSERT_EQ(said.param(0), "#tea") << line;
        }
        if (verb == "MODE") {
          ASSERT_EQ(said.count, 3u) << line;
        }
      }
      irc.forget();
      // And the session is well: it still answers.
      irc.server_says("PING :still there?");
      irc.we_say("PONG :still there?");
    }
  }
}

TEST(IrcInjection, EndsEveryCommandOnce) {
  for (const Field& field : fields()) {
    for (const std::string& attack : attacks()) {
      SCOPED_TRACE(std::string{field.name} + " = " + attack.substr(0, 40));
      IrcScript irc;
      irc.is_ready();
      irc.is_in("#tea", "@alice bob");
      irc.owner_asks(field.with(attack));
      irc.server_says(":irc.test PONG irc.test d1");
      irc.drops({}, false);
      const auto ended = irc.endings().find(2);
      ASSERT_TRUE(ended != irc.endings().end());
      EXPECT_EQ(ended->second, 1);
    }
  }
}

TEST(IrcInjection, MakesNoOtherCommandOfWhatWeRegisterWith) {
  for (const std::string& attack : attacks()) {
    SCOPED_TRACE(attack.substr(0, 40));
    backends::irc::Login login = alice();
    login.nickname = login.realname = attack;
    login.server_password = Secret<std::string>{attack};
    IrcScript irc{login};
    irc.connects();
    std::vector<std::string> verbs;
    for (const std::string& line : irc.said()) {
      EXPECT_EQ(line.find_first_of("\r\n\0"s), std::string::npos);
      verbs.push_back(line.substr(0, line.find(' ')));
    }
    if (irc.closing) {  // the password cannot be sent, and nothing else is
      EXPECT_EQ(irc.closing->fault, Fault::unauthorized);
      EXPECT_EQ(verbs, std::vector<std::string>{"CAP"});
      continue;
    }
    std::erase(verbs, "PASS");
    EXPECT_EQ(verbs, (std::vector<std::string>{"CAP", "NICK", "USER"}));
  }
}

TEST(IrcInjection, MakesNoCommandOfWhatOthersSay) {
  for (const std::string& attack : attacks()) {
    IrcScript irc;
    irc.is_ready();
    irc.is_in("#tea");
    irc.server_says(":bob!b@h PRIVMSG alice :\x01PING " + attack + "\x01", ":irc.test NOTICE alice :" + attack);
    for (const std::string& line : irc.said()) {
      EXPECT_TRUE(line.starts_with("NOTICE bob :\x01PING")) << line;
      EXPECT_EQ(line.find_first_of("\r\n\0"s), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace dragoman::test
