#include "net/loop.hpp"

#include <csignal>
#include <thread>
#include <vector>

#include "support/loop_test.hpp"

namespace dragoman::net {
namespace {

using namespace std::chrono_literals;

class RunningLoop : public ::testing::Test {
 protected:
  RunningLoop() { ::alarm(60); }
  ~RunningLoop() override { ::alarm(0); }
  SystemClock clock;
  Loop loop{clock};
};

TEST_F(RunningLoop, RunsWhatOtherThreadsPostUntilItIsStopped) {
  std::vector<int> ran;
  std::thread other{[this, &ran] {
    for (int i = 0; i < 1'000; ++i) loop.post([&ran, i] { ran.push_back(i); });
    loop.post([this] { loop.stop(); });
  }};
  loop.run();
  other.join();
  ASSERT_EQ(ran.size(), 1'000u);
  EXPECT_EQ(ran.back(), 999);
}

TEST_F(RunningLoop, EndsTheTurnInWhichItIsStopped) {
  bool committed = false;
  loop.gate().commit = [&] {
    committed = true;
    return Gate::Ticket{0};
  };
  loop.post([this] { loop.stop(); });
  loop.run();
  EXPECT_TRUE(committed);
}

TEST_F(RunningLoop, EndsATurnAfter256HandlersAtMost) {
  int handled = 0, at_first_turn = 0;
  for (int i = 0; i < 1'000; ++i) loop.post([&] { ++handled; });
  loop.turn();
  at_first_turn = handled;
  EXPECT_EQ(at_first_turn, 256);
  while (handled < 1'000) loop.turn();
}

TEST_F(RunningLoop, SleepsUntilATimerIsDueAndDoesNotSpin) {
  int turns = 0;
  loop.gate().commit = [&] {
    ++turns;
    return Gate::Ticket{0};
  };
  for (int i = 0; i < 20; ++i) {
    const Instant begin = clock.now();
    // Not a whole number of milliseconds: rounding down would spin for what is left.
    loop.timers().after(1'900us, [this] { loop.stop(); });
    loop.run();
    EXPECT_GE(clock.now() - begin, 1'900us);
  }
  EXPECT_LE(turns, 2 * 20);
}

TEST_F(RunningLoop, RunsATimerThatIsSetEarlierThanTheOneItSleepsFor) {
  bool late = false;
  loop.timers().after(10min, [&] { late = true; });
  loop.post([this] { loop.timers().after(1ms, [this] { loop.stop(); }); });
  loop.run();
  EXPECT_FALSE(late);
}

TEST_F(RunningLoop, RunsDueTimersWhileHandlersKeepComing) {
  bool rang = false;
  std::function<void()> again = [&] {
    if (!rang) loop.post(again);
  };
  loop.post(again);
  loop.timers().after(1ms, [&] {
    rang = true;
    loop.stop();
  });
  loop.run();
  EXPECT_TRUE(rang);
}

TEST_F(RunningLoop, DoesNotSleepWhileTheGateHasWorkLeft) {
  Gate::Hook hook{loop.gate(), [this] { loop.stop(); }};
  loop.gate().when_durable([&] { hook.arm(); });  // armed after the hooks of that turn have run
  loop.post([] {});
  loop.run();
}

TEST_F(RunningLoop, HandsSignalsOnEveryTime) {
  std::vector<int> signals;
  loop.on_signal([&](int number) {
    signals.push_back(number);
    if (signals.size() == 3) {
      loop.stop();
    } else {
      ::kill(::getpid(), signals.size() == 1 ? SIGTERM : SIGINT);
    }
  });
  ::kill(::getpid(), SIGHUP);
  loop.run();
  EXPECT_EQ(signals, (std::vector{SIGHUP, SIGTERM, SIGINT}));
}

TEST_F(RunningLoop, IsNotEndedByAPeerThatWentAway) {
  EXPECT_EQ(std::signal(SIGPIPE, SIG_IGN), SIG_IGN);  // gives the handler of before
}

using SleepingTask = test::LoopTest;

TEST_F(SleepingTask, WakesUpAtItsTimeAndNotBefore) {
  bool awake = false;
  const Instant when = clock.now() + 5s;
  tasks.spawn([&, when]() -> Task<> {
    co_await loop.sleep_until(when);
    awake = true;
  });
  advance(4s);
  EXPECT_FALSE(awake);
  advance(1s);
  EXPECT_TRUE(awake);
}

TEST_F(SleepingTask, EndsWithItsGroup) {
  bool awake = false;
  const Instant when = clock.now() + 5s;
  tasks.spawn([&, when]() -> Task<> {
    co_await loop.sleep_until(when);
    awake = true;
  });
  settle();
  tasks.stop();
  turn_until([&] { return tasks.empty(); });
  EXPECT_FALSE(awake);
  EXPECT_EQ(loop.timers().next(), std::nullopt);
}

}  // namespace
}  // namespace dragoman::net
