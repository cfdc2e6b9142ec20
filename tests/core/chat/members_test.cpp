#include "chat/members.hpp"

#include <map>
#include <random>
#include <string>

#include <gtest/gtest.h>

namespace dragoman::chat {
namespace {

class ChatMembers : public testing::Test {
 protected:
  NameId name(int number) {
    const std::string text = "n" + std::to_string(number);
    NameId id;
    if (!names.find(RealmId{}, text, id)) id = names.acquire(RealmId{}, text, text, text);
    return id;
  }
  /// What stands in the list, read by walking it.
  static std::map<NameId, int> walk(const Members<int>& members) {
    std::map<NameId, int> found;
    NameId last{};
    for (const auto& member : members) {
      EXPECT_TRUE(found.empty() || last < member.name) << "out of order";
      last = member.name;
      found[member.name] = member.value;
    }
    return found;
  }

  Names names;
};

TEST_F(ChatMembers, HoldsOneUseOfEachName) {
  const NameId alice = name(1);
  {
    Members<int> members{names};
    EXPECT_TRUE(members.add(alice, 1));
    EXPECT_FALSE(members.add(alice, 2));
    EXPECT_EQ(names[alice].uses, 2U);
    EXPECT_EQ(*members.find(alice), 2);
    EXPECT_TRUE(members.remove(alice));
    EXPECT_FALSE(members.remove(alice));
    EXPECT_EQ(names[alice].uses, 1U);
    members.add(alice, 3);
    Members<int> moved{std::move(members)};
    EXPECT_EQ(moved.size(), 1U);
    EXPECT_EQ(names[alice].uses, 2U);
  }
  EXPECT_EQ(names[alice].uses, 1U);
}

TEST_F(ChatMembers, IsAListWhateverComesAndGoes) {
  Members<int> members{names};
  std::map<NameId, int> expected;
  std::mt19937 random{20261120};
  for (int step = 0; step < 20000; ++step) {
    const NameId who = name(static_cast<int>(random() % 700));
    // It fills, empties and fills again.
    if (static_cast<int>(random() % 100) < (step / 5000 % 2 == 0 ? 70 : 30)) {
      EXPECT_EQ(members.add(who, step), expected.insert_or_assign(who, step).second);
    } else {
      EXPECT_EQ(members.remove(who), expected.erase(who) == 1);
    }
    ASSERT_EQ(members.size(), expected.size());
    const auto known = expected.find(who);
    const int* found = members.find(who);
    ASSERT_EQ(found != nullptr, known != expected.end());
    if (found != nullptr) {
      ASSERT_EQ(*found, known->second);
    }
    if (step % 500 == 0) {
      ASSERT_EQ(walk(members), expected);
    }
  }
}

TEST_F(ChatMembers, AWalkGoesOnWhereItWasInterrupted) {
  Members<int> members{names};
  for (int i = 0; i < 300; ++i) members.add(name(i), i);
  const NameId gone = name(150), next = name(151);
  members.remove(gone);
  EXPECT_EQ(members.from(gone)->name, next);
  EXPECT_EQ(members.from(next)->name, next);
  std::size_t rest = 0;
  for (auto member = members.from(next); member != members.end(); ++member) ++rest;
  EXPECT_EQ(rest, 149U);
  EXPECT_EQ(members.from(NameId{100000}), members.end());
}

}  // namespace
}  // namespace dragoman::chat
