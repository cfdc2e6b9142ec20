#include "net/task_group.hpp"

#include <stdexcept>
#include <vector>

#include "net/graveyard.hpp"
#include "net/wakeup.hpp"
#include "support/loop_test.hpp"

namespace dragoman::net {
namespace {

using namespace std::chrono_literals;

struct TaskGroupTest : test::LoopTest {
  ~TaskGroupTest() override {
    if (!group) return;
    group->stop();
    turn_until([this] { return group->empty(); });
  }
  Task<> sleep_for_ever() { co_await loop.sleep_until(clock.now() + 24h); }
  std::optional<TaskGroup> group{loop};
};

TEST_F(TaskGroupTest, StartsATaskInALaterHandlerAndNeverInsideSpawn) {
  bool ran = false;
  loop.post([&] {
    group->spawn([&]() -> Task<> {
      ran = true;
      co_return;
    });
    EXPECT_FALSE(ran);
  });
  turn_until([&] { return ran; });
  turn_until([&] { return group->empty(); });
}

TEST_F(TaskGroupTest, IsEmptyWhenItsTasksHaveEnded) {
  EXPECT_TRUE(group->empty());
  group->spawn([]() -> Task<> { co_return; });
  EXPECT_FALSE(group->empty());
  turn_until([&] { return group->empty(); });
  EXPECT_FALSE(group->stopping());
}

TEST_F(TaskGroupTest, KeepsWhatATaskCapturedAsLongAsItRuns) {
  const std::string text = "a text that is too long to be kept inside of std::string itself";
  std::string seen;
  group->spawn([this, text, &seen]() -> Task<> {
    co_await loop.sleep_until(clock.now() + 1s);
    seen = text;
  });
  settle();
  advance(1s);
  EXPECT_EQ(seen, text);
}

TEST_F(TaskGroupTest, EndsTheAwaitOfEachTaskWhenStopped) {
  for (int i = 0; i < 3; ++i) group->spawn([this] { return sleep_for_ever(); });
  settle();
  EXPECT_FALSE(group->empty());
  group->stop();
  turn_until([&] { return group->empty(); });
  EXPECT_TRUE(group->stopping());
}

TEST_F(TaskGroupTest, EndsATaskThatHadNotBegun) {
  bool ran = false;
  group->spawn([&]() -> Task<> {
    ran = true;
    co_return;
  });
  group->stop();
  turn_until([&] { return group->empty(); });
  EXPECT_FALSE(ran);
}

TEST_F(TaskGroupTest, EndsATaskThatHadNotBegunWhenStoppedInTheHandlerThatSpawnedIt) {
  bool ran = false, stopped = false;
  loop.post([&] {
    group->spawn([&]() -> Task<> {
      ran = true;
      co_return;
    });
    group->stop();
    stopped = true;
  });
  turn_until([&] { return stopped && group->empty(); });
  EXPECT_FALSE(ran);
}

TEST_F(TaskGroupTest, LeavesATaskAloneThatEndsBeforeItIsTold) {
  Wakeup wakeup{loop};
  bool ended = false;
  group->spawn([&]() -> Task<> {
    co_await wakeup.wait();
    ended = true;
  });
  settle();
  wakeup.wake();
  group->stop();  // outside of any handler, as at the end of a turn
  turn_until([&] { return group->empty(); });
  settle();
  EXPECT_TRUE(ended);
}

TEST_F(TaskGroupTest, MayBeStoppedByATaskOfItsOwnBeforeThatHasWaitedForAnything) {
  bool went_on = false;
  group->spawn([&]() -> Task<> {
    group->stop();
    co_await loop.sleep_until(clock.now());
    went_on = true;
  });
  turn_until([&] { return group->empty(); });
  EXPECT_FALSE(went_on);
}

TEST_F(TaskGroupTest, StartsNothingAfterStop) {
  group->stop();
  group->spawn([this] { return sleep_for_ever(); });
  EXPECT_TRUE(group->empty());
}

TEST_F(TaskGroupTest, TellsOnceWhenTheLastTaskHasEnded) {
  int told = 0;
  group->spawn([this] { return sleep_for_ever(); });
  group->spawn([this] { return sleep_for_ever(); });
  group->on_empty([&] { ++told; });
  settle();
  EXPECT_EQ(told, 0);
  group->stop();
  turn_until([&] { return told != 0; });
  settle();
  EXPECT_EQ(told, 1);
  EXPECT_TRUE(group->empty());
}

TEST_F(TaskGroupTest, TellsAlsoWhenNothingRanButNotInsideTheCall) {
  bool told = false;
  group->stop();
  group->on_empty([&] { told = true; });
  EXPECT_FALSE(told);
  turn_until([&] { return told; });
}

TEST_F(TaskGroupTest, MayBeDestroyedByWhatItTells) {
  group->spawn([this] { return sleep_for_ever(); });
  settle();
  group->on_empty([&] { group.reset(); });
  group->stop();
  turn_until([&] { return !group.has_value(); });
}

TEST_F(TaskGroupTest, LogsAnExceptionThatLeavesATaskAndCountsItAsItsEnd) {
  group->spawn([]() -> Task<> {
    throw std::runtime_error{"oops"};
    co_return;
  });
  ::testing::internal::CaptureStderr();
  turn_until([&] { return group->empty(); });
  EXPECT_NE(::testing::internal::GetCapturedStderr().find("oops"), std::string::npos);
}

TEST_F(TaskGroupTest, SaysNothingOfATaskThatWasStopped) {
  group->spawn([this] { return sleep_for_ever(); });
  settle();
  ::testing::internal::CaptureStderr();
  group->stop();
  turn_until([&] { return group->empty(); });
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST_F(TaskGroupTest, AbortsWhenItIsDestroyedBeforeItsTasksHaveEnded) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        group->spawn([this] { return sleep_for_ever(); });
        group.reset();
      },
      "before its tasks had ended");
}

TEST_F(TaskGroupTest, WakesAllThatWaitAtOnePlace) {
  Wakeup wakeup{loop};
  std::vector<bool> woken;
  for (int i = 0; i < 3; ++i) {
    group->spawn([&]() -> Task<> {
      const bool result = co_await wakeup.wait();
      woken.push_back(result);
    });
  }
  settle();
  EXPECT_TRUE(woken.empty());
  wakeup.wake();
  EXPECT_TRUE(woken.empty());
  settle();
  EXPECT_EQ(woken, (std::vector{true, true, true}));
}

/// Something with tasks, whose end is told.
struct Owner {
  Owner(Loop& loop, bool& its_end) : tasks(loop), ended(its_end) {}
  ~Owner() { ended = true; }
  TaskGroup tasks;
  bool& ended;
};

TEST_F(TaskGroupTest, IsKeptInTheGraveyardUntilItsTasksHaveEnded) {
  Graveyard graveyard;
  bool ended = false, saw_owner_alive = false;
  auto owner = std::make_unique<Owner>(loop, ended);
  owner->tasks.spawn([&]() -> Task<> {
    try {
      co_await loop.sleep_until(clock.now() + 24h);
    } catch (...) {
      saw_owner_alive = !ended;
      throw;
    }
  });
  settle();
  TaskGroup& tasks_of_owner = owner->tasks;
  graveyard.bury(std::move(owner), tasks_of_owner);
  EXPECT_FALSE(graveyard.empty());
  EXPECT_FALSE(ended);
  turn_until([&] { return graveyard.empty(); });
  EXPECT_TRUE(ended);
  EXPECT_TRUE(saw_owner_alive);
}

}  // namespace
}  // namespace dragoman::net
