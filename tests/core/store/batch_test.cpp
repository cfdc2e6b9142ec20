#include "store/batch.hpp"

#include <tuple>

#include <gtest/gtest.h>

#include "store/checkpoints.hpp"

namespace dragoman::store::test {

namespace {

using Ranges = std::vector<std::tuple<RowId, RowId, State>>;

Ranges merged(std::vector<Evidence> marks) {
  merge(marks);
  Ranges ranges;
  for (const Evidence& mark : marks) ranges.emplace_back(mark.first, mark.last, mark.state);
  return ranges;
}

TEST(MergedEvidence, NeighboursWithEqualStateBecomeOne) {
  EXPECT_EQ(
      merged({{1, 1, State::delivered, {}, {}}, {2, 4, State::delivered, {}, {}}, {5, 5, State::delivered, {}, {}}}),
      (Ranges{{1, 5, State::delivered}}));
}

TEST(MergedEvidence, NeighboursMeetWhateverCameBetween) {
  EXPECT_EQ(
      merged({{3, 3, State::delivered, {}, {}}, {9, 9, State::delivered, {}, {}}, {2, 2, State::delivered, {}, {}}}),
      (Ranges{{2, 3, State::delivered}, {9, 9, State::delivered}}));
}

TEST(MergedEvidence, OtherStatesAndGapsStayApart) {
  EXPECT_EQ(merged({{1, 1, State::delivered, {}, {}}, {2, 2, State::held, {}, {}}, {4, 4, State::held, {}, {}}}),
            (Ranges{{1, 1, State::delivered}, {2, 2, State::held}, {4, 4, State::held}}));
}

TEST(MergedEvidence, MarksOfTheSameRowKeepTheirOrder) {
  EXPECT_EQ(
      merged({{5, 5, State::returning, {}, {}}, {1, 1, State::delivered, {}, {}}, {5, 5, State::returned, {}, {}}}),
      (Ranges{{5, 5, State::returning}, {1, 1, State::delivered}, {5, 5, State::returned}}));
}

TEST(MergedEvidence, WhatBringsAnIdOrATimeStaysAlone) {
  const Timestamp sent{std::chrono::milliseconds{1}};
  EXPECT_EQ(
      merged(
          {{1, 1, State::delivered, "$a", {}}, {2, 2, State::delivered, {}, {}}, {3, 3, State::delivered, {}, sent}}),
      (Ranges{{1, 1, State::delivered}, {2, 2, State::delivered}, {3, 3, State::delivered}}));
}

TEST(MergedEvidence, NothingAndOneStayAsTheyAre) {
  EXPECT_EQ(merged({}), Ranges{});
  EXPECT_EQ(merged({{1, 2, State::held, {}, {}}}), (Ranges{{1, 2, State::held}}));
}

using Next = Checkpoints::Next;

TEST(Checkpoints, AShortLogIsLeftAlone) {
  Checkpoints checkpoints;
  EXPECT_EQ(checkpoints.after_commit(Checkpoints::bulk_pages - 1), Next::nothing);
}

TEST(Checkpoints, ABulkCopyIsAskedForOnceUntilItIsDone) {
  Checkpoints checkpoints;
  EXPECT_EQ(checkpoints.after_commit(1000), Next::bulk);
  EXPECT_EQ(checkpoints.after_commit(2500), Next::nothing);
  checkpoints.bulk_done(1900);
  EXPECT_EQ(checkpoints.after_commit(2600), Next::nothing);
  EXPECT_EQ(checkpoints.after_commit(2900), Next::bulk);
}

TEST(Checkpoints, TheWriterFinishesALongLogAfterABulkCopy) {
  Checkpoints checkpoints;
  EXPECT_EQ(checkpoints.after_commit(4500), Next::bulk);
  checkpoints.bulk_done(4500);
  EXPECT_EQ(checkpoints.after_commit(4600), Next::finish);
  EXPECT_EQ(checkpoints.after_commit(8), Next::nothing);  // the log has started over
  EXPECT_EQ(checkpoints.after_commit(1008), Next::bulk);
}

TEST(Checkpoints, ALogThatALongReadKeepsIsNotFinishedWithEveryCommit) {
  Checkpoints checkpoints;
  EXPECT_EQ(checkpoints.after_commit(4500), Next::bulk);
  checkpoints.bulk_done(4500);
  EXPECT_EQ(checkpoints.after_commit(4600), Next::finish);
  EXPECT_EQ(checkpoints.after_commit(4700), Next::nothing);
}

}  // namespace

}  // namespace dragoman::store::test
