#include "bridge/orders.hpp"

#include <gtest/gtest.h>

namespace dragoman::bridge {
namespace {

using Kind = Order::Kind;

TEST(BridgeOrders, AreReadInAnyCase) {
  EXPECT_EQ(read_order("!link k7qx2m"), (Order{Kind::agree, "K7QX2M"}));
  EXPECT_EQ(read_order("  !LINK  NO "), (Order{Kind::refuse}));
  EXPECT_EQ(read_order("!unlink"), (Order{Kind::leave}));
  EXPECT_EQ(read_order("!bridge link K7QX2M"), (Order{Kind::agree, "K7QX2M"}));
  EXPECT_EQ(read_order("!bridge unlink"), (Order{Kind::leave}));
}

TEST(BridgeOrders, NameSomebodyAsTheyAreCalled) {
  EXPECT_EQ(read_order("!unkick Alice L"), (Order{Kind::let_in, {}, "Alice L"}));
  EXPECT_EQ(read_order("!Bridge UNKICK alice"), (Order{Kind::let_in, {}, "alice"}));
  for (const char* text : {"!unkick", "!unkick  ", "!unkicked alice", "unkick alice"}) {
    EXPECT_EQ(read_order(text), std::nullopt) << text;
  }
}

TEST(BridgeOrders, AreNothingElseThatPeopleSay) {
  for (const char* text : {"", "!", "link K7QX2M", "!link", "!link a b", "!unlink it", "please !unlink", "!linked x"}) {
    EXPECT_EQ(read_order(text), std::nullopt) << text;
  }
  EXPECT_EQ(read_order("!link " + std::string(100, 'x')), std::nullopt);
}

}  // namespace
}  // namespace dragoman::bridge
