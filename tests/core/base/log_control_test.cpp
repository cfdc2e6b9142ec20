#include "base/log_control.hpp"

#include <cstdlib>

#include <gtest/gtest.h>

#include "support/manual_clock.hpp"

namespace dragoman {
namespace {

using namespace std::chrono_literals;

// The priority in front, which only systemd's journal wants, is decided by the first line of the process.
const int no_journal = unsetenv("JOURNAL_STREAM");

struct LogControlTest : ::testing::Test {
  test::ManualClock clock;
  Timers timers{clock};
  LogControl control{timers, log::Level::info};

  ~LogControlTest() override { log::set_level(log::Level::info); }
  void passes(Duration time) {
    clock.advance(time);
    timers.run(clock.now());
  }
  template <class Action>
  static std::string logged(Action action) {
    ::testing::internal::CaptureStderr();
    action();
    return ::testing::internal::GetCapturedStderr();
  }
  static std::string said_about(const std::string& owner) {
    return logged([&] { LOG_DEBUG_OF(owner, "seen", owner); });
  }
};

TEST_F(LogControlTest, ALevelForAWhileEndsByItself) {
  control.set_level(log::Level::debug, 5min);
  EXPECT_EQ(log::level(), log::Level::debug);
  passes(4min);
  EXPECT_EQ(log::level(), log::Level::debug);
  EXPECT_NE(logged([&] { passes(1min); }).find("before=debug now=info"), std::string::npos);
  EXPECT_EQ(log::level(), log::Level::info);
}

TEST_F(LogControlTest, ALevelWithoutATimeStaysAndReplacesOneForAWhile) {
  control.set_level(log::Level::debug, 5min);
  control.set_level(log::Level::warn, {});
  passes(1h);
  EXPECT_EQ(log::level(), log::Level::warn);
}

TEST_F(LogControlTest, AConfigurationThatIsReadAgainDecides) {
  control.set_level(log::Level::debug, 5min);
  control.configure(log::Level::error);
  EXPECT_EQ(log::level(), log::Level::error);
  control.set_level(log::Level::trace, 1min);
  passes(1min);
  EXPECT_EQ(log::level(), log::Level::error);
}

TEST_F(LogControlTest, OnePersonIsLoggedAtDebugUntilTheTimeIsOver) {
  EXPECT_EQ(said_about("alice@test"), "");
  control.watch("alice@test", 5min);
  EXPECT_EQ(said_about("alice@test"), "level=debug msg=seen owner=alice@test\n");
  EXPECT_EQ(said_about("bob@test"), "");
  EXPECT_EQ(control.watched().size(), 1U);
  passes(5min);
  EXPECT_EQ(said_about("alice@test"), "");
  EXPECT_TRUE(control.watched().empty());
}

TEST_F(LogControlTest, WatchingAnewBeginsTheTimeAgainAndUnwatchingEndsIt) {
  control.watch("alice@test", 5min);
  passes(4min);
  control.watch("alice@test", 5min);
  passes(4min);
  EXPECT_NE(said_about("alice@test"), "");
  EXPECT_TRUE(control.unwatch("alice@test"));
  EXPECT_EQ(said_about("alice@test"), "");
  EXPECT_FALSE(control.unwatch("alice@test"));
}

TEST_F(LogControlTest, WatchingSomebodyMakesNobodyElsesTraceVisible) {
  control.watch("alice@test", 5min);
  EXPECT_TRUE(log::enabled(log::Level::debug, "alice@test"));
  EXPECT_FALSE(log::enabled(log::Level::trace, "alice@test"));
  EXPECT_FALSE(log::enabled(log::Level::debug, "alice@test.example"));
}

TEST(LogControl, ForgetsWhomItWatchedWithItsOwnEnd) {
  test::ManualClock clock;
  Timers timers{clock};
  { LogControl{timers, log::Level::info}.watch("alice@test", 5min); }
  EXPECT_FALSE(log::enabled(log::Level::debug, "alice@test"));
}

}  // namespace
}  // namespace dragoman
