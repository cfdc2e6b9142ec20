#include "store/archive_index.hpp"
#include "store_script.hpp"

// A room has another name, and what was said in it goes along: Store::rename_room.

namespace dragoman::store::test {

namespace {

class StoreRename : public StoreTest {
 protected:
  void SetUp() override { open(); }
  Message said_in(const std::string& room, const std::string& text) {
    Message row = message(text);
    row.direction = Direction::to_person;
    row.state = State::delivered;
    row.room = room;
    row.person.clear();
    return row;
  }
  std::vector<std::string> texts_of(const std::string& room) {
    ArchiveQuery query;
    query.network = said_in(room, "").network;
    query.owner = said_in(room, "").owner;
    query.room = room;
    query.limit = 100;
    std::vector<std::string> texts;
    for (const Message& row : now().archive(query).rows) texts.push_back(row.content);
    return texts;
  }
  void index_all() {
    auto file = Database::open(path, 5000);
    auto index = ArchiveIndex::prepare(*file);
    ASSERT_TRUE(index) << index.error().text;
    const RowId newest = *file->number("SELECT max(id) FROM message");
    while (index->behind(newest) > 0) ASSERT_TRUE(index->write_some(newest));
  }
  void is_renamed() {
    const Message row = said_in("#tea", "");
    store->rename_room(row.network, row.owner, "#tea", "#chai");
    commit();
  }
};

using Texts = std::vector<std::string>;

TEST_F(StoreRename, TakesTheArchiveAlongIndexedOrNot) {
  store->add(said_in("#tea", "one"));
  store->add(said_in("#mate", "another room"));
  commit();
  index_all();
  store->add(said_in("#tea", "two"));
  commit();
  EXPECT_EQ(texts_of("#tea"), (Texts{"one", "two"}));  // what is not indexed is known to the reader now
  is_renamed();
  EXPECT_EQ(texts_of("#tea"), Texts{});
  EXPECT_EQ(texts_of("#chai"), (Texts{"one", "two"}));
  EXPECT_EQ(texts_of("#mate"), Texts{"another room"});
  store->add(said_in("#chai", "three"));
  commit();
  index_all();
  EXPECT_EQ(texts_of("#chai"), (Texts{"one", "two", "three"}));
}

TEST_F(StoreRename, JoinsWhatTheNewNameHasAlready) {
  store->add(said_in("#chai", "before"));
  store->add(said_in("#tea", "one"));
  store->add_in_front({said_in("#tea", "long ago")});
  commit();
  index_all();
  is_renamed();
  EXPECT_EQ(texts_of("#chai"), (Texts{"long ago", "before", "one"}));
}

TEST_F(StoreRename, IsOfOnePerson) {
  Message of_bob = said_in("#tea", "bob's");
  of_bob.owner = "bob@example.org";
  store->add(of_bob);
  store->add(said_in("#tea", "alice's"));
  commit();
  is_renamed();
  EXPECT_EQ(texts_of("#chai"), Texts{"alice's"});
  auto file = Database::open(path, 0);
  EXPECT_EQ(*file->number("SELECT count(*) FROM message WHERE room = '#tea'"), 1);
}

TEST_F(StoreRename, LaterRowsOfTheOldNameStay) {
  store->add(said_in("#tea", "before"));
  const Message row = said_in("#tea", "");
  store->rename_room(row.network, row.owner, "#tea", "#chai");
  store->add(said_in("#tea", "a new channel of that name"));
  commit();
  EXPECT_EQ(texts_of("#chai"), Texts{"before"});
  EXPECT_EQ(texts_of("#tea"), Texts{"a new channel of that name"});
}

}  // namespace
}  // namespace dragoman::store::test
