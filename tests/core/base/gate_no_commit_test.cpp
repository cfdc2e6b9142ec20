// The gate of the build `crash-nocommit`, compiled here under another name beside the real one.
#ifndef DRAGOMAN_NO_COMMIT
#define DRAGOMAN_NO_COMMIT
#endif
#define dragoman dragoman_no_commit
#include "base/gate.cpp"
#undef dragoman

#include <gtest/gtest.h>

namespace {

using dragoman_no_commit::Gate;

struct Sealed final : Gate::Output {
  void seal(Gate::Ticket ticket) override { last = ticket; }
  bool release(Gate::Ticket) override { return false; }
  Gate::Ticket last = 99;
};

TEST(GateWithoutCommits, LetsOutputLeaveBeforeItsRowsAreDurable) {
  Gate gate;
  gate.commit = [] { return Gate::Ticket{1}; };
  Sealed output;
  bool answered = false;
  gate.when_durable([&] { answered = true; });
  gate.mark_dirty(output);
  gate.end_turn();
  EXPECT_EQ(output.last, 0u);
  EXPECT_TRUE(answered);
}

}  // namespace
