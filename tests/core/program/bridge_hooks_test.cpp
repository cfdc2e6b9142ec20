#include "bridge_hooks.hpp"

#include <gtest/gtest.h>

// Hooks that are brought into bridges.

namespace dragoman {
namespace {

using Texts = std::vector<std::string>;

bridge::LegPlan room(const std::string& network, const std::string& name) {
  bridge::LegPlan leg;
  leg.network = network;
  leg.room = chat::RoomId{name};
  leg.address = name + '@' + network;
  leg.label = "the hook " + name;
  return leg;
}

bridge::Plan plan(const std::string& name, std::vector<std::string> hooks = {}) {
  bridge::Plan made;
  made.name = name;
  made.hooks = std::move(hooks);
  made.legs = {room("irc.test", '#' + name), room("chat.test", '#' + name)};
  return made;
}

struct BridgeHooksTest : ::testing::Test {
  std::vector<bridge::Plan> plans{plan("dev", {"alice@test"}), plan("ops", {"alice@test"})};
  BridgeHooks hooks;
  const BridgeHooks::Takes takes = [](const bridge::Plan& into, const BridgeHooks::Brought& brought) {
    return !into.hooks.empty() && into.hooks.front() == brought.by;
  };

  static BridgeHooks::Brought brought(const std::string& bridge, const std::string& by = "alice@test") {
    return {bridge, by, room("hook.test", "#ci"), true};
  }
  Fault fault(const BridgeHooks::Brought& what) const {
    const auto judged = hooks.judge(what, plans, takes);
    return judged ? Fault::internal : judged.error().fault;
  }
  Texts rooms_of(std::size_t index) const {
    bridge::Plan whole = plans.at(index);
    hooks.add_to(whole, plans, takes);
    Texts rooms;
    for (const bridge::LegPlan& each : whole.legs) rooms.push_back(each.address);
    return rooms;
  }
};

TEST_F(BridgeHooksTest, AreOneMoreRoomOfTheirBridge) {
  EXPECT_TRUE(hooks.judge(brought("dev"), plans, takes));
  hooks.bring(brought("dev"));
  EXPECT_EQ(rooms_of(0), (Texts{"#dev@irc.test", "#dev@chat.test", "#ci@hook.test"}));
  EXPECT_EQ(rooms_of(1), (Texts{"#ops@irc.test", "#ops@chat.test"}));
  hooks.take_away("hook.test #ci");
  EXPECT_EQ(rooms_of(0), (Texts{"#dev@irc.test", "#dev@chat.test"}));
}

TEST_F(BridgeHooksTest, AreRefusedWithTheReason) {
  EXPECT_EQ(fault(brought("tea")), Fault::not_found);
  EXPECT_EQ(hooks.judge(brought("tea"), plans, takes).error().text, "There is no bridge \"tea\".");
  EXPECT_EQ(fault(brought("dev", "eve@test")), Fault::forbidden);
  hooks.bring(brought("dev"));
  EXPECT_EQ(fault(brought("ops")), Fault::conflict) << "what is said in one would be said in the other";
  plans[1].legs.push_back(room("hook.test", "#backup"));
  BridgeHooks::Brought backup = brought("dev");
  backup.leg = room("hook.test", "#backup");
  EXPECT_EQ(fault(backup), Fault::conflict) << "the file has it";
}

TEST_F(BridgeHooksTest, ComeBackWhenTheirBridgeTakesThemAgain) {
  hooks.bring(brought("dev"));
  const std::vector<std::string> before = std::exchange(plans[0].hooks, {});
  EXPECT_EQ(rooms_of(0).size(), 2U);
  plans[0].hooks = before;
  EXPECT_EQ(rooms_of(0).size(), 3U);
}

TEST_F(BridgeHooksTest, AreToldToTheRoomsOnce) {
  hooks.bring(brought("dev"));
  bridge::Plan whole = plans[0];
  hooks.add_to(whole, plans, takes);
  EXPECT_EQ(hooks.take_new(plans[0]), Texts{}) << "it is not there yet";
  EXPECT_EQ(hooks.take_new(whole), Texts{"the hook #ci"});
  EXPECT_EQ(hooks.take_new(whole), Texts{});
}

}  // namespace
}  // namespace dragoman
