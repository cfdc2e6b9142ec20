#include "store_script.hpp"

namespace dragoman::store::test {

namespace {

// Long enough for several checkpoints of both kinds; run under ThreadSanitizer too.
TEST_F(StoreTest, ManyTurnsReadsAndCheckpointsAtOnceKeepOrderAndCounts) {
  open();
  Outlet outlet{gate};
  constexpr int turns = 3000;
  int reads = 0, read = 0;
  bool always_adds_up = true;
  std::uint64_t seen = 0;
  RowId last = 0;
  for (int i = 0; i < turns; ++i) {
    const RowId row = add(std::string(4000, 'x'));
    if (row > 3) mark(row - 3, row - 3, State::delivered);
    if (row % 5 == 0) store->put({"cursor", "", "", std::to_string(row)});
    if (row % 7 == 0) store->put_secret({"account", "", "", std::to_string(row)});
    last = row;
    outlet.write(std::to_string(row));
    end_turn();
    if (i % 50 == 0) {
      ++reads;
      store->read(
          [&](Reader& reader) {
            const auto counts = reader.counts();
            std::uint64_t open_rows = 0;
            reader.open_messages([&](const Message&) { ++open_rows; });
            always_adds_up = always_adds_up && counts.accepted == counts.queued + counts.delivered &&
                             open_rows == counts.queued && counts.accepted >= seen;
            seen = counts.accepted;
          },
          [&] { ++read; });
    }
    if (i % 10 == 0) loop.run_posted();
    if (store->backlog() > (1u << 20)) loop.run_until([&] { return gate.durable() == gate.newest(); });
  }
  loop.run_until([&] { return gate.durable() == gate.newest() && read == reads; });
  EXPECT_TRUE(always_adds_up);
  ASSERT_EQ(outlet.left.size(), static_cast<std::size_t>(turns));
  for (int i = 0; i < turns; ++i) EXPECT_EQ(outlet.left[static_cast<std::size_t>(i)], std::to_string(i + 1));
  EXPECT_EQ(now().counts().accepted, static_cast<std::uint64_t>(last));
  EXPECT_LT(std::filesystem::file_size(path + "-wal"), 40u << 20);
}

TEST_F(StoreTest, WhatWaitsToBeReadIsReadBeforeClosing) {
  open();
  add("hello");
  end_turn();
  std::uint64_t accepted = 0;
  bool done = false;
  store->read([&](Reader& reader) { accepted = reader.counts().accepted; }, [&] { done = true; });
  close();
  EXPECT_TRUE(done);
  EXPECT_LE(accepted, 1u);
}

}  // namespace

}  // namespace dragoman::store::test
