#include "backends/matrix/room_book.hpp"

#include <map>

#include <gtest/gtest.h>

namespace dragoman::backends::matrix::room_book_test {
namespace {

class MatrixRoomBook : public testing::Test {
 protected:
  RoomBook make_book() {
    return {[this](const std::string& key) {
              const auto found = kept_.find(key);
              return found == kept_.end() ? std::string{} : found->second;
            },
            [this](const std::string& key, const std::string& text) { kept_[key] = text; }};
  }
  std::map<std::string, std::string> kept_;
};

TEST_F(MatrixRoomBook, ARoomIsCalledByTheAliasThatItWasFirstSeenWith) {
  RoomBook book = make_book();
  EXPECT_EQ(book.address_of("!AbC:hs.tld", "#tea:hs.tld").text, "#tea%hs.tld");
  EXPECT_EQ(book.address_of("!AbC:hs.tld", "#coffee:hs.tld").text, "#tea%hs.tld");
  EXPECT_EQ(book.room_at(chat::RoomId{"#tea%hs.tld"}), "!AbC:hs.tld");
}

TEST_F(MatrixRoomBook, WithoutAnAliasTheIdIsTheAddress) {
  RoomBook book = make_book();
  EXPECT_EQ(book.address_of("!AbC:hs.tld").text, "!^ab^c%hs.tld");
  EXPECT_EQ(book.room_at(chat::RoomId{"!^ab^c%hs.tld"}), "!AbC:hs.tld");
}

TEST_F(MatrixRoomBook, AnAliasOfAnotherRoomIsNotTaken) {
  RoomBook book = make_book();
  book.address_of("!first:hs.tld", "#tea:hs.tld");
  EXPECT_EQ(book.address_of("!second:hs.tld", "#tea:hs.tld").text, "!second%hs.tld");
  EXPECT_EQ(book.room_at(chat::RoomId{"#tea%hs.tld"}), "!first:hs.tld");
}

TEST_F(MatrixRoomBook, AnAddressThatSaysAnIdIsKnownWithoutHavingBeenSeen) {
  RoomBook book = make_book();
  EXPECT_EQ(book.room_at(chat::RoomId{"!^x%hs.tld"}), "!X:hs.tld");
  EXPECT_EQ(book.room_at(chat::RoomId{"#tea%hs.tld"}), std::nullopt);
}

TEST_F(MatrixRoomBook, TheAddressGoesOnWithTheRoomThatReplacedTheOldOne) {
  RoomBook book = make_book();
  const chat::RoomId address = book.address_of("!old:hs.tld", "#tea:hs.tld");
  book.learn(address, "!new:hs.tld");
  EXPECT_EQ(book.room_at(address), "!new:hs.tld");
  EXPECT_EQ(book.address_of("!new:hs.tld"), address);
}

TEST_F(MatrixRoomBook, IsTheSameAfterARestart) {
  make_book().address_of("!AbC:hs.tld", "#tea:hs.tld");
  RoomBook book = make_book();
  EXPECT_EQ(book.address_of("!AbC:hs.tld").text, "#tea%hs.tld");
  EXPECT_EQ(book.room_at(chat::RoomId{"#tea%hs.tld"}), "!AbC:hs.tld");
}

}  // namespace
}  // namespace dragoman::backends::matrix::room_book_test
