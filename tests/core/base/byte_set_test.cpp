#include "base/byte_set.hpp"

#include <string>

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

TEST(ByteSet, FindsItAtEveryPlaceOfALongText) {
  constexpr ByteSet signs{"*"};
  for (std::size_t at = 0; at < 30; ++at) {
    std::string text(30, 'x');
    EXPECT_TRUE(signs.none_in(text));
    text[at] = '*';
    text.back() = '*';
    EXPECT_EQ(signs.find_in(text), at);
  }
}

TEST(ByteSet, HasARangeBesides) {
  constexpr ByteSet set = ByteSet{"z"}.with_range('a', 'c').with_range(0xfe, 0xff);
  for (const char byte : "abcz\xfe\xff"sv) EXPECT_TRUE(set.has(byte));
  for (const char byte : "`dy\xfd\0"sv) EXPECT_FALSE(set.has(byte));
}

TEST(ByteSet, TakesEveryByteAsItIs) {
  constexpr ByteSet odd{"\0\xff"sv};
  EXPECT_EQ(odd.find_in("ab\0"sv), 2u);
  EXPECT_EQ(odd.find_in("a\xff"), 1u);
  EXPECT_TRUE(odd.none_in("a\x7f\xfe"));
}

}  // namespace
}  // namespace dragoman
