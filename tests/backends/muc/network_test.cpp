#include "backends/muc/network.hpp"

#include <gtest/gtest.h>

#include "backends/muc/cursor.hpp"
#include "backends/muc/message_book.hpp"
#include "net/loop.hpp"
#include "net/pressure.hpp"
#include "tests/support/link_script.hpp"

namespace dragoman::backends::muc {
namespace {

class MucNetwork : public testing::Test, public chat::Observer {
 protected:
  MucNetwork() {
    services.kept_of = [](const std::string&, const std::string&) { return Secret<std::string>{}; };
    services.keep_of = [](const std::string&, const std::string&, const Secret<std::string>&) {};
  }
  void on_event(const chat::Event& event) override { events.push_back(event); }

  test::LinkScript link;
  net::Loop loop{link.clock};
  net::Pressure pressure{loop};
  Services services{loop, link.random, pressure, {}, {}, "dragoman 0.1.0"};
  Network network{link.link, services};
  std::vector<chat::Event> events;
};

TEST_F(MucNetwork, ReadsTheAddressesOfRoomsAndOccupants) {
  EXPECT_EQ(std::get<chat::RoomId>(*network.parse("Tea@MUC.test")).text, "tea@muc.test");
  EXPECT_EQ(std::get<chat::PersonId>(*network.parse("tea@muc.test/Alice")).text, "tea@muc.test/Alice");
  EXPECT_EQ(std::get<chat::RoomId>(*network.parse_typed("xmpp:tea@muc.test?join")).text, "tea@muc.test");
  EXPECT_EQ(network.parse("muc.test").error().fault, Fault::malformed);
  EXPECT_EQ(network.parse("@muc.test").error().fault, Fault::malformed);
  EXPECT_EQ(network.person_in_room(chat::RoomId{"tea@muc.test"}, "Alice")->text, "tea@muc.test/Alice");
}

TEST_F(MucNetwork, SpeaksAsTheVoiceOfTheAccount) {
  chat::Account account;
  account.owner = "Dev Bridge";
  account.nickname = "relay";
  const auto named = network.open(account, *this);
  named->start();
  named->perform(chat::CommandId{1}, chat::JoinRoom{chat::RoomId{"tea@muc.test"}, {}, {}});
  const xmpp::Element entry = link.said();
  EXPECT_EQ(entry.get("from"), "bridge-dev\\20bridge@irc.example.org/room");
  EXPECT_EQ(entry.get("to"), "tea@muc.test/relay");
  account.settings.set("voice", "alice");
  const auto other = network.open(account, *this);
  other->start();
  other->perform(chat::CommandId{2}, chat::JoinRoom{chat::RoomId{"tea@muc.test"}, "alice", {}});
  EXPECT_EQ(link.said().get("from"), "alice@irc.example.org/room");
  // Messages to the person are not for the voice.
  link.server_says("<message from='a@b.test/x' to='alice@irc.example.org'><body>hi</body></message>");
  EXPECT_EQ(link.handled.size(), 1u);
  link.server_says("<message from='a@b.test/x' to='bridge-dev\\20bridge@irc.example.org'><body>hi</body></message>");
  EXPECT_EQ(link.handled.size(), 1u);
}

TEST_F(MucNetwork, GivesEachLegOfABridgeAnAddress) {
  chat::Account account;
  account.owner = "dev";
  account.nickname = "relay";
  const auto one = network.open(account, *this);
  auto two = network.open(account, *this);
  one->start();
  two->start();
  two->perform(chat::CommandId{1}, chat::JoinRoom{chat::RoomId{"tea@muc.test"}, {}, {}});
  EXPECT_EQ(link.said().get("from"), "bridge-dev@irc.example.org/room2");
  link.server_says(
      "<presence from='tea@muc.test/relay' to='bridge-dev@irc.example.org/room2'><x "
      "xmlns='http://jabber.org/protocol/muc#user'><item role='participant' affiliation='none'/><status code='110'/>"
      "</x></presence>");
  link.we_say_nothing();  // the other one would leave a room that it does not know
  two = nullptr;
  two = network.open(account, *this);
  two->start();
  two->perform(chat::CommandId{2}, chat::JoinRoom{chat::RoomId{"tea@muc.test"}, {}, {}});
  EXPECT_EQ(link.said().get("from"), "bridge-dev@irc.example.org/room2");
}

TEST_F(MucNetwork, GivesUpItsClaimWithTheSession) {
  chat::Account account;
  account.owner = "dev";
  auto session = network.open(account, *this);
  session->start();
  link.server_says("<message from='a@b.test/x' to='bridge-dev@irc.example.org/room'><body>hi</body></message>");
  EXPECT_TRUE(link.handled.empty());
  session.reset();
  link.server_says("<message from='a@b.test/x' to='bridge-dev@irc.example.org/room'><body>hi</body></message>");
  EXPECT_EQ(link.handled.size(), 1u);
}

TEST(MucCursor, IsReadAsItWasWritten) {
  const Cursor cursor{std::chrono::sys_days{std::chrono::year{2026} / 11 / 20}, "s1", {"a", "b"}};
  EXPECT_EQ(to_text(cursor), "2026-11-20T00:00:00Z\ns1\na\nb");
  EXPECT_EQ(read_cursor(to_text(cursor)), cursor);
  EXPECT_EQ(read_cursor(""), std::nullopt);
  EXPECT_EQ(read_cursor("yesterday\ns1"), std::nullopt);
}

TEST(MucBook, ForgetsTheOldest) {
  MessageBook book;
  for (std::size_t i = 0; i <= MessageBook::most; ++i) {
    EXPECT_TRUE(book.add({"s" + std::to_string(i), "m", {}, "alice", {}, {}}));
  }
  EXPECT_FALSE(book.has("s0"));
  EXPECT_EQ(book.find("s0"), nullptr);
  EXPECT_TRUE(book.has("s1"));
  EXPECT_EQ(book.find("m")->id, "s500");
  EXPECT_EQ(book.find_stanza("m", "bob", {}), nullptr);
  EXPECT_EQ(book.newest(2), (std::vector<std::string>{"s499", "s500"}));
}

}  // namespace
}  // namespace dragoman::backends::muc
