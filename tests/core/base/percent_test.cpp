#include "base/percent.hpp"

#include <gtest/gtest.h>

namespace dragoman::text {
namespace {

TEST(Percent, StandsForBytes) {
  EXPECT_EQ(from_percent("%23tea"), "#tea");
  EXPECT_EQ(from_percent("caf%C3%a9 %25"), "caf\xc3\xa9 %");
  EXPECT_EQ(from_percent(""), "");
}

TEST(Percent, NeedsTwoDigits) {
  EXPECT_FALSE(from_percent("%"));
  EXPECT_FALSE(from_percent("a%2"));
  EXPECT_FALSE(from_percent("%zz"));
  EXPECT_FALSE(from_percent("%2g"));
}

}  // namespace
}  // namespace dragoman::text
