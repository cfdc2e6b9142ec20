#include "ledger.hpp"

#include <string>

#include <gtest/gtest.h>

namespace bench {
namespace {

TEST(Ledger, CountsEachDeliveryOnce) {
  Ledger ledger(1, 1);
  EXPECT_TRUE(ledger.arrived(0, 0, 0, 0, 0));
  EXPECT_TRUE(ledger.arrived(1, 0, 0, 1, 0));
  EXPECT_EQ(ledger.delivered, 2U);
  EXPECT_EQ(ledger.doubled + ledger.reordered, 0U);
}

TEST(Ledger, CallsTheSecondArrivalADouble) {
  Ledger ledger(1, 1);
  ledger.arrived(0, 0, 0, 0, 0);
  EXPECT_FALSE(ledger.arrived(0, 0, 0, 0, 0));
  EXPECT_EQ(ledger.delivered, 1U);
  EXPECT_EQ(ledger.doubled, 1U);
}

TEST(Ledger, CountsACopyForEveryRecipient) {
  Ledger ledger(3, 3);
  for (std::size_t recipient = 0; recipient < 3; ++recipient)
    EXPECT_TRUE(ledger.arrived(0, recipient, recipient, 0, 0));
  EXPECT_EQ(ledger.delivered, 3U);
}

TEST(Ledger, NoticesTheOrderWithinAFlowOnly) {
  Ledger ledger(2, 1);
  ledger.arrived(2, 0, 0, 2, 0);
  ledger.arrived(1, 0, 1, 1, 0);
  EXPECT_EQ(ledger.reordered, 0U);
  ledger.arrived(0, 0, 0, 0, 0);
  EXPECT_EQ(ledger.reordered, 1U);
}

TEST(Payload, SurvivesTheBodyItIsWrittenInto) {
  std::string body;
  append_body(body, {7, 1234567, 89, 12}, 80);
  EXPECT_EQ(body.size(), 80U);
  Payload payload;
  ASSERT_TRUE(parse_body(body, payload));
  EXPECT_EQ(payload.tag, 7U);
  EXPECT_EQ(payload.id, 1234567U);
  EXPECT_EQ(payload.user, 89U);
  EXPECT_EQ(payload.sequence, 12U);
  EXPECT_FALSE(parse_body("hello there, all of you", payload));
}

}  // namespace
}  // namespace bench
