#include "portals.hpp"

#include <gtest/gtest.h>

#include "support/fake_network.hpp"
#include "support/manual_clock.hpp"

// A room of XMPP that somebody on another network asks for: it says what it is, the bot enters, and with the network's
// own room it is a bridge.

namespace dragoman {
namespace {

using namespace std::chrono_literals;
using bridge::LegState;
using Words = std::vector<std::string>;

const backends::Portal tea{"tea@rooms.test", chat::RoomId{"#_tea:hs.test"}};

/// A network that asks for rooms.
struct AskingNetwork final : test::FakeNetwork, backends::MakesPortals {
  void set_portal_desk(backends::PortalDesk& given) override { desk = &given; }
  void on_portal_gone(const backends::Portal& portal, bool by_moderators) override {
    gone.push_back(portal.xmpp_room + (by_moderators ? " by moderators" : ""));
  }
  backends::PortalDesk* desk = nullptr;
  Words gone;
};

xmpp::DiscoInfo room_with(std::vector<std::string> features) {
  xmpp::DiscoInfo info;
  info.identities.push_back({"conference", "text", "Tea", {}});
  info.features = std::move(features);
  return info;
}

/// Bridges whose bot gets where the test says.
struct PortalsTest : ::testing::Test, Portals::Host {
  PortalsTest() { portals.add("m.test", network); }

  Result<MadeBridges::Made> check(MadeBridges::Definition definition) const override {
    if (!refusal.empty()) return failure(Fault::unacceptable, refusal);
    MadeBridges::Made made{definition, {}, {}};
    made.plan.name = definition.name;
    for (const auto& each : definition.legs) {
      bridge::LegPlan leg;
      leg.network = "m.test";
      leg.is_xmpp = !each.via.empty();
      leg.address = each.room;
      leg.room = leg.is_xmpp ? chat::RoomId{each.room} : tea.room;
      made.plan.legs.push_back(leg);
    }
    return made;
  }
  bool is_free(const std::string& name) const override { return !portals.has(name); }
  void enter(const bridge::Plan& plan) override { entered[plan.name] = plan; }
  bridge::BridgeOverview look(const std::string& name) const override {
    bridge::BridgeOverview now;
    for (const auto& leg : entered.at(name).legs) {
      bridge::LegOverview& each = now.legs.emplace_back();
      each.address = leg.address;
      each.state = state;
      each.text = "banned from the room";
    }
    return now;
  }
  void say(const std::string& name, std::size_t leg, const std::string& text) override {
    said.push_back(entered.at(name).legs.at(leg).address + ": " + text);
  }
  void agreed(MadeBridges::Made made) override { kept.push_back(std::move(made)); }
  void drop(const std::string& name) override {
    entered.erase(name);
    dropped.push_back(name);
  }
  void tell(const std::string&, const std::string&, const std::string&) override {}
  bool is_tied(const std::string&, const bridge::LegPlan&) const override { return tied; }

  void asks_for(const backends::Portal& portal) {
    network.desk->open(
        portal, [this](const Result<void>& answer) { answers.push_back(answer ? "open" : answer.error().text); });
    gate.end_turn();
  }
  void room_says(const Result<xmpp::DiscoInfo>& info) {
    ASSERT_TRUE(answer_of_room);
    std::exchange(answer_of_room, nullptr)(info);
    gate.end_turn();
  }
  void bot_is(LegState now) {
    state = now;
    portals.changed();
    gate.end_turn();
  }
  void time_passes(Duration much) {
    clock.advance(much);
    timers.run(clock.now());
    gate.end_turn();
  }

