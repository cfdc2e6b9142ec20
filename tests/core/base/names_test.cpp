#include "base/names.hpp"

#include <gtest/gtest.h>

namespace dragoman {
namespace {

TEST(Names, KeepsATextOnceAndCountsItsUses) {
  Names names;
  const NameId alice = names.acquire({}, "Alice", "alice", "Alice");
  EXPECT_EQ(names.acquire({}, "Alice", "ignored", "ignored"), alice);
  EXPECT_EQ(names[alice].folded, "alice");
  EXPECT_EQ(names[alice].uses, 2u);
  EXPECT_EQ(names.size(), 1u);
}

TEST(Names, KeepsTwoSpellingsApart) {
  Names names;
  const NameId upper = names.acquire({}, "Alice", "alice", "Alice");
  const NameId lower = names.acquire({}, "alice", "alice", "alice");
  EXPECT_NE(upper, lower);
  EXPECT_EQ(names[upper].folded, names[lower].folded);
}

TEST(Names, ForgetsANameWithItsLastUseAndGivesItsIdAgain) {
  Names names;
  const NameId alice = names.acquire({}, "alice", "alice", "alice");
  names.retain(alice);
  names.release(alice);
  NameId found;
  EXPECT_TRUE(names.find({}, "alice", found));
  EXPECT_EQ(found, alice);
  names.release(alice);
  EXPECT_FALSE(names.find({}, "alice", found));
  EXPECT_EQ(names.size(), 0u);
  const NameId bob = names.acquire({}, "bob", "bob", "bob");
  EXPECT_EQ(bob, alice);
  EXPECT_EQ(names[bob].text, "bob");
}

TEST(Names, StayWhereTheyAreWhenManyAreAdded) {
  Names names;
  const NameId first = names.acquire({}, "n0", "n0", "n0");
  const std::string* const text = &names[first].text;
  for (int i = 1; i < 5'000; ++i) {
    const std::string name = 'n' + std::to_string(i);
    names.acquire({}, name, name, name);
  }
  EXPECT_EQ(&names[first].text, text);
  NameId found;
  ASSERT_TRUE(names.find({}, "n4999", found));
  EXPECT_EQ(names[found].text, "n4999");
}

TEST(Names, AreUniqueWithinTheirRealm) {
  Names names;
  const RealmRef tea{names, "#tea"}, cake{names, "#cake"};
  const NameId one = names.acquire(tea.id(), "Alice", "alice", "Alice", "id of one");
  const NameId other = names.acquire(cake.id(), "Alice", "alice", "Alice", "id of other");
  EXPECT_NE(one, other);
  EXPECT_EQ(names[other].resource, "Alice");
  names.identify(one, "alice", "id of account", true);
  EXPECT_EQ(names[other].occupant_id, "id of other");
  NameId found;
  ASSERT_TRUE(names.find(cake.id(), "Alice", found));
  EXPECT_EQ(found, other);
  ASSERT_TRUE(names.find_resource(tea.id(), "Alice", found));
  EXPECT_EQ(found, one);
  EXPECT_FALSE(names.find({}, "Alice", found));
  EXPECT_FALSE(names.find(names.find_realm("#milk"), "Alice", found)) << "there is no such realm";
  names.release(one);
  EXPECT_FALSE(names.find(tea.id(), "Alice", found));
  EXPECT_TRUE(names.find(cake.id(), "Alice", found));
}

TEST(Names, GiveAResourceTwiceANumber) {
  Names names;
  const RealmRef tea{names, "#tea"};
  const NameId latin = names.acquire(tea.id(), "fig", "fig", "fig");
  const NameId ligature = names.acquire(tea.id(), "\uFB01g", "\uFB01g", "fig");
  EXPECT_EQ(names[latin].resource, "fig");
  EXPECT_EQ(names[ligature].resource, "fig (2)");
}

TEST(Names, ATakenOccupantIdIsTakenInItsRealmAlone) {
  Names names;
  const RealmRef tea{names, "#tea"}, cake{names, "#cake"};
  const NameId alice = names.acquire(tea.id(), "alice", "alice", "alice", "id of alice");
  const NameId renamed = names.acquire(tea.id(), "ally", "ally", "ally", "id of ally");
  names.inherit(alice, renamed);
  names.release(alice);
  EXPECT_EQ(names[names.acquire(tea.id(), "alice", "alice", "alice", "id of alice")].occupant_id, "id of alice.2");
  EXPECT_EQ(names[names.acquire(cake.id(), "alice", "alice", "alice", "id of alice")].occupant_id, "id of alice");
}

TEST(Realms, AreForgottenWithTheirLastNameAndReference) {
  Names names;
  RealmRef tea{names, "#tea"};
  const RealmId first = tea.id();
  const NameId alice = names.acquire(first, "alice", "alice", "alice");
  tea = RealmRef{};
  EXPECT_EQ(names.find_realm("#tea"), first) << "somebody is in it";
  EXPECT_EQ((RealmRef{names, "#tea"}).id(), first);
  names.release(alice);
  EXPECT_EQ(names.find_realm("#tea"), Names::nowhere);
  EXPECT_EQ(names.realms(), 0u);
  const RealmRef cake{names, "#cake"};
  EXPECT_EQ(cake.id(), first) << "its id is given again";
  NameId found;
  EXPECT_FALSE(names.find(cake.id(), "alice", found));
}

TEST(Realms, TheOneWithoutATextIsAlwaysThere) {
  Names names;
  { const RealmRef whole{names, ""}; }
  EXPECT_EQ(names.find_realm(""), RealmId{});
  const NameId alice = names.acquire({}, "alice", "alice", "alice");
  names.release(alice);
  EXPECT_EQ(names.size(), 0u);
  EXPECT_EQ(names.realms(), 0u);
}

TEST(NameRef, CountsItsCopiesAndItsEnd) {
  Names names;
  const NameId alice = names.acquire({}, "alice", "alice", "al&amp;ice");
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
