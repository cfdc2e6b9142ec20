#include "net/pressure.hpp"

#include "support/loop_test.hpp"

namespace dragoman::net {
namespace {

struct PressureTest : test::LoopTest {
  void reader() {
    tasks.spawn([this]() -> Task<> {
      co_await pressure.released();
      ++reads;
    });
    settle();
  }
  Pressure pressure{loop};
  int reads = 0;
};

TEST_F(PressureTest, LetsReadersOnWhileItIsLow) {
  reader();
  EXPECT_EQ(reads, 1);
}

TEST_F(PressureTest, HoldsReadersWhileItIsHighAndWakesThemAll) {
  pressure.set(true);
  reader();
  reader();
  EXPECT_EQ(reads, 0);
  pressure.set(true);
  pressure.set(false);
  settle();
  EXPECT_EQ(reads, 2);
}

TEST_F(PressureTest, HoldsAReaderThatWasWokenButFindsItHighAgain) {
  pressure.set(true);
  reader();
  pressure.set(false);
  pressure.set(true);
  settle();
  EXPECT_EQ(reads, 0);
  pressure.set(false);
  settle();
  EXPECT_EQ(reads, 1);
}

TEST_F(PressureTest, LetsAReaderEndWithItsGroup) {
  pressure.set(true);
  reader();
  tasks.stop();
  turn_until([&] { return tasks.empty(); });
  EXPECT_EQ(reads, 0);
}

}  // namespace
}  // namespace dragoman::net
