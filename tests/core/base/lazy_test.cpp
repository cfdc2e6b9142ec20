#include "base/lazy.hpp"

#include <string>

#include <gtest/gtest.h>

namespace dragoman {
namespace {

struct Settings {
  std::string name = "nobody";
  bool operator==(const Settings&) const = default;
};

TEST(Lazy, IsANewValueUntilItIsChanged) {
  const Lazy<Settings> first, second;
  EXPECT_EQ(first->name, "nobody");
  EXPECT_EQ(&*first, &*second);  // all have the same one
}

TEST(Lazy, ChangesItsOwnerAlone) {
  Lazy<Settings> mine;
  const Lazy<Settings> other;
  mine.change().name = "alice";
  mine.change().name += "!";
  EXPECT_EQ(mine->name, "alice!");
  EXPECT_EQ(other->name, "nobody");
}

TEST(Lazy, ACopyHasAValueOfItsOwn) {
  Lazy<Settings> mine;
  mine.change().name = "alice";
  Lazy<Settings> copy = mine;
  copy.change().name = "bob";
  EXPECT_EQ(mine->name, "alice");
  EXPECT_EQ(copy->name, "bob");
}

TEST(Lazy, IsNewAgainAfterReset) {
  Lazy<Settings> mine;
  mine.change().name = "alice";
  mine.reset();
  EXPECT_EQ(mine->name, "nobody");
}

}  // namespace
}  // namespace dragoman
