#include "base/byte_set.hpp"

#include <gtest/gtest.h>

namespace dragoman {
namespace {

using namespace std::string_view_literals;

TEST(ByteSet, FindsTheFirstOfItsBytes) {
  constexpr ByteSet signs{"*_"};
  EXPECT_EQ(signs.find_in("a _b_ *c*"), 2u);
  EXPECT_EQ(signs.find_in("abc"), std::string_view::npos);
  EXPECT_EQ(signs.find_in(""), std::string_view::npos);
}

TEST(ByteSet, TakesEveryByteAsItIs) {
  constexpr ByteSet odd{"\0\xff"sv};
  EXPECT_EQ(odd.find_in("ab\0"sv), 2u);
  EXPECT_EQ(odd.find_in("a\xff"), 1u);
  EXPECT_TRUE(odd.none_in("a\x7f\xfe"));
}

}  // namespace
}  // namespace dragoman
