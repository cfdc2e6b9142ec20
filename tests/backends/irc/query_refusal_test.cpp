#include "support/irc_script.hpp"

// Questions that a server does not answer: 263 and its kin name the command alone, as solanum does with who asks often.

namespace dragoman::test {
namespace {

using namespace std::chrono_literals;

TEST(IrcQueryRefusal, NamesTheCommandOfTheQuestion) {
  struct Case {
    chat::Command question;
    const char* verb;
  };
  const Case cases[] = {
      {chat::ListRooms{}, "LIST"},
      {chat::GetProfile{chat::PersonId{"bob"}}, "WHOIS"},
      {chat::SearchPeople{"*bob*", 10}, "WHO"},
      {chat::ListStandings{chat::RoomId{"#tea"}, {}, chat::Affiliation::outcast}, "MODE"},
  };
  for (const Case& each : cases) {
    IrcScript irc;
    irc.is_ready();
    irc.is_in("#tea");
    irc.owner_asks(each.question);
    irc.server_says(":irc.test 263 alice " + std::string{each.verb} +
                    " :This command could not be completed because it has been used recently, and is rate-limited.");
    irc.owner_hears(
        "Failed 2 refused limited: This command could not be completed because it has been used recently, and is "
        "rate-limited.");
  }
}

TEST(IrcQueryRefusal, IsNoneWhenAPartHasCome) {
  IrcScript irc;
  irc.is_ready();
  irc.owner_asks(chat::SearchPeople{"*bob*", 10});
  irc.server_says(":irc.test 352 alice * ~bob host.test irc.test bob H :0 Bob",
                  ":irc.test 416 alice WHO :output too large, truncated", ":irc.test 315 alice *bob* :End of WHO");
  irc.owner_hears("Done 1 some people bob=bob(Bob)");
}

TEST(IrcQueryRefusal, OfTheWhoisOfASearchLeavesItTheWho) {
  IrcScript irc;
  irc.is_ready();
  irc.owner_asks(chat::SearchPeople{"bob", 10});
  irc.server_says(":irc.test 263 alice WHOIS :Wait", ":irc.test 352 alice * ~bob host.test irc.test bob H :0 Bob",
                  ":irc.test 315 alice *bob* :End of WHO");
  irc.owner_hears("Done 1 people bob=bob(Bob)");
}

TEST(IrcQueryRefusal, OfWhatNobodyHasAskedIsNotTold) {
  IrcScript irc;
  irc.is_ready("CHANTYPES=# PREFIX=(ov)@+ WHOX");
  irc.owner_asks(chat::JoinRoom{chat::RoomId{"#tea"}, "alice", {}});
  irc.server_says(":alice!alice@host.test JOIN #tea", ":irc.test 353 alice = #tea :alice bob",
                  ":irc.test 366 alice #tea :End", ":irc.test 263 alice WHO :Wait");
  irc.owner_hears();
  irc.time_passes(2s);  // the join does not wait for who they are
  EXPECT_TRUE(irc.heard().front().starts_with("RoomJoined #tea"));
}

TEST(IrcQueryRefusal, OfARegisteredOnlyChannelSaysHowToRegister) {
  for (const char* numeric : {"415", "477"}) {
    IrcScript irc;
    irc.is_ready();
    irc.is_in("#tea");
    irc.owner_asks(chat::SendMessage{{chat::RoomId{"#tea"}, {}}, chat::plain("hi")});
    irc.server_says(":irc.test " + std::string{numeric} + " alice #tea :Cannot send: log in first");
    const auto heard = irc.heard();
    ASSERT_EQ(heard.size(), 1u);
    EXPECT_TRUE(heard[0].starts_with("Failed 2 refused members_only: Cannot send: log in first - register"))
        << heard[0];
  }
}

TEST(IrcQueryRefusal, OfABadMaskAndAFilteredWord) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea", "@alice");
  irc.owner_asks(chat::SetStanding{chat::RoomId{"#tea"}, {}, "$x:", {}, chat::Affiliation::outcast, {}});
  irc.server_says(":irc.test 743 alice #tea b $x: :Invalid ban mask");
  irc.owner_hears("Failed 2 refused unacceptable: Invalid ban mask");
  irc.owner_asks(chat::SendMessage{{chat::RoomId{"#tea"}, {}}, chat::plain("coffee")});
  irc.server_says(":irc.test 936 alice #tea coffee :Your message contained a censored word, and was blocked");
  irc.owner_hears("Failed 3 refused forbidden: Your message contained a censored word, and was blocked");
}

}  // namespace
}  // namespace dragoman::test
