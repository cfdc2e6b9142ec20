#include <algorithm>

#include "support/irc_drops.hpp"
#include "support/irc_script.hpp"

namespace dragoman::test {
namespace {

using namespace std::chrono_literals;
using chat::AddContact;
using chat::PersonId;
using chat::RemoveContact;

AddContact add(const std::string& nick) { return {PersonId{nick}, {}}; }
RemoveContact removed(const std::string& nick) { return {PersonId{nick}}; }

TEST(IrcContacts, AreWatchedByMonitor) {
  IrcScript irc;
  irc.is_ready("MONITOR=100 CHANTYPES=#");
  irc.owner_asks_at_once({add("bob"), add("carol")});
  irc.owner_hears("Done 1", "Done 2");
  irc.we_say("MONITOR + bob,carol");
  irc.server_says(":irc.test 730 alice :Bob!b@host", ":irc.test 731 alice :carol");
  irc.owner_hears("PresenceChanged bob available", "PresenceChanged carol gone");
  irc.server_says(":irc.test 731 alice :bob", ":irc.test 730 alice :carol!c@host,stranger!s@host");
  irc.owner_hears("PresenceChanged bob gone", "PresenceChanged carol available");
  irc.owner_asks(removed("carol"));
  irc.we_say("MONITOR - carol");
  irc.server_says(":irc.test 731 alice :carol");
  irc.owner_hears("Done 3");
}

TEST(IrcContacts, AreToldAgainWhenTheyAreAddedAgain) {
  IrcScript irc;
  irc.is_ready("MONITOR CHANTYPES=#");
  irc.owner_asks(add("bob"));
  irc.server_says(":irc.test 730 alice :bob!b@host");
  irc.forget();
  irc.owner_asks(add("bob"));
  irc.we_say();
  irc.owner_hears("Done 2", "PresenceChanged bob available");
}

TEST(IrcContacts, WithABadNicknameAreRefused) {
  IrcScript irc;
  irc.is_ready();
  irc.owner_asks(add("two words"));
  irc.we_say();
  EXPECT_TRUE(irc.heard().front().starts_with("Failed 1 refused malformed: "));
}

TEST(IrcContacts, WaitForTheConnectionAndAreWatchedOnEachNewOne) {
  IrcScript irc;
  irc.owner_asks(add("bob"));
  irc.owner_hears("Done 1");
  irc.is_ready("MONITOR=100 CHANTYPES=#");
  irc.server_says(":irc.test 730 alice :bob!b@host");
  irc.owner_hears("PresenceChanged bob available");
  irc.drops();
  irc.connects();
  irc.server_says(":irc.test CAP * LS :", ":irc.test 001 alice :hi", ":irc.test 005 alice MONITOR=100 :are supported",
                  ":irc.test 422 alice :No MOTD");
  EXPECT_EQ(irc.said().back(), "MONITOR + bob");
  irc.forget();
  irc.server_says(":irc.test 730 alice :bob!b@host");
  irc.owner_hears("PresenceChanged bob available");
}

TEST(IrcContacts, OverTheLimitOfTheServerArePolled) {
  IrcScript irc;
  irc.is_ready("MONITOR=2 CHANTYPES=#");
  irc.owner_asks_at_once({add("bob"), add("carol"), add("dave")});
  irc.we_say("MONITOR + bob,carol", "ISON :dave");
  irc.forget();
  irc.server_says(":irc.test 303 alice :dave");
  irc.owner_hears("PresenceChanged dave available");
}

TEST(IrcContacts, OfAFullListArePolled) {
  IrcScript irc;
  irc.is_ready("MONITOR CHANTYPES=#");
  irc.owner_asks_at_once({add("bob"), add("carol")});
  irc.forget();
  irc.server_says(":irc.test 734 alice 1 carol :Monitor list is full.");
  irc.we_say("ISON :carol");
  irc.server_says(":irc.test 303 alice :");
  irc.owner_hears("PresenceChanged carol gone");
}

TEST(IrcContacts, AreWatchedByWatchWhereThereIsNoMonitor) {
  IrcScript irc;
  irc.is_ready("WATCH=128 CHANTYPES=#");
  irc.owner_asks_at_once({add("bob"), add("carol")});
  irc.we_say("WATCH +bob +carol");
  irc.forget();
  irc.server_says(":irc.test 604 alice bob b host 1700000000 :is online",
                  ":irc.test 605 alice carol * * 0 :is offline");
  irc.owner_hears("PresenceChanged bob available", "PresenceChanged carol gone");
  irc.server_says(":irc.test 601 alice bob b host 1700000000 :logged offline",
                  ":irc.test 600 alice carol c host 1700000000 :logged online");
  irc.owner_hears("PresenceChanged bob gone", "PresenceChanged carol available");
  irc.server_says(":irc.test 598 alice carol c host 1700000000 :lunch",
                  ":irc.test 599 alice carol c host 1700000000 :back");
  irc.owner_hears("PresenceChanged carol away: lunch", "PresenceChanged carol available");
  irc.owner_asks(removed("bob"));
  irc.we_say("WATCH -bob");
}

TEST(IrcContacts, ArePolledEachMinuteWhereThereIsNeither) {
  IrcScript irc;
  irc.is_ready();
  irc.owner_asks_at_once({add("bob"), add("carol")});
  irc.we_say("ISON :bob carol");
  irc.forget();
  irc.server_says(":irc.test 303 alice :Bob");
  irc.owner_hears("PresenceChanged bob available", "PresenceChanged carol gone");
  const auto polls = [&irc] {
    const auto lines = irc.said();
    return std::count(lines.begin(), lines.end(), "ISON :bob carol");
  };
  irc.quiet_time_passes(49s);
  EXPECT_EQ(polls(), 0);
  irc.quiet_time_passes(21s);
  EXPECT_EQ(polls(), 1);
  irc.server_says(":irc.test 303 alice :bob");
  irc.owner_hears();
  irc.owner_asks_at_once({removed("bob"), removed("carol")});
  irc.forget();
  irc.quiet_time_passes(80s);
  EXPECT_EQ(polls(), 0);
}

TEST(IrcContacts, LeaveTheAnswersOfOthersAlone) {
  IrcScript irc;
  irc.is_ready();
  irc.owner_asks(chat::Run{"ISON :mallory"});
  irc.server_says(":irc.test 303 alice :mallory", ":irc.test PONG irc.test d1");
  irc.owner_hears("Done 1 reply: mallory");
  irc.owner_asks(add("bob"));
  irc.forget();
  irc.server_says(":irc.test 303 alice :mallory", ":irc.test 303 alice :bob");
  irc.owner_hears("Notice from irc.test: mallory", "PresenceChanged bob available");
}

TEST(IrcContacts, AreAwayWithTheirWords) {
  IrcScript irc;
  irc.is_ready("MONITOR CHANTYPES=#", "away-notify extended-monitor");
  irc.owner_asks(add("bob"));
  irc.server_says(":irc.test 730 alice :bob!b@host");
  irc.forget();
  irc.server_says(":bob!b@host AWAY :at \x02lunch");
  irc.owner_hears("PresenceChanged bob away: at lunch");
  irc.server_says(":irc.test 730 alice :bob!b@host", ":irc.test 301 alice bob :at lunch");
  irc.owner_hears();
  irc.server_says(":bob!b@host AWAY");
  irc.owner_hears("PresenceChanged bob available");
  irc.server_says(":irc.test 301 alice bob :asleep");
  irc.owner_hears("PresenceChanged bob away: asleep");
}

TEST(IrcContacts, AreSeenInCommonRooms) {
  IrcScript irc;
  irc.is_ready("MONITOR CHANTYPES=#");
  irc.owner_asks_at_once({add("bob"), add("carol"), add("robert")});
  irc.is_in("#tea", "alice bob");
  irc.server_says(":irc.test 730 alice :bob!b@h", ":irc.test 731 alice :carol,robert");
  irc.forget();
  irc.server_says(":bob!b@h NICK Robert", ":irc.test 731 alice :bob", ":irc.test 730 alice :Robert!b@h");
  irc.owner_hears("OccupantRenamed #tea bob -> Robert", "PresenceChanged bob gone", "PresenceChanged robert available");
  irc.server_says(":Robert!b@h NICK ROBERT");
  irc.owner_hears("OccupantRenamed #tea Robert -> ROBERT");
  irc.server_says(":carol!c@h JOIN #tea");
  irc.owner_hears("PresenceChanged carol available", "OccupantsJoined #tea carol");
  irc.server_says(":carol!c@h QUIT :bye", ":irc.test 731 alice :carol");
  irc.owner_hears("PresenceChanged carol gone", "OccupantsLeft #tea carol quit: bye");
}

TEST(IrcContacts, AreFoundUnderTheCasemappingOfTheServer) {
  IrcScript irc;
  irc.owner_asks(add("a=5bb=5d"));  // before the server said that [] and {} are one
  irc.is_ready("MONITOR CASEMAPPING=rfc1459 CHANTYPES=#");
  irc.forget();
  irc.server_says(":irc.test 730 alice :A{b}!a@h");
  irc.owner_hears("PresenceChanged a=5bb=5d available");
}

TEST(IrcContacts, AreManyInFewLines) {
  for (const char* isupport : {"MONITOR CHANTYPES=#", "WATCH=5000 CHANTYPES=#", "CHANTYPES=#"}) {
    IrcScript irc;
    irc.is_ready(isupport);
    std::vector<chat::Command> commands;
    for (int i = 0; i < 1000; ++i) commands.push_back(add("person" + std::to_string(1000 + i)));
    irc.owner_asks_at_once(commands);
    const auto lines = irc.said();
    EXPECT_LE(lines.size(), 90u) << isupport;
    for (const std::string& line : lines) EXPECT_LE(line.size(), 510u);
  }
}

void has_contacts(IrcScript& irc) {
  irc.owner_asks(add("bob"));
  irc.is_ready();
  irc.is_in("#tea", "alice bob");
  irc.owner_asks(add("carol"));
  irc.server_says(":irc.test 303 alice :bob", ":irc.test 303 alice :");
  irc.server_says(":bob!b@h NICK carol");
  irc.owner_asks(removed("bob"));
  irc.quiet_time_passes(70s);
}

TEST(IrcContacts, SurviveADropAtEveryStep) { survives_a_drop_at_every_step(has_contacts); }

}  // namespace
}  // namespace dragoman::test
