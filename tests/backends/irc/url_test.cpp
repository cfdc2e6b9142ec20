#include "backends/irc/url.hpp"

#include <gtest/gtest.h>

namespace dragoman::backends::irc {
namespace {

/// "#tea" of a room, "bob (person)", or "-" for no such URL of this network.
std::string meaning_of(std::string_view url, std::string_view server = "irc.libera.chat") {
  const auto target = parse_url(url, server);
  if (!target) return "-";
  if (const auto* room = std::get_if<chat::RoomId>(&*target)) return room->text;
  return std::get<chat::PersonId>(*target).text + " (person)";
}

TEST(IrcUrl, NamesAChannelWithOrWithoutItsSign) {
  EXPECT_EQ(meaning_of("irc://irc.libera.chat/tea"), "#tea");
  EXPECT_EQ(meaning_of("IRCS://irc.libera.chat:6697/%23Tea"), "#tea");
  EXPECT_EQ(meaning_of("irc://irc.libera.chat/#tea"), "#tea");
  EXPECT_EQ(meaning_of("ircs://irc.libera.chat/%26local?key"), "&local");
  EXPECT_EQ(meaning_of("irc://irc.libera.chat/tea,needkey"), "#tea");
  EXPECT_EQ(meaning_of("irc:///tea"), "#tea");
}

TEST(IrcUrl, NamesAPerson) {
  EXPECT_EQ(meaning_of("irc://irc.libera.chat/Bob,isnick"), "bob (person)");
  EXPECT_EQ(meaning_of("irc://irc.libera.chat/bob,isuser,isserver"), "bob (person)");
}

TEST(IrcUrl, IsOfTheNetworkWhoseServersHaveTheSameDomain) {
  EXPECT_EQ(meaning_of("irc://libera.chat/tea"), "#tea");
  EXPECT_EQ(meaning_of("irc://zinc.eu.libera.chat./tea"), "#tea");
  EXPECT_EQ(meaning_of("irc://[::1]:6667/tea", "[::1]"), "#tea");
  EXPECT_EQ(meaning_of("irc://irc.oftc.net/tea"), "-");
  EXPECT_EQ(meaning_of("irc://chat/tea"), "-");
  EXPECT_EQ(meaning_of("irc://127.0.0.1/tea", "10.0.0.1"), "-");
  EXPECT_EQ(meaning_of("irc://[::1]/tea"), "-");
}

TEST(IrcUrl, ThatNamesNothingIsNone) {
  for (const std::string_view url :
       {"irc:", "irc://", "irc://irc.libera.chat", "irc://irc.libera.chat/", "irc:tea", "irc://irc.libera.chat/%2",
        "irc://irc.libera.chat/a%20b", "irc://irc.libera.chat/,isnick", "irc://irc.libera.chat/?key"}) {
    EXPECT_EQ(meaning_of(url), "-") << url;
  }
}

TEST(IrcUrl, IsTakenForOneOnlyWithItsScheme) {
  EXPECT_TRUE(is_url("irc://x"));
  EXPECT_TRUE(is_url("Ircs://x"));
  EXPECT_FALSE(is_url("irc"));
  EXPECT_FALSE(is_url("ircx://x"));
  EXPECT_FALSE(is_url(""));
}

}  // namespace
}  // namespace dragoman::backends::irc
