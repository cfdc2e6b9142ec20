#include "bridge_links.hpp"

#include <gtest/gtest.h>

#include "support/fixed_random.hpp"
#include "support/manual_clock.hpp"

// Rooms are tied together when a moderator of each has agreed.

namespace dragoman {
namespace {

using namespace std::chrono_literals;
using bridge::LegState;
using bridge::Order;
using Texts = std::vector<std::string>;

/// Bridges whose bot is let in everywhere, until told otherwise.
struct BridgeLinksTest : ::testing::Test, BridgeLinks::Host {
  test::ManualClock clock;
  Timers timers{clock};
  Gate gate;
  test::FixedRandom random;
  std::map<std::string, bridge::Plan> entered;
  std::map<std::string, LegState> states;  // by address; joined where nothing is said
  Texts said, told, kept;
  std::string refusal;
  BridgeLinks links{timers, gate, random, *this};

  Result<MadeBridges::Made> check(MadeBridges::Definition definition) const override {
    if (!refusal.empty()) return failure(Fault::unacceptable, refusal);
    MadeBridges::Made made{definition, {}, {}};
    made.plan.name = definition.name;
    for (const auto& each : definition.legs) {
      bridge::LegPlan leg;
      leg.network = "irc.test";
      leg.address = each.room;
      leg.room = chat::RoomId{each.room};
      made.plan.legs.push_back(leg);
    }
    return made;
  }
  bool is_free(const std::string& name) const override { return !links.has(name); }
  void enter(const bridge::Plan& plan) override { entered[plan.name] = plan; }
  bridge::BridgeOverview look(const std::string& name) const override {
    bridge::BridgeOverview now;
    for (const auto& leg : entered.at(name).legs) {
      bridge::LegOverview& each = now.legs.emplace_back();
      each.address = leg.address;
      const auto known = states.find(leg.address);
      each.state = known == states.end() ? LegState::joined : known->second;
      each.text = "banned";
    }
    return now;
  }
  void say(const std::string& name, std::size_t leg, const std::string& text) override {
    said.push_back(entered.at(name).legs.at(leg).address + ": " + text);
  }
  void agreed(MadeBridges::Made made) override { kept.push_back(made.plan.name); }
  void drop(const std::string& name) override { entered.erase(name); }
  void tell(const std::string&, const std::string& person, const std::string& text) override {
    told.push_back(person + ": " + text);
  }

