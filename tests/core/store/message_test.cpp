#include <chrono>

#include "store_script.hpp"

namespace dragoman::store::test {

namespace {

using Texts = std::vector<std::string>;

class StoreMessage : public StoreTest {
 protected:
  void SetUp() override { open(); }
};

TEST_F(StoreMessage, ComesBackAsItWasAdded) {
  Message given = message("tea? \xf0\x9f\x8d\xb5");
  given.direction = Direction::to_person;
  given.state = State::returning;
  given.person = "bob";
  given.network_id = "$event";
  given.sent = given.accepted + std::chrono::milliseconds{5};
  given.expires = given.accepted + std::chrono::hours{1};
  const RowId id = store->add(given);
  commit();
  const auto rows = open_messages();
  ASSERT_EQ(rows.size(), 1u);
  const Message& row = rows.front();
  EXPECT_EQ(row.id, id);
  EXPECT_EQ(row.network, given.network);
  EXPECT_EQ(row.owner, given.owner);
  EXPECT_EQ(row.direction, given.direction);
  EXPECT_EQ(row.state, given.state);
  EXPECT_EQ(row.room, given.room);
  EXPECT_EQ(row.person, given.person);
  EXPECT_EQ(row.author, given.author);
  EXPECT_EQ(row.stanza_id, given.stanza_id);
  EXPECT_EQ(row.network_id, given.network_id);
  EXPECT_EQ(row.accepted, given.accepted);
  EXPECT_EQ(row.sent, given.sent);
  EXPECT_EQ(row.expires, given.expires);
  EXPECT_EQ(row.content, given.content);
  EXPECT_EQ(row.same_as, 0);
}

TEST_F(StoreMessage, WithoutAnExpiryHasNone) {
  add("for ever");
  commit();
  EXPECT_EQ(open_messages().at(0).expires, std::nullopt);
  EXPECT_EQ(open_messages().at(0).sent, Timestamp{});
}

TEST_F(StoreMessage, IdsGrowAndAreKnownAtOnce) {
  EXPECT_EQ(add("a"), 1);
  EXPECT_EQ(add("b"), 2);
  commit();
  EXPECT_EQ(add("c"), 3);
}

TEST_F(StoreMessage, IdsAreNotGivenAgainAfterARestart) {
  add("a");
  const RowId last = add("b");
  commit();
  reopen();
  EXPECT_EQ(add("c"), last + 1);
}

TEST_F(StoreMessage, IdsOfDeletedRowsAreNotGivenAgain) {
  add("a");
  const RowId last = add("b");
  commit();
  close();
  sql("DELETE FROM message");
  open();
  EXPECT_EQ(add("c"), last + 1);
}

TEST_F(StoreMessage, OneContentIsStoredOnceForManyPeople) {
  const RowId source = add("one line");
  Message copy = message("");
  copy.owner = "bob@example.org";
  copy.same_as = source;
  store->add(copy);
  commit();
  const auto rows = open_messages();
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[1].content, "one line");
  EXPECT_EQ(rows[1].same_as, source);
  mark(source, source + 1, State::delivered);
  add("other");
  commit();
  ArchiveQuery of_bob = archive_of_alice();
  of_bob.owner = "bob@example.org";
  const auto page = archived(of_bob);
  ASSERT_EQ(page.size(), 1u);
  EXPECT_EQ(page[0].content, "one line");
}

TEST_F(StoreMessage, OpenOnesAreThoseQueuedOrReturningInOrder) {
  for (const char* text : {"1", "2", "3", "4", "5", "6"}) add(text);
  commit();
  mark(1, 1, State::delivered);
  mark(3, 3, State::returning);
  mark(4, 4, State::returned);
  mark(5, 5, State::held);
  add("7");
  commit();
  EXPECT_EQ(open_contents(), (Texts{"2", "3", "6", "7"}));
  reopen();
  EXPECT_EQ(open_contents(), (Texts{"2", "3", "6", "7"}));
}

TEST_F(StoreMessage, AMarkCountsRowsOfEachStateAndThoseThatAreThere) {
  for (const char* text : {"1", "2", "3", "4"}) add(text);
  commit();
  mark(2, 2, State::returning);
  mark(3, 3, State::delivered);
  mark(1, 4, State::delivered);
  mark(0, 4, State::delivered);  // again, and a row that nobody has added
  add("5");
  commit();
  const auto counts = now().counts();
  EXPECT_EQ(counts.accepted, 5u);
  EXPECT_EQ(counts.queued, 1u);
  EXPECT_EQ(counts.delivered, 4u);
  EXPECT_EQ(counts.returning, 0u);
  EXPECT_EQ(open_contents(), (Texts{"5"}));
}

TEST_F(StoreMessage, EvidenceWithAnIdCountsARowOfAnyState) {
  const RowId row = add("held");
  mark(row, row, State::held);
  commit();
  store->mark({row, row, State::delivered, "$event", {}});
  add("other");
  commit();
  const auto counts = now().counts();
  EXPECT_EQ(counts.held, 0u);
  EXPECT_EQ(counts.delivered, 1u);
  EXPECT_EQ(archived().at(0).network_id, "$event");
}

TEST_F(StoreMessage, AHeldOneThatTheOperatorReleasesIsOpenAgain) {
  const RowId row = add("held");
  mark(row, row, State::held);
  commit();
  EXPECT_EQ(open_contents(), Texts{});
  mark(row, row, State::queued);
  add("other");
  commit();
  EXPECT_EQ(open_contents(), (Texts{"held", "other"}));
  EXPECT_EQ(now().counts().held, 0u);
}

TEST_F(StoreMessage, EvidenceMayBringTheNetworksIdAndTime) {
  const RowId row = add("hello");
  const Timestamp sent{std::chrono::milliseconds{1'790'000'000'777}};
  store->mark({row, row, State::delivered, "$event", sent});
  commit();
  store->mark({row, row, State::delivered, {}, {}});  // later evidence without them takes nothing away
  add("other");
  commit();
  const auto page = archived();
  ASSERT_EQ(page.size(), 1u);
  EXPECT_EQ(page[0].network_id, "$event");
  EXPECT_EQ(page[0].sent, sent);
  EXPECT_EQ(page[0].state, State::delivered);
}

TEST_F(StoreMessage, EvidenceMayBringWhatTheNetworkShows) {
  const RowId row = add("a darn good tea");
  const RowId next = add("untouched");
  store->mark({row, row, State::delivered, {}, {}, "a **** good tea", "id-shown"});
  store->mark({next, next, State::delivered, {}, {}});
  commit();
  const auto page = archived();
  ASSERT_EQ(page.size(), 2u);
  EXPECT_EQ(page[0].content, "a **** good tea");
  EXPECT_EQ(page[0].stanza_id, "id-shown");
  EXPECT_EQ(page[1].content, "untouched");
  EXPECT_EQ(page[1].stanza_id, "id-untouched");
}

TEST_F(StoreMessage, TheLastEvidenceCounts) {
  for (const char* text : {"1", "2", "3"}) add(text);
  commit();
  mark(2, 2, State::delivered);
  mark(1, 3, State::returning);
  mark(3, 3, State::returned);
  add("4");
  commit();
  EXPECT_EQ(open_contents(), (Texts{"1", "2", "4"}));
}

TEST_F(StoreMessage, EvidenceForNothingChangesNothing) {
  add("1");
  commit();
  mark(0, 0, State::delivered);
  mark(9, 12, State::held);
  mark(2, 1, State::delivered);
  add("2");
  commit();
  EXPECT_EQ(open_contents(), (Texts{"1", "2"}));
  EXPECT_EQ(now().counts().held, 0u);
}

TEST_F(StoreMessage, CountsAreExactAndAddUp) {
  for (int i = 0; i < 10; ++i) add(std::to_string(i));
  commit();
  mark(1, 4, State::delivered);
  mark(3, 6, State::delivered);  // two of them once more
  mark(7, 7, State::held);
  mark(8, 8, State::returning);
  mark(9, 9, State::returning);
  mark(9, 9, State::returned);
  add("10");
  commit();
  for (int i = 0; i < 2; ++i) {
    const auto counts = now().counts();
    EXPECT_EQ(counts.accepted, 11u);
    EXPECT_EQ(counts.queued, 2u);
    EXPECT_EQ(counts.delivered, 6u);
    EXPECT_EQ(counts.returning, 1u);
    EXPECT_EQ(counts.returned, 1u);
    EXPECT_EQ(counts.held, 1u);
    reopen();
  }
}

TEST_F(StoreMessage, CountsAreFoundAgainWhenTheirDocumentIsLost) {
  for (int i = 0; i < 3; ++i) add(std::to_string(i));
  mark(1, 1, State::delivered);
  commit();
  for (const char* damage :
       {"DELETE FROM document WHERE key = 'totals'", "UPDATE document SET value = '{' WHERE key = 'totals'"}) {
    close();
    sql(damage);
    open();
    EXPECT_EQ(now().counts().accepted, 3u);
    EXPECT_EQ(now().counts().queued, 2u);
    EXPECT_EQ(now().counts().delivered, 1u);
    EXPECT_EQ(add("next"), 4);
    mark(4, 4, State::held);
    commit();
    close();
    sql("DELETE FROM message WHERE id = 4; DELETE FROM document WHERE key = 'totals'");
    open();
  }
}

}  // namespace

}  // namespace dragoman::store::test
