#include "store/rows.hpp"

#include <gtest/gtest.h>

namespace dragoman::store::test {

namespace {

Message message(std::string content) {
  Message made;
  made.network = "irc.example.org";
  made.owner = "alice@example.org";
  made.room = "#tea";
  made.author = "alice@example.org/phone";
  made.stanza_id = "id of " + content;
  made.content = std::move(content);
  return made;
}

std::vector<std::string> contents(const Rows& rows) {
  std::vector<std::string> all;
  const auto done = rows.for_each([&all](const Rows::Row& row) -> Result<void> {
    all.push_back(std::to_string(row.id) + ' ' + std::string{row.content});
    return {};
  });
  EXPECT_TRUE(done);
  return all;
}

using Texts = std::vector<std::string>;

TEST(Rows, GiveBackWhatWasAdded) {
  Rows rows;
  rows.add(message("before"), 1);
  Message given = message("tea?");
  given.person = "bob";
  given.network_id = "$event";
  given.direction = Direction::to_person;
  given.state = State::returning;
  given.accepted = Timestamp{std::chrono::milliseconds{5}};
  given.sent = Timestamp{std::chrono::milliseconds{6}};
  given.expires = Timestamp{};  // the epoch is a time too
  given.same_as = 1;
  rows.add(given, 2);
  const auto done = rows.for_each([&given](const Rows::Row& row) -> Result<void> {
    if (row.id == 1) {
      EXPECT_EQ(row.expires, std::nullopt);
      return {};
    }
    EXPECT_EQ(row.network, given.network);
    EXPECT_EQ(row.owner, given.owner);
    EXPECT_EQ(row.room, given.room);
    EXPECT_EQ(row.person, given.person);
    EXPECT_EQ(row.author, given.author);
    EXPECT_EQ(row.stanza_id, given.stanza_id);
    EXPECT_EQ(row.network_id, given.network_id);
    EXPECT_EQ(row.content, given.content);
    EXPECT_EQ(row.direction, given.direction);
    EXPECT_EQ(row.state, given.state);
    EXPECT_EQ(row.accepted, given.accepted);
    EXPECT_EQ(row.sent, given.sent);
    EXPECT_EQ(row.expires, given.expires);
    EXPECT_EQ(row.same_as, 1);
    return {};
  });
  EXPECT_TRUE(done);
}

TEST(Rows, AppendLaterOnesAndLeaveTheseEmpty) {
  Rows rows, later, empty;
  rows.append(empty);
  later.add(message("one"), 1);
  rows.append(later);
  later.add(message("two"), 2);
  rows.append(later);
  EXPECT_EQ(contents(rows), (Texts{"1 one", "2 two"}));
  EXPECT_TRUE(later.empty());
  EXPECT_EQ(later.bytes(), 0u);
  EXPECT_EQ(rows.newest(), 2);
  rows.clear();
  EXPECT_TRUE(rows.empty());
  rows.add(message("three"), 3);
  EXPECT_EQ(contents(rows), (Texts{"3 three"}));
}

TEST(Rows, EndWithTheFirstError) {
  Rows rows;
  rows.add(message("one"), 1);
  rows.add(message("two"), 2);
  int seen = 0;
  const auto done = rows.for_each([&seen](const Rows::Row&) -> Result<void> {
    ++seen;
    return failure(Fault::storage, "full");
  });
  EXPECT_FALSE(done);
  EXPECT_EQ(seen, 1);
}

TEST(Rows, OfThePastAreNotTheNewest) {
  Rows rows;
  rows.add(message("long ago"), -3);
  EXPECT_EQ(rows.newest(), 0);
}

}  // namespace

}  // namespace dragoman::store::test
