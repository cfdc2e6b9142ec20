#include "store_script.hpp"

// A message that somebody names, and what becomes known of a row later.

namespace dragoman::store::test {

namespace {

class StoreLookup : public StoreTest {
 protected:
  void SetUp() override { open(); }
  static MessageQuery in_tea() {
    MessageQuery query;
    query.network = "irc.example.org";
    query.owner = "alice@example.org";
    query.room = "#tea";
    return query;
  }
  static MessageQuery with_bob() {
    MessageQuery query = in_tea();
    query.room.clear();
    query.person = "bob";
    return query;
  }
  RowId say_to_bob(const std::string& content) {
    Message row = message(content);
    row.room.clear();
    row.person = "bob";
    return store->add(row);
  }
  /// The content of what is found; empty: nothing.
  std::string found(const MessageQuery& query) {
    commit();
    const auto row = store->reader_now().find_message(query);
    return row ? row->content : std::string{};
  }
  static std::function<bool(const Message&)> called(std::string id) {
    return [id = std::move(id)](const Message& row) { return row.stanza_id == id; };
  }
};

TEST_F(StoreLookup, ByIdFindsOnlyWhatIsOfTheConversation) {
  const RowId row = add("hello");
  const RowId other = say_to_bob("psst");
  MessageQuery query = in_tea();
  query.id = row;
  EXPECT_EQ(found(query), "hello");
  query.id = other;
  EXPECT_EQ(found(query), "");
  query.id = row;
  query.owner = "mallory@example.org";
  EXPECT_EQ(found(query), "");
}

TEST_F(StoreLookup, FindsTheNewestOfSeveralInARoomAlsoWhatIsOnItsWay) {
  add("one");
  Message again = message("two");
  again.stanza_id = "id-one";
  store->add(again);
  MessageQuery query = in_tea();
  query.wanted = called("id-one");
  EXPECT_EQ(found(query), "two");
}

TEST_F(StoreLookup, FindsWhatWasSaidToSomebodyAlone) {
  say_to_bob("one");
  say_to_bob("two");
  MessageQuery query = with_bob();
  query.wanted = called("id-one");
  EXPECT_EQ(found(query), "one");
  query.person = "carol";
  EXPECT_EQ(found(query), "");
}

TEST_F(StoreLookup, LooksBackOnlySoFar) {
  for (const char* text : {"one", "two", "three"}) add(text), say_to_bob(text);
  for (MessageQuery query : {in_tea(), with_bob()}) {
    query.wanted = called("id-one");
    query.most = 2;
    EXPECT_EQ(found(query), "");
    query.most = 3;
    EXPECT_EQ(found(query), "one");
  }
}

TEST_F(StoreLookup, AnAmendmentChangesTextAndReferenceAndNotTheState) {
  const RowId row = add("hello");
  mark(row, row, State::delivered);
  Evidence amends;
  amends.first = amends.last = row;
  amends.state = State::held;
  amends.amends = true;
  amends.content = "gone";
  amends.stanza_id = "new";
  store->mark(amends);
  commit();
  MessageQuery query = in_tea();
  query.id = row;
  const auto now = store->reader_now().find_message(query);
  ASSERT_TRUE(now);
  EXPECT_EQ(now->content, "gone");
  EXPECT_EQ(now->stanza_id, "new");
  EXPECT_EQ(now->state, State::delivered);
  EXPECT_EQ(store->reader_now().counts().delivered, 1U);
}

TEST_F(StoreLookup, AnAmendedTextIsNoLongerTheOneThatOthersShare) {
  const RowId first = add("hello");
  Message shares = message("");
  shares.same_as = first;
  const RowId second = store->add(shares);
  commit();
  Evidence amends;
  amends.first = amends.last = second;
  amends.amends = true;
  amends.content = "gone";
  store->mark(amends);
  MessageQuery query = in_tea();
  query.id = second;
  EXPECT_EQ(found(query), "gone");
  query.id = first;
  EXPECT_EQ(found(query), "hello");
}

}  // namespace

}  // namespace dragoman::store::test
