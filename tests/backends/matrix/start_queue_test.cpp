#include "backends/matrix/start_queue.hpp"

#include <memory>
#include <vector>

#include <gtest/gtest.h>

// Who may begin when everybody wants to.

namespace dragoman::backends::matrix::start_queue_test {
namespace {

struct Account final : StartQueue::Waiting {
  bool begun = false;
  void begin_now() override { begun = true; }
};

class MatrixStartQueue : public testing::Test {
 protected:
  /// So many accounts of this homeserver want to begin; how many do at once.
  std::size_t wants(std::size_t count, const std::string& homeserver) {
    std::size_t begun = 0;
    for (std::size_t i = 0; i < count; ++i) {
      accounts.push_back(std::make_unique<Account>());
      queue.request(*accounts.back(), homeserver);
      begun += accounts.back()->begun ? 1 : 0;
    }
    return begun;
  }
  StartQueue queue;
  std::vector<std::unique_ptr<Account>> accounts;
};

TEST_F(MatrixStartQueue, AHomeserverIsAskedByAFew) {
  EXPECT_EQ(wants(9, "a"), 8U);
  queue.finished(*accounts[3]);
  EXPECT_TRUE(accounts[8]->begun);
}

TEST_F(MatrixStartQueue, OneThatDoesNotAnswerKeepsNobodyElseWaiting) {
  wants(20, "silent");
  EXPECT_EQ(wants(1, "b"), 1U);
}

TEST_F(MatrixStartQueue, AllOfThemTogetherAreNotTooMany) {
  std::size_t begun = 0;
  for (int i = 0; i < 10; ++i) begun += wants(8, "hs" + std::to_string(i));
  EXPECT_EQ(begun, StartQueue::most_together);
  queue.finished(*accounts[0]);
  EXPECT_TRUE(accounts[64]->begun) << "in the order in which they came";
}

TEST_F(MatrixStartQueue, WhoHasGoneDoesNotBegin) {
  wants(10, "a");
  queue.cancel(*accounts[8]);
  queue.finished(*accounts[0]);
  EXPECT_FALSE(accounts[8]->begun);
  EXPECT_TRUE(accounts[9]->begun);
}

TEST_F(MatrixStartQueue, WhoHasNotBegunGivesNothingBack) {
  wants(10, "a");
  queue.finished(*accounts[8]);
  EXPECT_FALSE(accounts[9]->begun);
}

}  // namespace
}  // namespace dragoman::backends::matrix::start_queue_test
