#include "base/names.hpp"

#include <gtest/gtest.h>

namespace dragoman {
namespace {

TEST(Names, KeepsATextOnceAndCountsItsUses) {
  Names names;
  const NameId alice = names.acquire("Alice", "alice", "Alice");
  EXPECT_EQ(names.acquire("Alice", "ignored", "ignored"), alice);
  EXPECT_EQ(names[alice].folded, "alice");
  EXPECT_EQ(names[alice].uses, 2u);
  EXPECT_EQ(names.size(), 1u);
}

TEST(Names, KeepsTwoSpellingsApart) {
  Names names;
  const NameId upper = names.acquire("Alice", "alice", "Alice");
  const NameId lower = names.acquire("alice", "alice", "alice");
  EXPECT_NE(upper, lower);
  EXPECT_EQ(names[upper].folded, names[lower].folded);
}

TEST(Names, ForgetsANameWithItsLastUseAndGivesItsIdAgain) {
  Names names;
  const NameId alice = names.acquire("alice", "alice", "alice");
  names.retain(alice);
  names.release(alice);
  NameId found;
  EXPECT_TRUE(names.find("alice", found));
  EXPECT_EQ(found, alice);
  names.release(alice);
  EXPECT_FALSE(names.find("alice", found));
  EXPECT_EQ(names.size(), 0u);
  const NameId bob = names.acquire("bob", "bob", "bob");
  EXPECT_EQ(bob, alice);
  EXPECT_EQ(names[bob].text, "bob");
}

TEST(Names, StayWhereTheyAreWhenManyAreAdded) {
  Names names;
  const NameId first = names.acquire("n0", "n0", "n0");
  const std::string* const text = &names[first].text;
  for (int i = 1; i < 5'000; ++i) names.acquire("n" + std::to_string(i), "", "");
  EXPECT_EQ(&names[first].text, text);
  NameId found;
  ASSERT_TRUE(names.find("n4999", found));
  EXPECT_EQ(names[found].text, "n4999");
}

TEST(NameRef, CountsItsCopiesAndItsEnd) {
  Names names;
  const NameId alice = names.acquire("alice", "alice", "al&amp;ice");
  {
    NameRef one{names, alice};
    NameRef two = one;
    EXPECT_EQ(names[alice].uses, 3u);
    NameRef moved = std::move(one);
    EXPECT_EQ(names[alice].uses, 3u);
    two = NameRef{};
    EXPECT_EQ(names[alice].uses, 2u);
    EXPECT_FALSE(two);
    EXPECT_EQ(moved.text(), "alice");
    EXPECT_EQ(moved.resource(), "al&amp;ice");
    EXPECT_EQ(moved.folded(), "alice");
    auto& same = moved;
    moved = same;
  }
  EXPECT_EQ(names[alice].uses, 1u);
  names.release(alice);
  EXPECT_EQ(names.size(), 0u);
}

}  // namespace
}  // namespace dragoman
