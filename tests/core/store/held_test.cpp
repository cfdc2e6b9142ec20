#include "store_script.hpp"

namespace dragoman::store::test {

namespace {

class StoreHeld : public StoreTest {
 protected:
  void SetUp() override { open(); }
  std::vector<std::string> held() {
    std::vector<std::string> texts;
    now().held_messages([&](const Message& row) { texts.push_back(row.content); });
    return texts;
  }
};

TEST_F(StoreHeld, AreFoundAmongAllOthersInOrder) {
  for (const char* text : {"a", "b", "c", "d"}) add(text);
  commit();
  EXPECT_TRUE(held().empty());
  mark(2, 2, State::held);
  mark(4, 4, State::held);
  mark(3, 3, State::delivered);
  commit();
  reopen();
  EXPECT_EQ(held(), (std::vector<std::string>{"b", "d"}));
  EXPECT_EQ(open_contents(), std::vector<std::string>{"a"});
  EXPECT_EQ(now().counts().held, 2U);
}

TEST_F(StoreHeld, MayBeQueuedAgainAndAreCounted) {
  add("a");
  commit();
  mark(1, 1, State::held);
  commit();
  mark(1, 1, State::queued);
  commit();
  reopen();
  EXPECT_TRUE(held().empty());
  EXPECT_EQ(open_contents(), std::vector<std::string>{"a"});
  const auto counts = now().counts();
  EXPECT_EQ(counts.accepted, counts.queued + counts.delivered + counts.returning + counts.returned + counts.held);
  EXPECT_EQ(counts.queued, 1U);
}

TEST_F(StoreHeld, HaveTheContentOfTheRowThatTheyShareItWith) {
  add("shared");
  Message copy = message({});
  copy.same_as = 1;
  copy.direction = Direction::to_person;
  copy.state = State::held;
  store->add(std::move(copy));
  commit();
  EXPECT_EQ(held(), std::vector<std::string>{"shared"});
}

}  // namespace

}  // namespace dragoman::store::test
