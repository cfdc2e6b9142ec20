#include "delivery/incoming.hpp"

#include <gtest/gtest.h>

#include "support/fake_store.hpp"

namespace dragoman::delivery {
namespace {

using store::State;
using List = std::vector<std::string>;

/// The XMPP side, played by the test: who is there, and when the server proves what it took.
class IncomingTest : public testing::Test, protected Incoming::Host {
 protected:
  List written;
  bool somebody_is_there = true, looks_up = false;
  std::vector<std::function<void()>> barriers;
  Gate gate;
  test::FakeStore store;
  Incoming incoming{"irc.test", *this, store, gate};

  Delivery deliver(const store::Message& row, const chat::Command& command, bool replayed) override {
    if (looks_up) return Delivery::later;
    written.push_back(row.owner + ": " + text_of(command) + (replayed ? " (again)" : ""));
    return somebody_is_there ? Delivery::written : Delivery::nobody;
  }
  void give_back(const store::Message& row, chat::Command command) override {
    written.push_back(row.owner + " gets back: " + text_of(command));
  }
  static const std::string& text_of(const chat::Command& command) {
    return std::get<chat::SendMessage>(command).content.text;
  }
  void barrier(std::function<void()> proved) override { barriers.push_back(std::move(proved)); }

  store::RowId network_says(const std::string& text, const std::string& owner = "alice@test",
                            const std::string& id = {}, bool history = false) {
    store::Message row;
    row.network = "irc.test";
    row.owner = owner;
    row.direction = store::Direction::to_person;
    row.room = "#tea";
    row.network_id = id;
    return incoming.accept(std::move(row), chat::SendMessage{{chat::RoomId{"#tea"}, {}}, chat::plain(text)}, history);
  }
  void link_comes_up() {
    incoming.link_up();
    gate.end_turn();
  }
};

TEST_F(IncomingTest, TellsHistoryAsSuch) {
  link_comes_up();
  network_says("then", "alice@test", {}, true);
  network_says("now");
  EXPECT_EQ(written, (List{"alice@test: then (again)", "alice@test: now"}));
}

TEST_F(IncomingTest, WritesAtOnceAndCountsAsDeliveredWhenTheServerHasProvedIt) {
  link_comes_up();
  const auto row = network_says("hello");
  EXPECT_EQ(written, List{"alice@test: hello"});
  gate.end_turn();
  ASSERT_EQ(barriers.size(), 1U);
  EXPECT_EQ(store.state(row), State::queued);
  barriers[0]();
  EXPECT_EQ(store.state(row), State::delivered);
}

TEST_F(IncomingTest, WhatIsLookedUpFirstIsOpenUntilItIsConfirmed) {
  link_comes_up();
  looks_up = true;
  const auto row = network_says("hello");
  gate.end_turn();
  EXPECT_TRUE(barriers.empty());
  EXPECT_EQ(store.state(row), State::queued);
  incoming.confirm(row, State::delivered);
  gate.end_turn();
  barriers.at(0)();
  EXPECT_EQ(store.state(row), State::delivered);
}

TEST_F(IncomingTest, WhatWasLookedUpWhenTheLinkWentIsWrittenAgain) {
  link_comes_up();
  looks_up = true;
  network_says("hello");
  incoming.link_down();
  looks_up = false;
  link_comes_up();
  EXPECT_EQ(written, List{"alice@test: hello (again)"});
}

TEST_F(IncomingTest, AsksForOneProofATurn) {
  link_comes_up();
  network_says("one");
  network_says("two");
  gate.end_turn();
  EXPECT_EQ(barriers.size(), 1U);
}

TEST_F(IncomingTest, StoresWhileTheLinkIsDownAndWritesInOrderWhenItIsBack) {
  network_says("one");
  network_says("two");
  EXPECT_TRUE(written.empty());
  link_comes_up();
  EXPECT_EQ(written, (List{"alice@test: one (again)", "alice@test: two (again)"}));
}

TEST_F(IncomingTest, SaysAgainWhatTheServerNeverProved) {
  link_comes_up();
  const auto row = network_says("one");
  gate.end_turn();
  incoming.link_down();
  link_comes_up();
  EXPECT_EQ(written, (List{"alice@test: one", "alice@test: one (again)"}));
  gate.end_turn();
  barriers.back()();
  EXPECT_EQ(store.state(row), State::delivered);
}

TEST_F(IncomingTest, DoesNotSayAgainWhatWasProved) {
  link_comes_up();
  network_says("one");
  gate.end_turn();
  barriers[0]();
  incoming.link_down();
  link_comes_up();
  EXPECT_EQ(written, List{"alice@test: one"});
}

TEST_F(IncomingTest, OneLineThatManySeeIsStoredOnceAndSaidToEach) {
  link_comes_up();
  const auto first = network_says("hello", "alice@test", "msgid-1");
  const auto second = network_says("hello", "bob@test", "msgid-1");
  EXPECT_EQ(store.rows.at(second).same_as, first);
  EXPECT_TRUE(store.rows.at(second).content.empty());
  EXPECT_EQ(written, (List{"alice@test: hello", "bob@test: hello"}));
}

TEST_F(IncomingTest, ALineWithAnotherIdIsAnotherLine) {
  network_says("hello", "alice@test", "msgid-1");
  const auto second = network_says("hello", "bob@test", "msgid-2");
  EXPECT_EQ(store.rows.at(second).same_as, 0);
}

TEST_F(IncomingTest, WhatNobodyIsThereToTakeIsReturnedNotDelivered) {
  somebody_is_there = false;
  link_comes_up();
  const auto row = network_says("hello");
  gate.end_turn();
  barriers[0]();
  EXPECT_EQ(store.state(row), State::returned);
}

TEST_F(IncomingTest, KeepsWhatWasReadEvenWhenTheDiskIsNearlyFull) {
  store.room_left = false;
  EXPECT_NE(network_says("hello"), 0);
}

TEST_F(IncomingTest, TellsASenderAgainWhoseErrorWasNeverProved) {
  store::Message row;
  row.network = "irc.test";
  row.owner = "alice@test";
  row.direction = store::Direction::to_network;
  row.state = State::returning;
  row.content = "\"lost\"";
  const auto id = store.add(row);
  link_comes_up();
  EXPECT_EQ(written, List{"alice@test gets back: lost"});
  gate.end_turn();
  barriers[0]();
  EXPECT_EQ(store.state(id), State::returned);
}

}  // namespace
}  // namespace dragoman::delivery
