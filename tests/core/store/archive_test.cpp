#include <chrono>
#include <map>
#include <random>

#include "store/archive_index.hpp"
#include "store/migrations.hpp"
#include "store/schema.hpp"
#include "store_script.hpp"
#include "support/archive_model.hpp"

// The archive of a room: which rows, which page, and that the index written behind the messages changes no answer.

namespace dragoman::store::test {

namespace {

using Texts = std::vector<std::string>;

Texts texts(const std::vector<Message>& rows) {
  Texts all;
  for (const Message& row : rows) all.push_back(row.content);
  return all;
}

class StoreArchive : public StoreTest {
 protected:
  void SetUp() override { open(); }
  Message said(std::string content) {
    Message row = message(std::move(content));
    row.direction = Direction::to_person;
    row.author = "bob";
    return row;
  }
  void say(int count) {
    for (int i = 1; i <= count; ++i) store->add(said(std::to_string(i)));
    commit();
  }
  std::int64_t in_file(const std::string& sql) { return *std::move(*Database::open(path, 0)).number(sql); }
  /// As the writer does when it is idle.
  void index_all() {
    auto file = Database::open(path, 5000);
    auto index = ArchiveIndex::prepare(*file);
    ASSERT_TRUE(index) << index.error().text;
    const RowId newest = *file->number("SELECT max(id) FROM message");
    while (index->behind(newest) > 0) ASSERT_TRUE(index->write_some(newest));
  }
};

TEST_F(StoreArchive, HoldsWhatEverybodyInTheRoomCouldSee) {
  store->add(said("from bob"));
  const RowId mine = add("mine");
  add("mine, still waiting");
  const RowId refused = add("mine, refused");
  Message other = said("another room");
  other.room = "#coffee";
  store->add(other);
  other = said("another person's");
  other.owner = "bob@example.org";
  store->add(other);
  other = said("private in the room");
  other.person = "bob";
  store->add(other);
  other = said("another network's");
  other.network = "matrix.example.org";
  store->add(other);
  commit();
  mark(mine, mine, State::delivered);
  mark(refused, refused, State::returned);
  add("later");
  commit();
  EXPECT_EQ(texts(archived()), (Texts{"from bob", "mine"}));
  index_all();
  EXPECT_EQ(texts(archived()), (Texts{"from bob", "mine"}));
}

TEST_F(StoreArchive, PagesBothWaysAndSaysWhenItIsComplete) {
  say(10);
  auto query = archive_of_alice(3);
  query.newest = true;
  auto page = now().archive(query);
  EXPECT_EQ(texts(page.rows), (Texts{"8", "9", "10"}));
  EXPECT_FALSE(page.complete);
  query.page_before = 4;
  page = now().archive(query);
  EXPECT_EQ(texts(page.rows), (Texts{"1", "2", "3"}));
  EXPECT_TRUE(page.complete);
  query = archive_of_alice(4);
  query.page_after = 6;
  query.counted = true;
  page = now().archive(query);
  EXPECT_EQ(texts(page.rows), (Texts{"7", "8", "9", "10"}));
  EXPECT_TRUE(page.complete);
  EXPECT_EQ(page.count, 10u);
}

TEST_F(StoreArchive, NoRowsButTheirNumber) {
  say(10);
  auto query = archive_of_alice(0);
  query.counted = true;
  const auto page = now().archive(query);
  EXPECT_TRUE(page.rows.empty());
  EXPECT_FALSE(page.complete);
  EXPECT_EQ(page.count, 10u);
}

TEST_F(StoreArchive, WhatIsAddedInFrontStandsBeforeEverything) {
  say(2);
  const auto of_the_past = [this](std::initializer_list<const char*> contents) {
    std::vector<Message> rows;
    for (const char* content : contents) {
      Message row = said(content);
      row.state = State::delivered;
      row.sent = row.accepted - std::chrono::hours{1000};
      rows.push_back(std::move(row));
    }
    store->add_in_front(std::move(rows));
    commit();
  };
  of_the_past({"c", "d"});
  of_the_past({"a", "b"});
  say(1);
  EXPECT_EQ(texts(archived()), (Texts{"a", "b", "c", "d", "1", "2", "1"}));
  index_all();
  EXPECT_EQ(texts(archived()), (Texts{"a", "b", "c", "d", "1", "2", "1"}));
  ArchiveQuery query = archive_of_alice();
  query.end = said("").accepted - std::chrono::hours{999};
  EXPECT_EQ(texts(archived(query)), (Texts{"a", "b", "c", "d"}));
  query.end.reset();
  query.start = said("").accepted - std::chrono::hours{1};
  EXPECT_EQ(texts(archived(query)), (Texts{"1", "2", "1"}));
  query.start.reset();
  query.limit = 2;
  query.page_before = 1;
  query.newest = true;
  const ArchivePage page = now().archive(query);
  EXPECT_EQ(texts(page.rows), (Texts{"c", "d"}));
  query.page_before = page.rows.front().id;
  EXPECT_EQ(texts(archived(query)), (Texts{"a", "b"}));
  // The numbers go on after a restart, in both directions.
  reopen();
  of_the_past({"0"});
  EXPECT_EQ(add("3"), 4);
  EXPECT_EQ(texts(archived()).front(), "0");
}

TEST_F(StoreArchive, AnIdOfAnotherArchiveIsUnknown) {
  say(3);
  Message other = said("another person's");
  other.owner = "bob@example.org";
  const RowId of_bob = store->add(other);
  commit();
  auto query = archive_of_alice();
  query.must_be_there = {of_bob};
  EXPECT_TRUE(now().archive(query).unknown_id);
  query.must_be_there = {2};
  query.ids = {1, 99};
  EXPECT_TRUE(now().archive(query).unknown_id);
  query.ids = {3, 1, 3};
  EXPECT_EQ(texts(archived(query)), (Texts{"1", "3"}));
}

TEST_F(StoreArchive, AVersion1FileIsIndexedWhenItIsOpened) {
  close();
  std::filesystem::remove(path);
  write_file(path, "");
  {
    auto file = std::move(*Database::open(path, 0));
    ASSERT_TRUE(migrate(file, schema().first(1)));
    ASSERT_TRUE(file.execute(
        "INSERT INTO message (id, state, direction, same_as, accepted, sent, expires, network_id, network, owner, room,"
        " person, author, stanza_id, content) VALUES"
        " (1, 1, 1, 0, 5, 0, NULL, '', 'irc.example.org', 'alice@example.org', '#tea', '', 'bob', '', 'old'),"
        " (2, 1, 0, 0, 6, 0, NULL, '', 'irc.example.org', 'alice@example.org', '#tea', '', 'a@b/c', 'i', 'mine'),"
        " (3, 1, 1, 0, 7, 0, NULL, '', 'irc.example.org', 'alice@example.org', '#tea', 'bob', 'bob', '', 'private')"));
  }
  open();
  EXPECT_EQ(texts(archived()), (Texts{"old", "mine"}));
  EXPECT_EQ(in_file("SELECT count(*) FROM archive"), 2);
  EXPECT_EQ(in_file("SELECT count(*) FROM document WHERE kind = 'store' AND key = 'indexed' AND value = '3'"), 1);
  EXPECT_TRUE(std::filesystem::exists(path + ".before-2"));
  store->add(said("new"));
  commit();
  EXPECT_EQ(texts(archived()), (Texts{"old", "mine", "new"}));
}

TEST_F(StoreArchive, TheWriterIndexesWhatIsWorthIt) {
  for (RowId i = 0; i < ArchiveIndex::worth_it; ++i) store->add(said("x"));
  commit();
  // The pass goes on between the commits that follow.
  for (int i = 0; i < 200; ++i) {
    store->add(said("one more"));
    commit();
  }
  EXPECT_EQ(archived().size(), static_cast<std::size_t>(ArchiveIndex::worth_it) + 200);
  close();
  EXPECT_EQ(in_file("SELECT value FROM document WHERE key = 'indexed'"), ArchiveIndex::worth_it);
  EXPECT_EQ(in_file("SELECT count(*) FROM archive"), ArchiveIndex::worth_it);
  open();
  EXPECT_EQ(archived().size(), static_cast<std::size_t>(ArchiveIndex::worth_it) + 200);
}

TEST_F(StoreArchive, APassThatWasCutShortChangesNoAnswerAndIsDoneAgain) {
  say(300);
  // Half of its entries are there, but not that it is done.
  sql("INSERT INTO conversation (owner, room, network) VALUES ('alice@example.org', '#tea', 'irc.example.org');"
      "INSERT INTO archive SELECT 1, id FROM message WHERE id % 2 = 0");
  EXPECT_EQ(archived().size(), 300u);
  index_all();
  EXPECT_EQ(archived().size(), 300u);
  index_all();  // and nothing twice
  EXPECT_EQ(in_file("SELECT count(*) FROM archive"), 300);
}

TEST_F(StoreArchive, ASettledReadSeesTheEvidenceOfTurnsThatHaveEnded) {
  const RowId row = add("mine");
  commit();
  mark(row, row, State::delivered);
  end_turn();
  std::vector<Message> seen;
  bool done = false;
  store->read_settled([&](Reader& reader) { seen = reader.archive(archive_of_alice()).rows; }, [&] { done = true; });
  loop.run_until([&] { return done; });
  EXPECT_EQ(texts(seen), Texts{"mine"});
}

TEST_F(StoreArchive, AnswersAsSomebodyWhoLooksAtEveryRow) {
  std::mt19937 chance{20261120};
  const auto below = [&](int bound) { return static_cast<int>(chance() % static_cast<unsigned>(bound)); };
  const Timestamp start{std::chrono::milliseconds{1'790'000'000'000}};
  std::map<RowId, Message> all;
  for (int i = 0; i < 1500; ++i) {
    Message row = said(std::to_string(i));
    if (below(4) == 0) {
      row.direction = Direction::to_network;
      row.state = static_cast<State>(below(5));
    }
    if (below(3) == 0) row.owner = "bob@example.org";
    if (below(5) == 0) row.room = "#coffee";
    if (below(9) == 0) row.person = "carol";
    row.author = below(2) == 0 ? "bob" : "carol";
    row.accepted = start + std::chrono::seconds{i * 10};
    // Some were said up to an hour before they came, some by a clock that is ahead.
    if (below(3) == 0) row.sent = row.accepted - std::chrono::seconds{below(3600)};
    if (below(20) == 0) row.sent = row.accepted + std::chrono::seconds{below(500)};
    row.id = store->add(row);
    all[row.id] = row;
    if (below(40) == 0) commit();
    if (i == 700) index_all();
  }
  commit();
  const auto some_id = [&] { return static_cast<RowId>(1 + below(1500)); };
  for (int i = 0; i < 600; ++i) {
    ArchiveQuery query = archive_of_alice(static_cast<std::size_t>(below(60)));
    if (below(3) == 0) query.owner = "bob@example.org";
    if (below(4) == 0) query.after = some_id();
    if (below(4) == 0) query.before = some_id();
    if (below(3) == 0) query.page_after = some_id();
    if (below(3) == 0) query.page_before = some_id();
    if (below(3) == 0) query.start = start + std::chrono::seconds{below(15000)};
    if (below(3) == 0) query.end = start + std::chrono::seconds{below(15000)};
    if (below(4) == 0) query.wanted = [](const Message& row) { return row.author == "carol"; };
    if (below(8) == 0) query.ids = {some_id(), some_id()};
    query.newest = below(2) == 0;
    query.counted = below(2) == 0;
    const ArchivePage expected = dragoman::test::ask_archive(all, query);
    const ArchivePage found = now().archive(query);
    ASSERT_EQ(texts(found.rows), texts(expected.rows)) << "question " << i;
    EXPECT_EQ(found.complete, expected.complete) << "question " << i;
    // Beside a page, a large archive is not counted; who asks for nothing else is always told.
    if (found.count || query.limit == 0) {
      EXPECT_EQ(found.count, expected.count) << "question " << i;
    }
    EXPECT_EQ(found.unknown_id, expected.unknown_id) << "question " << i;
    EXPECT_FALSE(found.failed);
  }
}

}  // namespace

}  // namespace dragoman::store::test
