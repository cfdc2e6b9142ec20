#include "backends/matrix/appservice_transactions.hpp"

#include <map>

#include <gtest/gtest.h>

// Which transactions and events were told already.

namespace dragoman::backends::matrix::appservice_transactions_test {
namespace {

struct TransactionLogTest : testing::Test {
  TransactionLog begin() {
    TransactionLog log{[this](const std::string& key) { return kept[key]; },
                       [this](const std::string& key, const std::string& text) { kept[key] = text; }};
    log.load();
    return log;
  }
  std::map<std::string, std::string> kept;
};

TEST_F(TransactionLogTest, ATransactionIsKnownByItsIdAndItsBody) {
  TransactionLog log = begin();
  EXPECT_TRUE(log.take("1", "a"));
  EXPECT_FALSE(log.take("1", "a"));
  EXPECT_TRUE(log.take("1", "b")) << "a homeserver that counts from 1 again";
  EXPECT_TRUE(log.take("2", "a"));
}

TEST_F(TransactionLogTest, AnEventIsToldOnce) {
  TransactionLog log = begin();
  EXPECT_TRUE(log.take_event("$1"));
  EXPECT_FALSE(log.take_event("$1"));
  EXPECT_TRUE(log.take_event(""));
  EXPECT_TRUE(log.take_event(""));
}

TEST_F(TransactionLogTest, BothAreKnownAfterARestart) {
  TransactionLog log = begin();
  log.take("1", "a");
  log.take_event("$1");
  log.keep();
  log.take("2", "b");
  log.take_event("$2");  // not kept: the turn did not end
  TransactionLog again = begin();
  EXPECT_FALSE(again.take("1", "a"));
  EXPECT_FALSE(again.take_event("$1"));
  EXPECT_TRUE(again.take("2", "b"));
  EXPECT_TRUE(again.take_event("$2"));
}

TEST_F(TransactionLogTest, TheOldestAreForgotten) {
  TransactionLog log = begin();
  for (int i = 0; i < 5000; ++i) {
    EXPECT_TRUE(log.take_event("$" + std::to_string(i)));
    if (i % 7 == 0) log.keep();
  }
  log.keep();
  TransactionLog again = begin();
  EXPECT_FALSE(again.take_event("$4999"));
  EXPECT_FALSE(again.take_event("$1200"));
  EXPECT_TRUE(again.take_event("$0"));
  std::size_t bytes = 0;
  for (const auto& [key, text] : kept) bytes += text.size();
  EXPECT_LT(bytes, 100'000u);
}

}  // namespace
}  // namespace dragoman::backends::matrix::appservice_transactions_test
