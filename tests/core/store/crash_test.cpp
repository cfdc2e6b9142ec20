#include <csignal>
#include <fcntl.h>
#include <sys/resource.h>
#include <tuple>
#include <unistd.h>

#include "store_script.hpp"

// The store in a process of its own that dies in the middle, and what the next one finds.

namespace dragoman::store::test {

namespace {

class StoreCrash : public StoreTest {
 protected:
  void SetUp() override {
    // The child is this program started afresh: it has no threads and no crash plan from before.
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    outlet.on_leave = [this](const std::string& text) {
      const int file = ::open(left_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
      const std::string line = text + "\n";
      if (::write(file, line.data(), line.size()) < 0) std::abort();
      ::close(file);
    };
  }

  /// Turn i: row i with its answer, a cursor at i, and the evidence of row i-1. The next turn comes when it is durable.
  void run_turns(int count, std::size_t size) {
    open();
    for (int i = 1; i <= count; ++i) {
      const std::string text = std::to_string(i);
      add(text + std::string(size, ' '));
      store->put({"cursor", "", "", text});
      if (i > 1) mark(i - 1, i - 1, State::delivered);
      outlet.write(text);
      commit();
    }
  }
  void lower_the_file_size_limit(rlim_t size) {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{size, RLIM_INFINITY};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }

  int left() {
    int last = 0;
    std::istringstream lines{contents(left_file)};
    for (std::string line; std::getline(lines, line);) {
      EXPECT_EQ(std::stoi(line), last + 1);
      last = std::stoi(line);
    }
    return last;
  }
  /// What every crash must leave: whole turns, nothing that left without its row, counts that add up.
  std::uint64_t expect_whole_turns() {
    open();
    const auto counts = now().counts();
    EXPECT_EQ(counts.accepted, counts.queued + counts.delivered + counts.returning + counts.returned + counts.held);
    EXPECT_GE(counts.accepted, static_cast<std::uint64_t>(left()));
    EXPECT_EQ(now().document("cursor", "", "").value_or("0"), std::to_string(counts.accepted));
    auto file = Database::open(path, 0);
    EXPECT_EQ(*file->number("SELECT count(*) FROM message WHERE id = CAST(content AS INTEGER)"),
              static_cast<std::int64_t>(counts.accepted));
    EXPECT_EQ(*file->number("SELECT max(id) FROM message"), static_cast<std::int64_t>(counts.accepted));
    EXPECT_EQ(*file->number("SELECT count(*) FROM message WHERE state = 0"), static_cast<std::int64_t>(counts.queued));
    EXPECT_EQ(*file->number("SELECT count(*) FROM message WHERE state = 1"),
              static_cast<std::int64_t>(counts.delivered));
    EXPECT_EQ(*file->number("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'"), 1);
    return counts.accepted;
  }

  Outlet outlet{gate};
  std::string left_file = folder / "left";
};

/// Name of the crash point, pass, rows that are there afterwards, answers that left, rows with evidence.
using Crash = std::tuple<const char*, int, std::uint64_t, int, std::uint64_t>;

class StoreCrashPoint : public StoreCrash, public ::testing::WithParamInterface<Crash> {};

TEST_P(StoreCrashPoint, KeepsWhatWasDurableAndNothingElseHadLeft) {
#ifndef DRAGOMAN_CRASH_POINTS
  GTEST_SKIP() << "needs a build with DRAGOMAN_CRASH_POINTS";
#endif
  const auto [name, pass, rows, answers, delivered] = GetParam();
  const std::string plan = std::string{name} + ":" + std::to_string(pass);
  ::setenv("DRAGOMAN_CRASH_AT", plan.c_str(), 1);
  EXPECT_EXIT(run_turns(20, 0), ::testing::KilledBySignal(SIGKILL), "");
  ::unsetenv("DRAGOMAN_CRASH_AT");
  EXPECT_EQ(expect_whole_turns(), rows);
  EXPECT_EQ(left(), answers);
  EXPECT_EQ(now().counts().delivered, delivered);
  EXPECT_EQ(add("next"), static_cast<RowId>(rows) + 1);
  commit();
}

INSTANTIATE_TEST_SUITE_P(Points, StoreCrashPoint,
                         ::testing::Values(Crash{"before_commit", 1, 0, 0, 0}, Crash{"before_commit", 7, 6, 6, 5},
                                           Crash{"after_commit", 1, 1, 0, 0}, Crash{"after_commit", 7, 7, 6, 6},
                                           Crash{"before_evidence", 1, 1, 1, 0}, Crash{"before_evidence", 7, 7, 7, 6},
                                           Crash{"after_evidence", 1, 2, 1, 1}, Crash{"after_evidence", 7, 8, 7, 7}),
                         [](const auto& test) {
                           return std::string{std::get<0>(test.param)} + "_" + std::to_string(std::get<1>(test.param));
                         });

TEST_F(StoreCrash, AFullDiskEndsTheProcessAfterTheReserveAndKeepsEarlierRows) {
  const auto until_full = [this] {
    open();  // makes the reserve, which the limit would forbid
    close();
    lower_the_file_size_limit(1 << 20);
    run_turns(10000, 2000);
  };
  EXPECT_EXIT(until_full(), ::testing::ExitedWithCode(75), "reserve released.*(\n.*)*Free disk space");
  EXPECT_FALSE(std::filesystem::exists(path + ".reserve"));
  EXPECT_GT(expect_whole_turns(), 10u);
  EXPECT_GT(left(), 10);
  EXPECT_TRUE(std::filesystem::exists(path + ".reserve"));  // set aside again, now that there is room
}

TEST_F(StoreCrash, ADiskThatIsFullFromTheStartIsAnErrorAndNotACrash) {
  const auto start = [this] {
    lower_the_file_size_limit(1000);
    ::_exit(refusal().find("disk") != std::string::npos ? 3 : 4);
  };
  EXPECT_EXIT(start(), ::testing::ExitedWithCode(3), "");
}

}  // namespace

}  // namespace dragoman::store::test
