#include "support/irc_drops.hpp"
#include "support/irc_script.hpp"

// SearchPeople: WHO with a mask, and WHOIS for a nickname as it stands.

namespace dragoman::backends::irc {
namespace {

using test::IrcScript;

std::string row(const std::string& nick, const std::string& name, const std::string& channel = "*") {
  return ":irc.test 352 alice " + channel + " ~" + nick + " host.test irc.test " + nick + " H :0 " + name;
}

TEST(IrcPeopleSearch, AsksForTheNicknameAndForAllThatHaveItInTheirs) {
  IrcScript irc;
  irc.is_ready();
  irc.owner_asks(chat::SearchPeople{"Bob", 10});
  irc.we_say("WHOIS Bob", "WHO *Bob*");
  irc.server_says(":irc.test 311 alice Bob ~bob host.test * :Bob Baker", ":irc.test 318 alice Bob :End of WHOIS",
                  row("Bob", "Bob Baker"), row("bobby", "Robert"), ":irc.test 315 alice *Bob* :End of WHO");
  irc.owner_hears("Done 1 people bob=Bob(Bob Baker) bobby=bobby(Robert)");
}

TEST(IrcPeopleSearch, FindsSomebodyWhomWhoHides) {
  IrcScript irc;
  irc.is_ready();
  irc.owner_asks(chat::SearchPeople{"bob", 10});
  irc.forget();
  irc.server_says(":irc.test 311 alice bob ~bob host.test * :Bob", ":irc.test 318 alice bob :End of WHOIS",
                  ":irc.test 315 alice *bob* :End of WHO");
  irc.owner_hears("Done 1 people bob=bob(Bob)");
}

TEST(IrcPeopleSearch, GoesOnWhenNobodyHasTheNickname) {
  IrcScript irc;
  irc.is_ready();
  irc.owner_asks(chat::SearchPeople{"bob", 10});
  irc.forget();
  irc.server_says(":irc.test 401 alice bob :No such nick", ":irc.test 318 alice bob :End of WHOIS");
  irc.owner_hears_nothing();
  irc.server_says(row("bobby", "Robert"), ":irc.test 315 alice *bob* :End of WHO");
  irc.owner_hears("Done 1 people bobby=bobby(Robert)");
}

TEST(IrcPeopleSearch, FindsNamesToo) {
  IrcScript irc;
  irc.is_ready();
  irc.owner_asks(chat::SearchPeople{"baker street", 10});
  irc.we_say("WHO *baker?street*");
  // Servers compare more than was asked for: hosts, servers.
  irc.server_says(row("holmes", "221b Baker Street"), row("eve", "Eve"), ":irc.test 315 alice *baker?street* :End");
  irc.owner_hears("Done 1 people holmes=holmes(221b Baker Street)");
}

TEST(IrcPeopleSearch, TakesAMaskAsItIs) {
  IrcScript irc;
  irc.is_ready();
  irc.owner_asks(chat::SearchPeople{"b?b*", 10});
  irc.we_say("WHO b?b*");
  irc.server_says(row("bobby", ""), row("bilbo", ""), ":irc.test 315 alice b?b* :End");
  irc.owner_hears("Done 1 people bobby=bobby");
}

TEST(IrcPeopleSearch, IsBounded) {
  IrcScript irc;
  irc.is_ready();
  irc.owner_asks(chat::SearchPeople{"bob*", 2});
  irc.forget();
  irc.server_says(row("bob1", ""), row("bob2", ""), row("bob3", ""), ":irc.test 315 alice bob* :End");
  irc.owner_hears("Done 1 some people bob1=bob1 bob2=bob2");
}

TEST(IrcPeopleSearch, KnowsThatNgircdListsNoMore) {
  IrcScript irc;
  irc.is_ready();
  irc.owner_asks(chat::SearchPeople{"bob*", 100});
  irc.forget();
  irc.server_says(row("bob1", ""), ":irc.test NOTICE alice :WHO list limit (25) reached!",
                  ":irc.test 315 alice bob* :End of WHO list");
  irc.owner_hears("Done 1 some people bob1=bob1");
}

TEST(IrcPeopleSearch, ForEverybodyIsRefused) {
  IrcScript irc;
  irc.is_ready();
  for (const char* everybody : {"", " ", "*", "**", ":"}) {
    irc.owner_asks(chat::SearchPeople{everybody, 10});
    irc.we_say();
    EXPECT_NE(irc.heard().front().find("refused unacceptable"), std::string::npos) << everybody;
  }
}

TEST(IrcPeopleSearch, CannotWriteASecondLine) {
  IrcScript irc;
  irc.is_ready();
  irc.owner_asks(chat::SearchPeople{"bob\r\nQUIT", 10});
  irc.we_say("WHOIS bobQUIT", "WHO *bobQUIT*");
}

TEST(IrcPeopleSearch, EndsAfter14SecondsWithWhatHasCome) {
  IrcScript irc;
  irc.is_ready();
  irc.owner_asks(chat::SearchPeople{"bob*", 10});
  irc.owner_asks(chat::SearchPeople{"eve*", 10});
  irc.forget();
  irc.server_says(row("bob", ""));
  irc.time_passes(std::chrono::seconds{14});
  irc.owner_hears("Done 1 some people bob=bob", "Failed 2 unsure timeout: the IRC server did not answer in time");
}

TEST(IrcPeopleSearch, LeavesAQuestionAboutTheSamePersonAlone) {
  IrcScript irc;
  irc.is_ready();
  irc.owner_asks(chat::GetProfile{chat::PersonId{"bob"}});
  irc.owner_asks(chat::SearchPeople{"bob", 10});
  irc.forget();
  irc.server_says(":irc.test 401 alice bob :No such nick");
  irc.owner_hears("Failed 1 refused not_found: nobody has this nickname");
  irc.server_says(":irc.test 318 alice bob :End of WHOIS", ":irc.test 401 alice bob :No such nick",
                  ":irc.test 318 alice bob :End of WHOIS", ":irc.test 315 alice *bob* :End of WHO");
  irc.owner_hears("Done 2 people");
}

void searches(IrcScript& irc) {
  irc.is_ready();
  irc.owner_asks(chat::SearchPeople{"bob", 10});
  irc.server_says(":irc.test 311 alice bob ~bob host.test * :Bob", ":irc.test 318 alice bob :End of WHOIS");
  irc.server_says(row("bobby", ""), ":irc.test 315 alice *bob* :End of WHO");
}
TEST(IrcPeopleSearch, SurvivesADropAtEveryStep) { test::survives_a_drop_at_every_step(searches); }

}  // namespace
}  // namespace dragoman::backends::irc
