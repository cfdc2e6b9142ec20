#include "base/timers.hpp"

#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "support/fixed_random.hpp"
#include "support/manual_clock.hpp"

namespace dragoman {
namespace {

using namespace std::chrono_literals;

struct TimersTest : ::testing::Test {
  void after(Duration delay, int name) {
    ids.push_back(timers.after(delay, [this, name] { ran.push_back(name); }));
  }
  void advance(Duration by) {
    clock.advance(by);
    timers.run(clock.now());
  }
  test::ManualClock clock;
  Timers timers{clock};
  std::vector<Timers::Id> ids;
  std::vector<int> ran;
};

TEST_F(TimersTest, RunsWhatIsDueInTheOrderOfTheDeadlines) {
  after(3s, 3);
  after(1s, 1);
  after(2s, 2);
  advance(2s);
  EXPECT_EQ(ran, (std::vector{1, 2}));
  advance(1s);
  EXPECT_EQ(ran, (std::vector{1, 2, 3}));
}

TEST_F(TimersTest, RunsEqualDeadlinesInTheOrderTheyWereSet) {
  for (int name = 0; name < 20; ++name) after(1s, name);
  advance(1s);
  EXPECT_EQ(ran, (std::vector{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19}));
}

TEST_F(TimersTest, TellsTheEarliestDeadlineThatWasNotCancelled) {
  EXPECT_EQ(timers.next(), std::nullopt);
  after(1s, 1);
  after(2s, 2);
  timers.cancel(ids[0]);
  EXPECT_EQ(timers.next(), clock.now() + 2s);
  timers.cancel(ids[1]);
  EXPECT_EQ(timers.next(), std::nullopt);
}

TEST_F(TimersTest, IgnoresTheCancellingOfWhatIsOver) {
  after(1s, 1);
  advance(1s);
  timers.cancel(ids[0]);
  timers.cancel(ids[0]);
  timers.cancel(0);
  after(1s, 2);
  advance(1s);
  EXPECT_EQ(ran, (std::vector{1, 2}));
}

TEST_F(TimersTest, LetsAnActionAddAndCancelTimers) {
  timers.after(1s, [this] {
    timers.cancel(ids[0]);
    timers.after(1s, [this] { ran.push_back(3); });
  });
  after(1s, 2);
  advance(1s);
  EXPECT_EQ(ran, std::vector<int>{});
  advance(1s);
  EXPECT_EQ(ran, std::vector{3});
}

TEST_F(TimersTest, RunsExactlyTheLastOfADeadlineThatIsMovedAllTheTime) {
  Timer timer{timers};
  for (int line = 0; line < 10'000; ++line) {
    timer.set_after(60s, [this, line] { ran.push_back(line); });
    clock.advance(1ms);
  }
  advance(60s);
  EXPECT_EQ(ran, std::vector{9'999});
  EXPECT_EQ(timers.next(), std::nullopt);
}

TEST_F(TimersTest, CancelsATimerWithItsOwner) {
  {
    Timer timer{timers};
    timer.set_after(1s, [this] { ran.push_back(1); });
  }
  advance(1s);
  EXPECT_EQ(ran, std::vector<int>{});
}

TEST_F(TimersTest, RunsEveryTimerOnceAndNoneEarlyWhateverTheOrder) {
  test::FixedRandom random;
  struct Set {
    Instant when;
    bool cancelled = false;
    int runs = 0;
  };
  std::vector<Set> all(2'000);
  for (Set& timer : all) {
    timer.when = clock.now() + std::chrono::milliseconds{random.below(10'000)};
    ids.push_back(timers.at(timer.when, [&timer, this] {
      ++timer.runs;
      EXPECT_LE(timer.when, clock.now());
    }));
  }
  for (int step = 0; step < 100; ++step) {
    const std::size_t victim = random.below(all.size());
    all[victim].cancelled = all[victim].cancelled || all[victim].runs == 0;
    timers.cancel(ids[victim]);
    advance(100ms);
  }
  for (const Set& timer : all) EXPECT_EQ(timer.runs, timer.cancelled ? 0 : 1);
}

}  // namespace
}  // namespace dragoman
