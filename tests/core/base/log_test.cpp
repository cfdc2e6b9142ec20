#include "base/log.hpp"

#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

namespace dragoman {
namespace {

// The priority in front, which only systemd's journal wants, is decided by the first line of the process.
const int without_journal = unsetenv("JOURNAL_STREAM");

struct LogTest : ::testing::Test {
  LogTest() { log::set_level(log::Level::info); }
  ~LogTest() override { log::set_level(log::Level::info); }

  template <class Action>
  std::string logged(Action action) {
    ::testing::internal::CaptureStderr();
    action();
    return ::testing::internal::GetCapturedStderr();
  }
  std::string logged_name(std::string_view name) {
    return logged([&] { LOG_WARN("seen", name); });
  }
};

struct Address {
  std::string text = "a@b.example";
  const std::string& str() const { return text; }
};

TEST_F(LogTest, WritesOneLineOfKeysAndValuesNamedByTheVariables) {
  const std::string network = "irc.example.org";
  const int tries = 3;
  const bool kept = true;
  const std::chrono::seconds delay{5};
  const Address owner;
  EXPECT_EQ(
      logged([&] { LOG_WARN("network lost", network, tries, kept, delay, owner); }),
      "level=warn msg=\"network lost\" network=irc.example.org tries=3 kept=true delay=5000ms owner=a@b.example\n");
}

TEST_F(LogTest, WritesAnErrorAsItsFaultAndItsText) {
  const Error reason{Fault::timeout, "no answer in 20 s"};
  EXPECT_EQ(logged([&] { LOG_ERROR("lost", reason); }),
            "level=error msg=lost reason=timeout text=\"no answer in 20 s\"\n");
}

TEST_F(LogTest, TakesTheLastNameOfAnExpressionAsItsKey) {
  const Error error{Fault::closed, {}};
  const int member_ = 1;
  const auto call = [] { return 2; };
  EXPECT_EQ(logged([&] { LOG_INFO("x", error.fault, member_, call()); }),
            "level=info msg=x fault=closed member=1 call=2\n");
}

TEST_F(LogTest, KeepsWhateverAStrangerCallsHimselfInOneLine) {
  EXPECT_EQ(logged_name("plain-name_1"), "level=warn msg=seen name=plain-name_1\n");
  EXPECT_EQ(logged_name(""), "level=warn msg=seen name=\"\"\n");
  EXPECT_EQ(logged_name("two words"), "level=warn msg=seen name=\"two words\"\n");
  EXPECT_EQ(logged_name("a\nlevel=error msg=forged"), "level=warn msg=seen name=\"a\\x0alevel=error msg=forged\"\n");
  EXPECT_EQ(logged_name("quote\" back\\slash"), "level=warn msg=seen name=\"quote\\\" back\\\\slash\"\n");
  EXPECT_EQ(logged_name("a=b"), "level=warn msg=seen name=\"a=b\"\n");
  EXPECT_EQ(logged_name("esc\x1b[31m"), "level=warn msg=seen name=\"esc\\x1b[31m\"\n");
  EXPECT_EQ(logged_name(std::string_view{"nul\0", 4}), "level=warn msg=seen name=\"nul\\x00\"\n");
  EXPECT_EQ(logged_name("caf\u00e9"), "level=warn msg=seen name=\"caf\u00e9\"\n");
  EXPECT_EQ(logged_name("next\u0085line\u2028sep"),
            "level=warn msg=seen name=\"next\\xc2\\x85line\\xe2\\x80\\xa8sep\"\n");
  EXPECT_EQ(logged_name("bad\xff"), "level=warn msg=seen name=\"bad\\xff\"\n");
}

TEST_F(LogTest, EvaluatesNothingWhenItsLevelIsOff) {
  int evaluated = 0;
  const auto costly = [&] { return ++evaluated; };
  EXPECT_EQ(logged([&] { LOG_DEBUG("state", costly()); }), "");
  EXPECT_EQ(evaluated, 0);
  log::set_level(log::Level::debug);
  EXPECT_EQ(logged([&] { LOG_DEBUG("state", costly()); }), "level=debug msg=state costly=1\n");
  EXPECT_EQ(logged([&] { LOG_TRACE("state", costly()); }), "");
}

TEST_F(LogTest, KnowsItsLevelsByName) {
  log::Level level = log::Level::info;
  EXPECT_TRUE(log::parse_level("trace", level));
  EXPECT_EQ(level, log::Level::trace);
  EXPECT_FALSE(log::parse_level("loud", level));
  EXPECT_EQ(level, log::Level::trace);
}

}  // namespace
}  // namespace dragoman
