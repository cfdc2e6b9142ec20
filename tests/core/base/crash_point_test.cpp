#ifndef DRAGOMAN_CRASH_POINTS
#define DRAGOMAN_CRASH_POINTS
#endif
#include "base/crash_point.hpp"

#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace dragoman {
namespace {

// Each death test is a process of its own, so that the plan is read anew.

TEST(CrashPointDeathTest, EndsTheProcessAtTheNthPass) {
  const auto pass = [] {
    setenv("DRAGOMAN_CRASH_AT", "after_commit:3", 1);
    CRASH_POINT("after_commit");
    CRASH_POINT("before_commit");
    CRASH_POINT("after_commit");
    fputs("twice", stderr);
    CRASH_POINT("after_commit");
    fputs(" thrice", stderr);
  };
  EXPECT_EXIT(pass(), ::testing::KilledBySignal(SIGKILL), "twice$");
}

TEST(CrashPointDeathTest, GoesOnWhenItsNameIsNotThePlan) {
  const auto pass = [] {
    setenv("DRAGOMAN_CRASH_AT", "after_commit:1", 1);
    CRASH_POINT("before_commit");
    _exit(0);
  };
  EXPECT_EXIT(pass(), ::testing::ExitedWithCode(0), "");
}

TEST(CrashPointDeathTest, CountsThePassesOfAllThreads) {
  const auto pass = [] {
    setenv("DRAGOMAN_CRASH_AT", "written:400", 1);
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([] {
        for (int j = 0; j < 100; ++j) CRASH_POINT("written");
      });
    }
    for (std::thread& thread : threads) thread.join();
    _exit(0);
  };
  EXPECT_EXIT(pass(), ::testing::KilledBySignal(SIGKILL), "");
}

}  // namespace
}  // namespace dragoman