  Result<std::string> ask(bool agrees = false, const std::string& by = "alice@test") {
    auto answer = links.ask({by, "irc.test", "dev@muc.test", "#dev@irc.test", false, agrees});
    gate.end_turn();
    return answer;
  }
  /// The code stands in the answer.
  static std::string code_in(const Result<std::string>& answer) {
    const auto at = answer->find("!link ") + 6;
    return answer->substr(at, answer->find('"', at) - at);
  }
  bool order(const std::string& room, Order order, bool moderator = true, const std::string& name = "dev") {
    const bool taken = links.ordered({name, "irc.test " + room, "bob", moderator, std::move(order)});
    gate.end_turn();
    return taken;
  }
  bool agrees(const std::string& room, const std::string& code, bool moderator = true) {
    return order(room, {Order::Kind::agree, code}, moderator);
  }
};

TEST_F(BridgeLinksTest, AsksTheFirstRoomThenTheOther) {
  const auto answer = ask();
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_EQ(entered.at("dev").legs.size(), 1U) << "the other room hears of it when the first has agreed";
  ASSERT_EQ(said.size(), 1U);
  EXPECT_TRUE(said[0].starts_with("dev@muc.test: Somebody asks to link this room with #dev@irc.test")) << said[0];
  EXPECT_TRUE(agrees("dev@muc.test", code_in(answer)));
  EXPECT_EQ(entered.at("dev").legs.size(), 2U);
  ASSERT_EQ(said.size(), 3U);
  EXPECT_TRUE(said[2].starts_with("#dev@irc.test: bob, a moderator of dev@muc.test, asks")) << said[2];
  EXPECT_EQ(kept, Texts{});
  EXPECT_TRUE(agrees("#dev@irc.test", code_in(answer)));
  EXPECT_EQ(kept, Texts{"dev"});
  EXPECT_FALSE(links.has("dev"));
  EXPECT_EQ(told, Texts{"alice@test: dev@muc.test and #dev@irc.test are linked."});
}

TEST_F(BridgeLinksTest, WhoModeratesTheFirstRoomHasAgreed) {
  const auto answer = ask(true);
  ASSERT_TRUE(answer);
  EXPECT_EQ(entered.at("dev").legs.size(), 2U);
  ASSERT_EQ(said.size(), 1U);
  EXPECT_TRUE(said[0].starts_with("#dev@irc.test: A moderator of dev@muc.test asks")) << said[0];
  EXPECT_TRUE(agrees("#dev@irc.test", code_in(answer)));
  EXPECT_EQ(kept, Texts{"dev"});
}

TEST_F(BridgeLinksTest, OnlyModeratorsAgreeAndOnlyToThisRequest) {
  const auto answer = ask();
  EXPECT_TRUE(agrees("dev@muc.test", code_in(answer), false));
  EXPECT_FALSE(agrees("dev@muc.test", "WRONG"));
  EXPECT_EQ(entered.at("dev").legs.size(), 1U);
  EXPECT_EQ(said.back(), "dev@muc.test: bob: that is for moderators of this room.");
  EXPECT_EQ(kept, Texts{});
}

TEST_F(BridgeLinksTest, AsksWhenTheBotIsIn) {
  states["dev@muc.test"] = LegState::joining;
  ASSERT_TRUE(ask());
  EXPECT_EQ(said, Texts{});
  states["dev@muc.test"] = LegState::joined;
  links.changed();
  gate.end_turn();
  EXPECT_EQ(said.size(), 1U);
}

TEST_F(BridgeLinksTest, EndsWhereTheBotIsNotLetIn) {
  states["dev@muc.test"] = LegState::out;
  ASSERT_TRUE(ask());
  EXPECT_EQ(told, Texts{"alice@test: dev@muc.test and #dev@irc.test are not linked: dev@muc.test cannot be entered: "
                        "banned"});
  EXPECT_TRUE(entered.empty());
}

TEST_F(BridgeLinksTest, ARoomThatHasRefusedIsLeftAloneForADay) {
  const auto answer = ask(true);
  EXPECT_TRUE(order("#dev@irc.test", {Order::Kind::refuse}));
  EXPECT_EQ(told, Texts{"alice@test: dev@muc.test and #dev@irc.test are not linked: bob has refused it."});
  EXPECT_EQ(ask(true).error().fault, Fault::not_allowed);
  clock.advance(25h);
  timers.run(clock.now());
  EXPECT_TRUE(ask(true));
}

TEST_F(BridgeLinksTest, ExpiresAfterHalfAnHour) {
  const auto answer = ask();
  clock.advance(31min);
  timers.run(clock.now());
  gate.end_turn();
  EXPECT_EQ(told, Texts{"alice@test: dev@muc.test and #dev@irc.test are not linked: nobody has agreed in time."});
  EXPECT_FALSE(agrees("dev@muc.test", code_in(answer)));
}

TEST_F(BridgeLinksTest, HasLimits) {
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(ask());
  EXPECT_EQ(ask().error().fault, Fault::limited) << "three wait for an answer";
  clock.advance(31min);
  timers.run(clock.now());
  gate.end_turn();
  EXPECT_TRUE(ask());
  EXPECT_TRUE(ask());
  EXPECT_EQ(ask().error().fault, Fault::limited) << "five an hour";
  EXPECT_TRUE(ask(false, "carol@test"));
}

TEST_F(BridgeLinksTest, EndsWhenTheOperatorLeavesItNoRoom) {
  ASSERT_TRUE(ask());
  refusal = "the room is in another bridge";
  links.check_again();
  EXPECT_FALSE(links.has("dev"));
  EXPECT_EQ(told.size(), 1U);
}

}  // namespace
}  // namespace dragoman