  test::ManualClock clock;
  Timers timers{clock};
  Gate gate;
  AskingNetwork network;
  std::map<std::string, bridge::Plan> entered;
  LegState state = LegState::joining;
  bool tied = false;
  std::string refusal;
  std::function<void(Result<xmpp::DiscoInfo>)> answer_of_room;
  Words answers, said, dropped, asked;
  std::vector<MadeBridges::Made> kept;
  Portals portals{timers, gate, *this, [this](const std::string& domain, const std::string& room, auto answered) {
                    asked.push_back(domain + ' ' + room);
                    answer_of_room = std::move(answered);
                  }};
};

TEST_F(PortalsTest, ARoomThatIsOpenToEverybodyBecomesABridge) {
  asks_for(tea);
  EXPECT_EQ(asked, Words{"m.test tea@rooms.test"});
  EXPECT_TRUE(entered.empty()) << "it has not said what it is";
  room_says(room_with({"muc_open", "muc_public"}));
  ASSERT_EQ(entered.at("tea").legs.size(), 1U) << "the other room is not there yet";
  EXPECT_EQ(answers, Words{});
  bot_is(LegState::joined);
  EXPECT_EQ(answers, Words{"open"});
  EXPECT_TRUE(portals.has("tea")) << "nothing is told to anybody";
  EXPECT_TRUE(network.desk->tie(tea));
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_EQ(kept[0].definition.by, "m.test");
  EXPECT_EQ(kept[0].definition.legs[1].room, "#_tea\\3ahs.test@m.test")
      << "XEP-0106: a colon stands escaped in an address";
  EXPECT_EQ(entered.at("tea").legs.size(), 2U);
  EXPECT_FALSE(portals.has("tea"));
  ASSERT_EQ(said.size(), 1U);
  EXPECT_TRUE(said[0].starts_with("tea@rooms.test: This room is linked with")) << said[0];
  EXPECT_NE(said[0].find("!unlink"), std::string::npos) << "its moderators have to know how to end it";
}

TEST_F(PortalsTest, RoomsThatAreNotForEverybodyAreNotEntered) {
  const std::pair<std::string, std::string> closed[] = {{"muc_membersonly", "only members may enter the room"},
                                                        {"muc_passwordprotected", "the room wants a password"},
                                                        {"muc_hidden", "the room is not one that everybody may find"}};
  for (const auto& [feature, why] : closed) {
    answers.clear();
    asks_for(tea);
    room_says(room_with({feature}));
    EXPECT_EQ(answers, Words{why});
    time_passes(3min);
  }
  answers.clear();
  asks_for(tea);
  room_says(failure(Fault::not_found, "item-not-found"));
  EXPECT_EQ(answers, Words{"there is no such room"});
  EXPECT_TRUE(entered.empty());
  EXPECT_TRUE(kept.empty());
}

TEST_F(PortalsTest, WhoWasRefusedIsNotAskedAgainAtOnce) {
  asks_for(tea);
  room_says(room_with({"muc_hidden"}));
  asks_for(tea);
  EXPECT_EQ(asked.size(), 1U);
  EXPECT_EQ(answers.size(), 2U);
  time_passes(3min);
  asks_for(tea);
  EXPECT_EQ(asked.size(), 2U);
}

TEST_F(PortalsTest, ABotThatIsNotLetInMakesNoBridge) {
  asks_for(tea);
  room_says(room_with({}));
  bot_is(LegState::out);
  EXPECT_EQ(answers, Words{"banned from the room"});
  EXPECT_EQ(dropped, Words{"tea"});
  EXPECT_FALSE(portals.has("tea"));
}

TEST_F(PortalsTest, WhoAsksDoesNotWaitForEver) {
  asks_for(tea);
  time_passes(6s);
  EXPECT_EQ(answers, Words{"the room has not answered in time"});
  room_says(room_with({}));
  EXPECT_TRUE(entered.empty()) << "too late";
}

TEST_F(PortalsTest, ARoomThatTheNetworkDoesNotMakeIsLeft) {
  asks_for(tea);
  room_says(room_with({}));
  bot_is(LegState::joined);
  network.desk->give_up(tea);
  EXPECT_EQ(dropped, Words{"tea"});
  EXPECT_FALSE(network.desk->tie(tea));
  asks_for(tea);
  room_says(room_with({}));
  time_passes(31s);
  EXPECT_EQ(dropped, (Words{"tea", "tea"})) << "nor is it waited for";
}

TEST_F(PortalsTest, AnotherSpellingIsNotTheRoom) {
  asks_for({"Tea@rooms.test", tea.room});
  asks_for({"rooms.test", tea.room});
  EXPECT_EQ(answers, (Words{"this is not the address of a room", "this is not the address of a room"}));
}

TEST_F(PortalsTest, ARoomOfAnotherBridgeIsRefused) {
  refusal = "it is in the bridge 'dev' too";
  asks_for(tea);
  EXPECT_EQ(answers, Words{refusal});
  EXPECT_TRUE(asked.empty());
}

TEST_F(PortalsTest, NobodyIsAnsweredWhoseNetworkGoes) {
  asks_for(tea);
  room_says(room_with({}));
  portals.network_goes("m.test");
  EXPECT_EQ(dropped, Words{"tea"});
  bot_is(LegState::joined);
  EXPECT_EQ(answers, Words{});
}

TEST_F(PortalsTest, TheNetworkHearsThatABridgeOfItsOwnIsGone) {
  asks_for(tea);
  room_says(room_with({}));
  bot_is(LegState::joined);
  ASSERT_TRUE(network.desk->tie(tea));
  tied = true;
  portals.removed(kept[0], true);
  EXPECT_EQ(network.gone, Words{}) << "another room of it was removed";
  tied = false;
  MadeBridges::Made others = kept[0];
  others.definition.by = "alice@test";
  portals.removed(others, false);
  EXPECT_EQ(network.gone, Words{}) << "somebody else has made that one";
  portals.removed(kept[0], true);
  EXPECT_EQ(network.gone, Words{"tea@rooms.test by moderators"});
}

}  // namespace
}  // namespace dragoman
