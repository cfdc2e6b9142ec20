#include "support/irc_drops.hpp"
#include "support/irc_script.hpp"

// What a server says to a line that its person has written as it is.

namespace dragoman::test {
namespace {

using namespace std::chrono_literals;

TEST(IrcRawAnswer, IsWhatTheServerSaysUntilItsPong) {
  struct Case {
    const char* line;
    std::vector<std::string> says;
    const char* answer;
  };
  const Case cases[] = {
      {"VERSION", {"351 alice ngircd-26.1. irc.test :x"}, "ngircd-26.1. irc.test x"},
      {"LUSERS", {"251 alice :There are 3 users", "255 alice :I have 3 users"}, "There are 3 users\nI have 3 users"},
      {"ADMIN",
       {"256 alice irc.test :Administrative info", "257 alice :Room 12"},
       "irc.test Administrative info\nRoom 12"},
      {"MODE alice", {"221 alice +i"}, "+i"},
      {"MODE #tea", {"324 alice #tea +nt", "329 alice #tea 1700000000"}, "#tea +nt\n#tea 1700000000"},
      {"TOPIC #tea", {"332 alice #tea :Biscuits"}, "#tea Biscuits"},
      {"NAMES #tea", {"353 alice = #tea :alice @bob", "366 alice #tea :End"}, "= #tea alice @bob\n#tea End"},
      {"LIST #t*",
       {"321 alice Channel :Users", "322 alice #tea 2 :Biscuits", "323 alice :End"},
       "Channel Users\n#tea 2 Biscuits\nEnd"},
      {"WHOWAS bob",
       {"314 alice bob b host * :Bob", "312 alice bob irc.test :then", "369 alice bob :End"},
       "bob b host * Bob\nbob irc.test then\nbob End"},
      {"ISON :bob carol", {"303 alice :bob"}, "bob"},
      {"whois bob",
       {"311 alice bob b host * :Bob", "319 alice bob :@#tea", "301 alice bob :at lunch", "318 alice bob :End"},
       "bob b host * Bob\nbob @#tea\nbob at lunch\nbob End"},
      {"WHO *.host",
       {"352 alice #cake b a.host irc.test bob H :0 Bob", "315 alice *.host :End"},
       "#cake b a.host irc.test bob H 0 Bob\n*.host End"},
  };
  for (const Case& each : cases) {
    IrcScript irc;
    irc.is_ready();
    irc.is_in("#tea", "alice @bob");
    irc.owner_asks(chat::Run{each.line});
    irc.we_say(each.line, "PING d1");
    for (const std::string& line : each.says) irc.server_says(":irc.test " + line);
    irc.forget();  // 301 is news for others too
    irc.server_says(":irc.test PONG irc.test d1");
    irc.owner_hears(std::string{"Done 2 reply: "} + each.answer);
  }
}

TEST(IrcRawAnswer, IsNotWhatWasAskedForSomethingElse) {
  IrcScript irc;
  irc.is_ready("CHANTYPES=# PREFIX=(ov)@+ WHOX");
  irc.is_in("#tea", "alice @bob");
  irc.owner_asks_at_once({chat::Run{"WHOIS bob"}, chat::GetProfile{chat::PersonId{"carol"}}});
  irc.server_says(":irc.test 311 alice bob b host * :Bob", ":irc.test 318 alice bob :End",
                  ":irc.test 311 alice carol c host * :Carol", ":irc.test 318 alice carol :End",
                  ":irc.test 354 alice 152 b host bob H 0", ":irc.test PONG irc.test d1");
  irc.owner_hears("Done 3 profile carol c@host Carol", "Done 2 reply: bob b host * Bob\nbob End");
}

TEST(IrcRawAnswer, IsAnErrorWhenTheServerRefusesIt) {
  IrcScript irc;
  irc.is_ready();
  irc.owner_asks(chat::Run{"WHOIS nobody"});
  irc.server_says(":irc.test 401 alice nobody :No such nick", ":irc.test 318 alice nobody :End",
                  ":irc.test PONG irc.test d1");
  irc.owner_hears("Failed 1 refused not_found: No such nick");
  irc.owner_asks(chat::Run{"frob x"});
  irc.server_says(":irc.test 421 alice frob :Unknown command", ":irc.test PONG irc.test d2");
  irc.owner_hears("Failed 2 refused unsupported: Unknown command");
}

TEST(IrcRawAnswer, HasAnEnd) {
  IrcScript irc;
  irc.is_ready();
  irc.owner_asks(chat::Run{"LIST"});
  const std::string row = ":irc.test 322 alice #tea 2 :" + std::string(400, 'x');
  for (int i = 0; i < 100; ++i) irc.server_says_line(row);
  irc.server_says(":irc.test PONG irc.test d1");
  const std::string heard = irc.heard().front();
  EXPECT_LT(heard.size(), 17u * 1024);
  EXPECT_TRUE(heard.ends_with("\n..."));
}

TEST(IrcRawAnswer, OfANicknameIsWishedForAndNoSurprise) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea");
  irc.owner_asks(chat::Run{"NICK alison"});
  irc.we_say("NICK alison", "PING d1");
  irc.server_says(":alice!alice@host.test NICK alison");
  EXPECT_FALSE(std::get<chat::OccupantRenamed>(irc.events.front()).by_network);
  irc.owner_hears("OccupantRenamed #tea alice -> alison (self)", "SelfChanged alison", "Done 2");
}

TEST(IrcRawAnswer, NeverEndsTheLinkByItself) {
  IrcScript irc;
  irc.is_ready();
  irc.owner_asks(chat::Run{"QUIT :bye"});
  irc.we_say();
  irc.owner_hears("Failed 1 refused unacceptable: the gateway does this itself");
}

TEST(IrcRawAnswer, SurvivesADropAtEveryStep) {
  survives_a_drop_at_every_step([](IrcScript& irc) {
    irc.is_ready();
    irc.owner_asks(chat::Run{"WHOIS bob"});
    irc.server_says(":irc.test 311 alice bob b host * :Bob");
    irc.server_says(":irc.test 318 alice bob :End");
    irc.server_says(":irc.test PONG irc.test d1");
  });
}

}  // namespace
}  // namespace dragoman::test
