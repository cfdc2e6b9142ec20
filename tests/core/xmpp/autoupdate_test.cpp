#include "xmpp/autoupdate.hpp"

#include <gtest/gtest.h>

namespace dragoman::xmpp {
namespace {

TEST(Versions, AreComparedNumberByNumber) {
  EXPECT_EQ(compare_versions("0.9.1.0", "0.9.1.1"), -1);
  EXPECT_EQ(compare_versions("0.9.2", "0.10"), -1);
  EXPECT_EQ(compare_versions("1.0", "1"), 0);
  EXPECT_EQ(compare_versions("1.0", "1.00.0"), 0);
  EXPECT_EQ(compare_versions("2", "1.9.9"), 1);
  EXPECT_EQ(compare_versions("18446744073709551616", "9"), 1);
}

TEST(Versions, OfATrialComeBeforeTheRealOne) {
  EXPECT_EQ(compare_versions("1.0-beta", "1.0"), -1);
  EXPECT_EQ(compare_versions("1.0-alpha", "1.0-beta"), -1);
  EXPECT_EQ(compare_versions("1.0-beta", "0.9"), 1);
  EXPECT_EQ(compare_versions("1.0", "1.0-beta"), 1);
}

}  // namespace
}  // namespace dragoman::xmpp
