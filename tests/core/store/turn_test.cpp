#include <chrono>

#include "store_script.hpp"

namespace dragoman::store::test {

namespace {

using Texts = std::vector<std::string>;

class StoreTurn : public StoreTest {
 protected:
  void SetUp() override { open(); }
  /// Another program that holds the write lock: no commit gets through meanwhile.
  Database lock_writes() {
    auto other = Database::open(path, 0);
    EXPECT_TRUE(other && other->execute("BEGIN IMMEDIATE"));
    return std::move(*other);
  }
  std::uint64_t read_delivered() {
    bool read = false;
    std::uint64_t delivered = 0;
    store->read([&](Reader& reader) { delivered = reader.counts().delivered; }, [&] { read = true; });
    loop.run_until([&] { return read; });
    return delivered;
  }
  /// Evidence alone tells nobody that it was written: reads until it is seen.
  void wait_until_delivered(std::uint64_t rows) {
    while (read_delivered() < rows) continue;
  }
  Outlet outlet{gate};
};

TEST_F(StoreTurn, OutputOfATurnWithARowLeavesOnlyWhenTheRowIsDurable) {
  auto other = lock_writes();
  add("hello");
  outlet.write("reflection");
  end_turn();
  bool read = false;
  std::size_t seen = 99;
  store->read([&](Reader& reader) { seen = reader.counts().accepted; }, [&] { read = true; });
  loop.run_until([&] { return read; });
  EXPECT_EQ(seen, 0u);
  EXPECT_EQ(outlet.left, Texts{});

  ASSERT_TRUE(other.execute("COMMIT"));
  Texts at_that_time;
  outlet.on_leave = [&](const std::string&) { at_that_time = open_contents(); };
  loop.run_until([&] { return !outlet.left.empty(); });
  EXPECT_EQ(outlet.left, Texts{"reflection"});
  EXPECT_EQ(at_that_time, Texts{"hello"});
}

TEST_F(StoreTurn, OutputWaitsForADocumentASecretAndAnErasureToo) {
  auto other = lock_writes();
  store->put({"cursor", "alice", "sync", "\"s1\""});
  outlet.write("a");
  end_turn();
  store->put_secret({"account", "alice", "", "\"token\""});
  outlet.write("b");
  end_turn();
  store->erase("cursor", "bob", "sync");
  outlet.write("c");
  end_turn();
  EXPECT_EQ(outlet.left, Texts{});
  EXPECT_EQ(gate.newest(), 3u);
  ASSERT_TRUE(other.execute("COMMIT"));
  loop.run_until([&] { return outlet.left.size() == 3; });
  EXPECT_EQ(outlet.left, (Texts{"a", "b", "c"}));
}

TEST_F(StoreTurn, LaterOutputWithoutRowsWaitsBehindEarlierOutputWithRows) {
  auto other = lock_writes();
  add("first");
  outlet.write("with a row");
  end_turn();
  outlet.write("without");
  end_turn();
  EXPECT_EQ(outlet.left, Texts{});
  ASSERT_TRUE(other.execute("COMMIT"));
  loop.run_until([&] { return outlet.left.size() == 2; });
  EXPECT_EQ(outlet.left, (Texts{"with a row", "without"}));
}

TEST_F(StoreTurn, ATurnWithoutRowsLeavesAtOnce) {
  outlet.write("pong");
  end_turn();
  EXPECT_EQ(outlet.left, Texts{"pong"});
  EXPECT_EQ(gate.newest(), 0u);
}

TEST_F(StoreTurn, EvidenceHoldsNothingUp) {
  const RowId row = add("hello");
  commit();
  auto other = lock_writes();
  mark(row, row, State::delivered);
  outlet.write("receipt");
  end_turn();
  EXPECT_EQ(outlet.left, Texts{"receipt"});
  ASSERT_TRUE(other.execute("COMMIT"));
}

TEST_F(StoreTurn, EvidenceAloneIsWrittenWithoutAnyLaterTurn) {
  const RowId row = add("hello");
  commit();
  mark(row, row, State::delivered);
  end_turn();
  wait_until_delivered(1);
}

TEST_F(StoreTurn, EvidenceAloneIsCommittedAtMostTwentyTimesASecond) {
  constexpr RowId rows = 4;
  for (RowId row = 1; row <= rows; ++row) add("x");
  commit();
  const auto start = std::chrono::steady_clock::now();
  for (RowId row = 1; row <= rows; ++row) {
    mark(row, row, State::delivered);
    end_turn();
    wait_until_delivered(static_cast<std::uint64_t>(row));
  }
  // The first one is close behind the rows' own commit and may or may not have waited for the whole interval.
  EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::milliseconds{(rows - 1) * 50});
}

TEST_F(StoreTurn, RowsAreCommittedAtMostAThousandTimesASecond) {
  constexpr int rows = 50;
  const auto start = std::chrono::steady_clock::now();
  for (int row = 1; row <= rows; ++row) {
    add("x");
    commit();
  }
  EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::milliseconds{rows - 1});
}

