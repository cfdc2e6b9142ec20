#include "base/log_problems.hpp"

#include <gtest/gtest.h>

#include "base/log.hpp"

namespace dragoman::log {
namespace {

class LogProblems : public ::testing::Test {
 protected:
  LogProblems() { forget_problems(); }
  ~LogProblems() override { set_level(Level::info); }
};

void lose(const std::string& network, const std::string& reason) { LOG_WARN("network lost", network, reason); }

TEST_F(LogProblems, AreWarningsAndErrorsButNotTheRest) {
  LOG_INFO("connected");
  LOG_WARN("slow");
  LOG_ERROR("broken");
  ASSERT_EQ(problems().size(), 2U);
  EXPECT_EQ(problems()[0].message, "broken");
  EXPECT_TRUE(problems()[0].is_error);
  EXPECT_FALSE(problems()[1].is_error);
  EXPECT_EQ(problem_counts().errors, 1U);
  EXPECT_EQ(problem_counts().warnings, 1U);
}

TEST_F(LogProblems, AreGroupedByWhatTheySayOfWhichNetwork) {
  lose("irc.test", "refused");
  lose("other.test", "refused");
  lose("irc.test", "it said \"no\" = \\o/");
  ASSERT_EQ(problems().size(), 2U);
  const Problem last = problems()[0];
  EXPECT_EQ(last.message, "network lost");
  EXPECT_EQ(last.network, "irc.test");
  EXPECT_EQ(last.details, "reason: it said \"no\" = \\o/");
  EXPECT_EQ(last.count, 2U);
  EXPECT_LE(last.first, last.last);
  EXPECT_EQ(problems()[1].count, 1U);
}

TEST_F(LogProblems, KeepOneLineOneLine) {
  lose("irc.test", "a\nlevel=error msg=forged");
  EXPECT_EQ(problems()[0].details, "reason: a\\x0alevel=error msg=forged");
}

TEST_F(LogProblems, AreFewAndShort) {
  const std::string reason = " reason=" + std::string(1000, 'a');
  for (std::size_t i = 0; i < most_problems + 5; ++i) {
    note_problem("level=warn msg=lost network=n" + std::to_string(i) + reason);
  }
  EXPECT_EQ(problems().size(), most_problems);
  EXPECT_EQ(problems().back().network, "n5");
  EXPECT_LT(problems()[0].details.size(), 420U);
  EXPECT_EQ(problem_counts().warnings, most_problems + 5);
  std::string accents;
  for (int i = 0; i < 400; ++i) accents += "é";
  note_problem("level=warn msg=lost reason=\"" + accents + '"');
  const std::string cut = problems()[0].details;
  EXPECT_EQ(static_cast<unsigned char>(cut[cut.size() - 4]), 0xa9) << "cut inside a character";
}

TEST_F(LogProblems, ReadLinesForSystemd) {
  note_problem("<4>level=warn msg=slow delay=5ms");
  ASSERT_EQ(problems().size(), 1U);
  EXPECT_EQ(problems()[0].details, "delay: 5ms");
}

}  // namespace
}  // namespace dragoman::log
