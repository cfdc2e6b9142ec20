#include "base/gate.hpp"

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace dragoman {
namespace {

using Lines = std::vector<std::string>;

/// An outbox whose socket takes everything: what may leave moves from `held` to `left`.
class FakeOutput final : public Gate::Output {
 public:
  explicit FakeOutput(Gate& gate) : gate_(gate) {}
  ~FakeOutput() { gate_.forget(*this); }
  void write(std::string line) {
    unsealed_.push_back(std::move(line));
    gate_.mark_dirty(*this);
  }
  void seal(Gate::Ticket ticket) override {
    ++seals;
    for (auto& line : unsealed_) held_.push_back({ticket, std::move(line)});
    unsealed_.clear();
    if (ticket == 0 && (held_.empty() || held_.front().first == 0)) release(0);
  }
  bool release(Gate::Ticket durable) override {
    while (!held_.empty() && held_.front().first <= durable) {
      left.push_back(std::move(held_.front().second));
      held_.erase(held_.begin());
    }
    return !held_.empty();
  }

  Lines left;
  int seals = 0;

 private:
  Gate& gate_;
  Lines unsealed_;
  std::vector<std::pair<Gate::Ticket, std::string>> held_;
};

/// A gate whose turns have rows when the test says so.
struct GateTest : ::testing::Test {
  GateTest() {
    gate.commit = [this] { return rows ? ++last : 0; };
  }
  void turn_with_rows() {
    rows = true;
    gate.end_turn();
    rows = false;
  }
  Gate gate;
  bool rows = false;
  Gate::Ticket last = 0;
  FakeOutput alice{gate}, bob{gate};
};

TEST_F(GateTest, LetsATurnWithoutRowsLeaveAtOnce) {
  alice.write("hello");
  EXPECT_EQ(alice.left, Lines{});
  gate.end_turn();
  EXPECT_EQ(alice.left, Lines{"hello"});
}

TEST_F(GateTest, HoldsOutputUntilTheCommitOfItsTurnIsDurable) {
  alice.write("message");
  turn_with_rows();
  EXPECT_EQ(alice.left, Lines{});
  gate.durable(1);
  EXPECT_EQ(alice.left, Lines{"message"});
  EXPECT_EQ(gate.durable(), 1u);
}

TEST_F(GateTest, KeepsALaterTurnOfTheSameOutputBehindTheOneThatWaits) {
  alice.write("message");
  turn_with_rows();
  alice.write("presence");
  gate.end_turn();
  EXPECT_EQ(alice.left, Lines{});
  gate.durable(1);
  EXPECT_EQ(alice.left, (Lines{"message", "presence"}));
}

// What a turn with rows has left in memory may be said by a later one, at another output.
TEST_F(GateTest, HoldsATurnWithoutRowsUntilTheCommitsOfEarlierTurnsAreDurable) {
  turn_with_rows();
  bob.write("what the rows are about");
  gate.end_turn();
  EXPECT_EQ(bob.left, Lines{});
  gate.durable(1);
  EXPECT_EQ(bob.left, Lines{"what the rows are about"});
}

TEST_F(GateTest, HoldsATurnWithoutRowsForNoLaterCommit) {
  turn_with_rows();
  bob.write("pong");
  gate.end_turn();
  turn_with_rows();
  gate.durable(1);
  EXPECT_EQ(bob.left, Lines{"pong"});
  gate.durable(2);
  bob.write("pong again");
  gate.end_turn();
  EXPECT_EQ(bob.left, (Lines{"pong", "pong again"}));
}

TEST_F(GateTest, ReleasesCommitByCommit) {
  alice.write("first");
  turn_with_rows();
  alice.write("second");
  turn_with_rows();
  gate.durable(1);
  EXPECT_EQ(alice.left, Lines{"first"});
  gate.durable(2);
  EXPECT_EQ(alice.left, (Lines{"first", "second"}));
}

TEST_F(GateTest, ReleasesEverythingUpToACommitThatCoversSeveral) {
  alice.write("first");
  turn_with_rows();
  bob.write("second");
  turn_with_rows();
  gate.durable(2);
  EXPECT_EQ(alice.left, Lines{"first"});
  EXPECT_EQ(bob.left, Lines{"second"});
}

TEST_F(GateTest, NumbersTheCommitsAndKnowsTheNewest) {
  EXPECT_EQ(gate.newest(), 0u);
  turn_with_rows();
  gate.end_turn();
  EXPECT_EQ(gate.newest(), 1u);
  turn_with_rows();
  EXPECT_EQ(gate.newest(), 2u);
}

TEST_F(GateTest, DoesNotWaitForACommitThatWasDurableBeforeItReturned) {
  gate.commit = [this] {
    gate.durable(1);
    return Gate::Ticket{1};
  };
  alice.write("message");
  gate.end_turn();
  EXPECT_EQ(alice.left, Lines{"message"});
}

TEST_F(GateTest, SealsAnOutputOnceATurnHoweverOftenItWasMarked) {
  alice.write("a");
  alice.write("b");
  gate.end_turn();
  EXPECT_EQ(alice.seals, 1);
  gate.end_turn();
  EXPECT_EQ(alice.seals, 1);
}

TEST_F(GateTest, ForgetsAnOutputThatIsDestroyedWhileDirtyOrWaiting) {
  auto waiting = std::make_unique<FakeOutput>(gate);
  waiting->write("message");
  turn_with_rows();
  auto dirty = std::make_unique<FakeOutput>(gate);
  dirty->write("presence");
  waiting.reset();
  dirty.reset();
  gate.end_turn();
  gate.durable(1);
}

TEST_F(GateTest, RunsAHookOnceBeforeTheCommitHoweverOftenItWasArmed) {
  Lines order;
  Gate::Hook hook{gate, [&] { order.push_back("hook"); }};
  gate.commit = [&] {
    order.push_back("commit");
    return Gate::Ticket{0};
  };
  hook.arm();
  hook.arm();
  gate.end_turn();
  gate.end_turn();
  EXPECT_EQ(order, (Lines{"hook", "commit", "commit"}));
}

TEST_F(GateTest, RunsHooksThatHooksArmInTheSameTurn) {
  int runs = 0;
  Gate::Hook second{gate, [&] { ++runs; }};
  Gate::Hook first{gate, [&] { second.arm(); }};
  first.arm();
  gate.end_turn();
  EXPECT_EQ(runs, 1);
}

TEST_F(GateTest, LetsAHookArmItselfAgain) {
  int runs = 0;
  std::unique_ptr<Gate::Hook> hook;
  hook = std::make_unique<Gate::Hook>(gate, [&] {
    if (++runs < 3) hook->arm();
  });
  hook->arm();
  gate.end_turn();
  EXPECT_EQ(runs, 3);
  hook->arm();
  gate.end_turn();
  EXPECT_EQ(runs, 4);
}

TEST_F(GateTest, LetsAHookDestroyItself) {
  std::unique_ptr<Gate::Hook> hook;
  std::string what_it_holds = "longer than what std::string and std::function keep inside of themselves";
  hook = std::make_unique<Gate::Hook>(gate, [&hook, what_it_holds] {
    hook.reset();
    EXPECT_EQ(what_it_holds.substr(0, 6), "longer");  // the action itself is still there
  });
  hook->arm();
  gate.end_turn();
  EXPECT_EQ(hook, nullptr);
}

TEST_F(GateTest, LetsAHookDestroyAnotherThatIsArmedToo) {
  int runs = 0;
  std::unique_ptr<Gate::Hook> victim;
  Gate::Hook first{gate, [&] { victim.reset(); }};
  victim = std::make_unique<Gate::Hook>(gate, [&] { ++runs; });
  first.arm();
  victim->arm();
  gate.end_turn();
  EXPECT_EQ(runs, 0);
}

TEST_F(GateTest, CallsWhenDurableAtTheEndOfATurnWithoutRows) {
  bool called = false;
  gate.when_durable([&] { called = true; });
  EXPECT_FALSE(called);
  gate.end_turn();
  EXPECT_TRUE(called);
}

TEST_F(GateTest, CallsWhenDurableInOrderOnceTheCommitIs) {
  Lines order;
  gate.when_durable([&] { order.push_back("a"); });
  gate.when_durable([&] { order.push_back("b"); });
  turn_with_rows();
  gate.when_durable([&] { order.push_back("c"); });
  turn_with_rows();
  EXPECT_EQ(order, Lines{});
  gate.durable(1);
  EXPECT_EQ(order, (Lines{"a", "b"}));
  gate.durable(2);
  EXPECT_EQ(order, (Lines{"a", "b", "c"}));
}

TEST_F(GateTest, CallsWhenDurableOnlyAfterTheCommitsOfEarlierTurns) {
  turn_with_rows();
  bool called = false;
  gate.when_durable([&] { called = true; });
  gate.end_turn();
  EXPECT_FALSE(called);
  gate.durable(1);
  EXPECT_TRUE(called);
}

TEST_F(GateTest, SendsWhatAnActionWritesAtTheEndOfATurnInThatTurn) {
  gate.when_durable([&] { alice.write("200 OK"); });
  gate.end_turn();
  EXPECT_EQ(alice.left, Lines{"200 OK"});
}

TEST_F(GateTest, IsNotIdleWhileSomethingIsLeftToDo) {
  EXPECT_TRUE(gate.idle());
  Gate::Hook hook{gate, [] {}};
  gate.when_durable([&] { hook.arm(); });
  EXPECT_FALSE(gate.idle());
  gate.end_turn();
  EXPECT_FALSE(gate.idle());  // the hook was armed after the hooks had run
  gate.end_turn();
  EXPECT_TRUE(gate.idle());
}

#ifdef DRAGOMAN_CRASH_POINTS
TEST(Gate, TestBuildsCanLetOutputLeaveBeforeItsRowsAreDurable) {
  ASSERT_EQ(setenv("DRAGOMAN_OPEN_GATE", "1", 0), 0);
  Gate gate;
  gate.commit = [] { return Gate::Ticket{1}; };
  FakeOutput output{gate};
  bool answered = false;
  gate.when_durable([&] { answered = true; });
  output.write("line");
  gate.end_turn();
  ASSERT_EQ(unsetenv("DRAGOMAN_OPEN_GATE"), 0);
  EXPECT_EQ(output.left, Lines{"line"});
  EXPECT_TRUE(answered);
}
#endif

}  // namespace
}  // namespace dragoman
