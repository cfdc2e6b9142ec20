#include "store/archive_index.hpp"
#include "store_script.hpp"

// Somebody leaves, and nothing of them stays: Store::forget.

namespace dragoman::store::test {

namespace {

class StoreForget : public StoreTest {
 protected:
  void SetUp() override { open(); }
  Message of(const std::string& owner, std::string content, RowId same_as = 0) {
    Message row = message(std::move(content));
    row.direction = Direction::to_person;
    row.owner = owner;
    row.author = "bob";
    row.same_as = same_as;
    return row;
  }
  /// Of every table that names people.
  std::int64_t mentions(const std::string& owner) {
    auto file = Database::open(path, 0);
    const std::string like = "'%" + owner + "%'";
    return *file->number("SELECT (SELECT count(*) FROM message WHERE owner LIKE " + like +
                         ") + (SELECT count(*) FROM document WHERE owner LIKE " + like +
                         ") + (SELECT count(*) FROM conversation WHERE owner LIKE " + like + ")");
  }
  void index_all() {
    auto file = Database::open(path, 5000);
    auto index = ArchiveIndex::prepare(*file);
    ASSERT_TRUE(index) << index.error().text;
    const RowId newest = *file->number("SELECT max(id) FROM message");
    while (index->behind(newest) > 0) ASSERT_TRUE(index->write_some(newest));
  }
  void alice_is_forgotten() {
    store->forget("irc.example.org", "alice@example.org");
    commit();
  }
};

TEST_F(StoreForget, LeavesNoRowDocumentOrArchiveOfAnOwner) {
  for (const char* text : {"one", "two", "three"}) store->add(of("alice@example.org", text));
  store->put({"settings", "irc.example.org alice@example.org", "linger", "5"});
  store->put_secret({"account", "irc.example.org alice@example.org", "", "{}"});
  commit();
  index_all();
  ASSERT_EQ(mentions("alice@example.org"), 6);
  alice_is_forgotten();
  EXPECT_EQ(mentions("alice@example.org"), 0);
  EXPECT_TRUE(archived().empty());
}

TEST_F(StoreForget, LeavesOthersWhatTheyHave) {
  store->add(of("bob@example.org", "bob's"));
  Message elsewhere = of("alice@example.org", "on another network");
  elsewhere.network = "matrix.example.org";
  store->add(elsewhere);
  store->add(of("alice@example.org", "alice's"));
  store->put({"settings", "irc.example.org bob@example.org", "linger", "5"});
  store->put({"settings", "matrix.example.org alice@example.org", "linger", "5"});
  commit();
  alice_is_forgotten();
  EXPECT_EQ(open_contents(), (std::vector<std::string>{"bob's", "on another network"}));
  EXPECT_TRUE(now().document("settings", "irc.example.org bob@example.org", "linger"));
  EXPECT_TRUE(now().document("settings", "matrix.example.org alice@example.org", "linger"));
}

TEST_F(StoreForget, LeavesATextToThoseWhoShareIt) {
  const RowId first = store->add(of("alice@example.org", "said to both"));
  store->add(of("bob@example.org", "", first));
  commit();
  alice_is_forgotten();
  EXPECT_EQ(open_contents(), std::vector<std::string>{"said to both"});
}

TEST_F(StoreForget, TheTotalsStayTrue) {
  const RowId delivered = store->add(of("alice@example.org", "delivered"));
  store->add(of("alice@example.org", "queued"));
  store->add(of("bob@example.org", "bob's"));
  mark(delivered, delivered, State::delivered);
  commit();
  alice_is_forgotten();
  mark(delivered, delivered, State::returned);  // evidence that comes late is of nothing
  commit();
  reopen();
  const auto counts = now().counts();
  EXPECT_EQ(counts.accepted, 1U);
  EXPECT_EQ(counts.queued, 1U);
  EXPECT_EQ(counts.delivered + counts.returning + counts.returned + counts.held, 0U);
}

TEST_F(StoreForget, WhatIsAddedAfterwardsStaysEvenInTheSameTransaction) {
  store->add(of("alice@example.org", "before"));
  store->forget("irc.example.org", "alice@example.org");
  store->put({"settings", "irc.example.org alice@example.org", "linger", "5"});
  store->add(of("alice@example.org", "after"));
  commit();
  EXPECT_EQ(open_contents(), std::vector<std::string>{"after"});
  EXPECT_TRUE(now().document("settings", "irc.example.org alice@example.org", "linger"));
}

TEST_F(StoreForget, IdsAreNotGivenAgain) {
  const RowId last = store->add(of("alice@example.org", "the newest"));
  commit();
  alice_is_forgotten();
  reopen();
  EXPECT_GT(store->add(of("bob@example.org", "later")), last);
}

}  // namespace

}  // namespace dragoman::store::test
