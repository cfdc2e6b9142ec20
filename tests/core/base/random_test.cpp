#include "base/random.hpp"

#include <array>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "support/fixed_random.hpp"

namespace dragoman {
namespace {

TEST(SystemRandom, GivesDifferentBytesAcrossItsBlocks) {
  SystemRandom random;
  std::set<std::string> seen;
  for (int i = 0; i < 1'000; ++i) EXPECT_TRUE(seen.insert(random.hex(16)).second);
}

TEST(SystemRandom, FillsMoreThanABlockAtOnce) {
  SystemRandom random;
  std::array<std::byte, 4096> bytes{};
  random.fill(bytes);
  std::set<std::byte> values{bytes.begin(), bytes.end()};
  EXPECT_GT(values.size(), 200u);  // 4096 random bytes miss 56 of 256 values with a probability under 10^-100
}

TEST(Random, WritesLowerCaseHexadecimal) {
  test::FixedRandom random;
  const std::string text = random.hex(16);
  EXPECT_EQ(text.size(), 32u);
  EXPECT_EQ(text.find_first_not_of("0123456789abcdef"), std::string::npos);
}

TEST(Random, StaysBelowItsBound) {
  test::FixedRandom random;
  EXPECT_EQ(random.below(0), 0u);
  EXPECT_EQ(random.below(1), 0u);
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 1'000; ++i) seen.insert(random.below(6));
  EXPECT_EQ(seen, (std::set<std::uint64_t>{0, 1, 2, 3, 4, 5}));
}

TEST(IdSource, GivesUniqueIdsBehindOneUnguessablePrefix) {
  test::FixedRandom random;
  IdSource ids{random};
  const std::string first = ids.next();
  EXPECT_EQ(first.size(), 34u);
  EXPECT_TRUE(first.ends_with("-1"));
  EXPECT_EQ(ids.next(), first.substr(0, 33) + "2");
}

TEST(IdSource, HasAnotherPrefixInAnotherProcess) {
  SystemRandom random;
  IdSource one{random}, other{random};
  EXPECT_NE(one.next(), other.next());
}

}  // namespace
}  // namespace dragoman
