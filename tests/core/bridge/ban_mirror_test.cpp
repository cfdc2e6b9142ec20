#include <algorithm>

#include <gtest/gtest.h>

#include "support/bridge_script.hpp"

// moderation.sync_bans = "mirror": a channel ("one") and an XMPP room ("two") in which its people are occupants.
namespace dragoman::bridge {
namespace {

using test::BridgeScript;
using Lines = std::vector<std::string>;
using namespace std::chrono_literals;

struct BridgeBans : testing::Test {
  BridgeBans() {
    script.plan.tells_bans = script.plan.mirrors_bans = true;
    script.leg(1).is_xmpp = true;
    script.leg(1).puppets = PuppetPlan{};
    script.puppets_of("one");
    starts();
  }

  void starts() {
    script.starts();
    script.lets_in("one", {"alice", "bob"});
    script.lets_in("two");
    lists("one", {});
    lists("two", {});
    script.told("one");
    script.told("two");
  }
  /// The bot asks who is banned from a room, and hears it.
  void lists(const std::string& leg, const Lines& masks) {
    chat::StandingList list;
    for (const std::string& mask : masks) list.entries.push_back({{}, mask, {}, {}});
    answers<chat::ListStandings>(leg, list);
  }
  template <class Command>
  std::vector<Command> answers(const std::string& leg, const chat::Answer& answer) {
    std::vector<Command> all;
    std::vector<chat::CommandId> ids;
    std::erase_if(script.network(leg).commands, [&](const auto& each) {
      const auto* found = std::get_if<Command>(&each.second);
      if (found == nullptr) return false;
      all.push_back(*found);
      ids.push_back(each.first);
      return true;
    });
    EXPECT_FALSE(ids.empty()) << "nothing of the kind was asked of " << leg;
    for (const chat::CommandId id : ids) script.says(leg, chat::Done{id, answer});
    return all;
  }
  /// What the bot changes in a room, which lets it.
  Lines changes(const std::string& leg) {
    Lines all;
    for (const auto& each : answers<chat::SetStanding>(leg, chat::Nothing{})) {
      const bool bans = each.affiliation == chat::Affiliation::outcast;
      all.push_back((bans ? "ban " : "let in ") + each.mask + each.nickname);
    }
    return all;
  }
  bool asks_nothing_of(const std::string& leg) {
    return std::none_of(script.network(leg).commands.begin(), script.network(leg).commands.end(),
                        [](const auto& each) { return std::holds_alternative<chat::SetStanding>(each.second); });
  }
  void are_banned(const std::string& leg, const Lines& people, const std::string& by = "op") {
    chat::OccupantsLeft left;
    left.room = chat::RoomId{'#' + leg};
    for (const std::string& each : people) left.occupants.push_back(script.name(leg, each));
    left.why = chat::OccupantsLeft::Why::banned;
    left.actor = by;
    left.text = "spam";
    script.says(leg, left);
    script.passes(3s);
  }

  BridgeScript script;
};

TEST_F(BridgeBans, AreCarriedOutInTheOtherRoomsAndTheOperatorHearsOfIt) {
  are_banned("one", {"alice"});
  EXPECT_EQ(changes("two"), Lines{"ban alice@one.test"});
  EXPECT_EQ(script.operator_heard, Lines{"Bridge dev: alice was banned from #one@one.test by op: spam. This is carried "
                                         "out in the other rooms."});
}

TEST_F(BridgeBans, AreTakenBackWhenTheBanIs) {
  are_banned("one", {"alice"});
  lists("one", {"*!*@bad.example"});
  changes("two");
  script.passes(1min);
  lists("one", {"*!*@bad.example"});
  EXPECT_TRUE(asks_nothing_of("two"));
  script.passes(1min);
  lists("one", {});
  EXPECT_EQ(changes("two"), Lines{"let in alice@one.test"});
}

TEST_F(BridgeBans, AreTakenBackAfterARestartToo) {
  are_banned("one", {"alice"});
  lists("one", {"*!*@bad.example"});
  changes("two");
  script.ends();
  script.starts();
  script.lets_in("one", {"bob"});
  script.lets_in("two");
  lists("one", {});
  EXPECT_EQ(changes("two"), Lines{"let in alice@one.test"});
}

TEST_F(BridgeBans, OfAnOccupantOfOursReachThePersonAtHome) {
  script.hears("one", "alice", "hello");
  const auto& asked = script.puppets_of("one").commands;
  const auto join = std::find_if(asked.begin(), asked.end(),
                                 [](const auto& each) { return std::holds_alternative<chat::JoinRoom>(each.second); });
  ASSERT_NE(join, asked.end());
  chat::RoomJoined joined;
  joined.room = chat::RoomId{"#two"};
  joined.self = script.puppets_of("one").names().acquire(RealmId{}, "alice", "alice", "alice");
  script.puppet_hears("one", joined);
  script.puppet_hears(
      "one", chat::RoomLeft{chat::RoomId{"#two"}, chat::RoomLeft::Why::banned, Fault::closed, "op", "spam", {}});
  are_banned("two", {"alice"});
  EXPECT_EQ(changes("one"), Lines{"ban alice"});
  EXPECT_TRUE(asks_nothing_of("two")) << "it is banned there already";
  // What the bot has done comes back as somebody who was banned: that is no news.
  are_banned("one", {"alice"}, "bridge");
  EXPECT_TRUE(asks_nothing_of("two"));
}

TEST_F(BridgeBans, OfManyAtOnceAreNobodysInParticular) {
  script.says("one", chat::OccupantsJoined{chat::RoomId{"#one"},
                                           {{script.name("one", "carol"), {}}, {script.name("one", "dave"), {}}}});
  are_banned("one", {"alice", "bob", "carol", "dave"});
  EXPECT_TRUE(asks_nothing_of("two"));
  EXPECT_EQ(script.operator_heard, Lines{"Bridge dev: 4 people were banned from #one@one.test at once. That is not "
                                         "carried out in the other rooms."});
}

TEST_F(BridgeBans, ThatTheBotMayNotSetAreToldToTheOperator) {
  are_banned("one", {"alice"});
  script.operator_heard.clear();
  const auto [id, command] = script.network("two").commands.back();
  ASSERT_TRUE(std::holds_alternative<chat::SetStanding>(command));
  script.says("two", chat::Failed{id, chat::Failed::Outcome::refused, Fault::not_allowed, "not an admin", {}});
  EXPECT_EQ(script.operator_heard, Lines{"Bridge dev: alice was banned from #one@one.test, but could not be banned "
                                         "from #two@two.test: not an admin."});
}

TEST_F(BridgeBans, StayInTheirRoomWithoutTheWishOfTheOperator) {
  script.plan.mirrors_bans = false;
  script.bridge->take(script.plan);
  are_banned("one", {"alice"});
  EXPECT_TRUE(asks_nothing_of("two"));
}

}  // namespace
}  // namespace dragoman::bridge
