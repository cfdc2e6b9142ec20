#include "net/own_address.hpp"

#include <gtest/gtest.h>

namespace dragoman::net {
namespace {

TEST(OwnAddress, IsThatOfThisMachine) {
  EXPECT_TRUE(is_own(*parse_address("127.0.0.1", 80)));
  EXPECT_FALSE(is_own(*parse_address("192.0.2.7", 80)));
  EXPECT_FALSE(is_own(*parse_address("2001:db8::7", 80)));
}

}  // namespace
}  // namespace dragoman::net