TEST_F(StoreTurn, EvidenceRidesAlongWithTheNextRows) {
  const RowId row = add("one");
  loop.hold();
  end_turn();
  loop.wait_for_post(1);
  mark(row, row, State::delivered);
  end_turn();
  add("two");
  end_turn();
  loop.let_go();
  loop.run_until([&] { return gate.durable() == gate.newest(); });
  EXPECT_EQ(loop.posts(), 2u);
  EXPECT_EQ(open_contents(), Texts{"two"});
}

TEST_F(StoreTurn, EverythingThatQueuedDuringACommitIsOneCommit) {
  loop.hold();
  add("0");
  outlet.write("0");
  end_turn();
  loop.wait_for_post(1);  // the first commit is through, its thread still busy
  Texts expected{"0"};
  for (int i = 1; i <= 50; ++i) {
    expected.push_back(std::to_string(i));
    add(expected.back());
    outlet.write(expected.back());
    end_turn();
  }
  EXPECT_EQ(gate.newest(), 51u);
  loop.let_go();
  loop.run_until([&] { return outlet.left.size() == 51; });
  EXPECT_EQ(loop.posts(), 2u);
  EXPECT_EQ(outlet.left, expected);
  EXPECT_EQ(open_contents(), expected);
}

TEST_F(StoreTurn, ARowThatFollowsEvidenceIsNotDelayedByIt) {
  const RowId first = add("one");
  commit();
  mark(first, first, State::delivered);
  end_turn();
  add("two");
  commit();  // ends only when the row is durable
  EXPECT_EQ(open_contents(), Texts{"two"});
}

TEST_F(StoreTurn, TheBacklogIsWhatWaitsForTheWriter) {
  EXPECT_EQ(store->backlog(), 0u);
  auto other = lock_writes();
  add(std::string(1000, 'x'));
  EXPECT_GE(store->backlog(), 1000u);
  end_turn();
  EXPECT_GE(store->backlog(), 1000u);
  ASSERT_TRUE(other.execute("COMMIT"));
  loop.run_until([&] { return gate.durable() == gate.newest(); });
  EXPECT_EQ(store->backlog(), 0u);
}

TEST_F(StoreTurn, ClosingCommitsWhatIsLeft) {
  const RowId row = add("one");
  commit();
  mark(row, row, State::delivered);
  end_turn();
  add("two");
  store->put({"room", "alice", "#tea", "{}"});
  outlet.write("late");
  end_turn();
  add("never ended");
  close();
  EXPECT_EQ(outlet.left, Texts{"late"});
  open();
  EXPECT_EQ(open_contents(), (Texts{"two", "never ended"}));
  EXPECT_EQ(now().counts().delivered, 1u);
  EXPECT_EQ(now().document("room", "alice", "#tea"), "{}");
}

TEST_F(StoreTurn, AReadSeesOneInstant) {
  Database other = lock_writes();
  ASSERT_TRUE(other.execute("ROLLBACK"));
  std::uint64_t before = 9, after = 9;
  bool read = false;
  store->read(
      [&](Reader& reader) {
        before = reader.counts().accepted;
        static_cast<void>(
            other.execute("INSERT OR REPLACE INTO document VALUES ('store', '', 'totals', "
                          "'{\"last_id\":7,\"accepted\":7}')"));
        after = reader.counts().accepted;
      },
      [&] { read = true; });
  loop.run_until([&] { return read; });
  EXPECT_EQ(before, 0u);
  EXPECT_EQ(after, 0u);
  EXPECT_EQ(now().counts().accepted, 7u);
}

TEST_F(StoreTurn, ThereIsRoomOnADiskThatIsNotFull) { EXPECT_TRUE(store->has_room()); }

}  // namespace

}  // namespace dragoman::store::test
