#include "base/hash_index.hpp"

#include <map>
#include <random>

#include <gtest/gtest.h>

namespace dragoman {
namespace {

std::uint32_t number_with(const HashIndex& index, std::uint32_t hash, std::uint32_t number) {
  return index.find(hash, [number](std::uint32_t found) { return found == number; });
}

TEST(HashIndex, FindsWhatWasPutInAndNothingElse) {
  HashIndex index;
  EXPECT_EQ(number_with(index, HashIndex::hash("alice"), 7), HashIndex::none) << "an empty one";
  index.insert(HashIndex::hash("alice"), 7);
  EXPECT_EQ(number_with(index, HashIndex::hash("alice"), 7), 7U);
  EXPECT_EQ(number_with(index, HashIndex::hash("bob"), 7), HashIndex::none);
  index.erase(HashIndex::hash("alice"), 7);
  EXPECT_EQ(number_with(index, HashIndex::hash("alice"), 7), HashIndex::none);
  EXPECT_EQ(index.size(), 0U);
}

TEST(HashIndex, KeepsTheSameTextOfTwoRealmsApart) {
  EXPECT_NE(HashIndex::hash("alice", 1), HashIndex::hash("alice", 2));
}

// Few hashes for many numbers: runs of places that overlap, wrap around and lose one in the middle.
TEST(HashIndex, StaysWholeWhenNumbersComeAndGo) {
  std::mt19937 source{4711};
  const auto random = [&source] { return static_cast<std::uint32_t>(source()); };
  for (const std::uint32_t hashes : {1U, 5U, 64U, 0xffffffffU}) {
    HashIndex index;
    std::map<std::uint32_t, std::uint32_t> known;  // number -> hash
    for (std::uint32_t step = 0; step < 4000; ++step) {
      const std::uint32_t number = random() % 300, hash = (number * 2654435761U) % hashes;
      const bool grows = step < 2000;
      if (known.contains(number)) {
        if (grows && random() % 4 != 0) continue;
        index.erase(hash, number);
        known.erase(number);
      } else if (grows || random() % 4 == 0) {
        index.insert(hash, number);
        known.emplace(number, hash);
      }
      ASSERT_EQ(index.size(), known.size());
      if (step % 37 != 0) continue;
      for (std::uint32_t each = 0; each < 300; ++each) {
        const bool there = number_with(index, (each * 2654435761U) % hashes, each) == each;
        ASSERT_EQ(there, known.contains(each)) << "number " << each << " in step " << step;
      }
    }
  }
}

}  // namespace
}  // namespace dragoman
