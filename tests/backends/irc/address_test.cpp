#include "backends/irc/address.hpp"

#include <gtest/gtest.h>

#include "base/text.hpp"
#include "support/fixed_random.hpp"

namespace dragoman::backends::irc {
namespace {

using namespace std::string_literals;

TEST(IrcAddress, IsTheNameItselfWhereXmppLeavesItAlone) {
  EXPECT_EQ(encode("#tea"), "#tea");
  EXPECT_EQ(encode("#c++"), "#c++");
  EXPECT_EQ(encode("#50%off"), "#50%off");
  EXPECT_EQ(encode("&local"), "&local");
  EXPECT_EQ(encode("a[b]\\^{}|`_-"), "a[b]\\^{}|`_-");
  EXPECT_EQ(encode("#caf\xc3\xa9"), "#caf\xc3\xa9");
  EXPECT_EQ(encode("#чай"), "#чай");
  EXPECT_EQ(encode("#日本"), "#日本");
}

TEST(IrcAddress, HasNoCapitalsBecauseXmppMakesThemSmall) {
  EXPECT_EQ(encode("#Tea"), "#tea");
  EXPECT_EQ(encode("#CAF\xc3\x89"), "#caf=c3=89");  // É is another channel than é for most servers
}

TEST(IrcAddress, EscapesWhatXmppWouldRefuseOrChange) {
  EXPECT_EQ(encode("#caf\xe9"), "#caf=e9");
  EXPECT_EQ(encode("#\x02x"), "#=02x");
  EXPECT_EQ(encode("#😀"), "#=f0=9f=98=80");                        // not in Unicode 3.2
  EXPECT_EQ(encode("#עברית"), "#=d7=a2=d7=91=d7=a8=d7=99=d7=aa");  // Nodeprep forbids it behind "#"
  EXPECT_EQ(encode("#e\xcc\x81"), "#e=cc=81");                     // a combining mark would be composed
  EXPECT_EQ(encode("#ﬁ"), "#=ef=ac=81");                           // a ligature would be taken apart
}

TEST(IrcAddress, EscapesAnEqualsSignOnlyWhereItWouldBeRead) {
  EXPECT_EQ(encode("#a=b"), "#a=b");
  EXPECT_EQ(encode("#a=3d"), "#a=3d3d");
  EXPECT_EQ(decode("#a=3d3d"), "#a=3d");
  EXPECT_EQ(decode("#a=b"), "#a=b");
  EXPECT_EQ(decode("#caf=E9"), "#caf\xe9");
}

TEST(IrcAddress, SurvivesTheWayThereAndBackForAnyBytes) {
  test::FixedRandom random{1459};
  for (int i = 0; i < 1'000'000; ++i) {
    std::string name = "#";
    for (std::uint64_t left = random.below(7); left > 0; --left) {
      switch (random.below(4)) {
        case 0:
          name += static_cast<char>(random.below(256));
          break;
        case 1:
          name += "=0aF="[random.below(5)];
          break;
        case 2:
          text::append_utf8(name, static_cast<char32_t>(0x80 + random.below(0x3000)));
          break;
        default:
          name += "abcXYZ{}|~"[random.below(10)];
          break;
      }
    }
    const std::string localpart = encode(name);
    ASSERT_TRUE(text::is_valid_utf8(localpart));
    ASSERT_EQ(decode(localpart), text::ascii_lower(name)) << "so that no two names have one address";
    ASSERT_EQ(encode(decode(localpart)), localpart);
  }
}

TEST(IrcAddress, DecodesAnything) {
  test::FixedRandom random{7};
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (std::uint64_t left = random.below(8); left > 0; --left) text += "=0123abcDEF#x\xff\xc3"[random.below(15)];
    decode(text);
  }
}

TEST(IrcAddress, IsReadAsARoomOrAPerson) {
  const auto read = [](std::string_view text) -> std::string {
    const auto target = parse_target(text);
    if (!target) return "no: " + target.error().text;
    if (const auto* room = std::get_if<chat::RoomId>(&*target)) return "room " + room->text;
    return "person " + std::get<chat::PersonId>(*target).text;
  };
  EXPECT_EQ(read("#Tea"), "room #tea");
  EXPECT_EQ(read(" #tea "), "room #tea");
  EXPECT_EQ(read("&local"), "room &local");
  EXPECT_EQ(read("+modeless"), "room +modeless");
  EXPECT_EQ(read("Alice"), "person alice");
  EXPECT_EQ(read("smt/xmpp"), "person smt/xmpp");
  for (const std::string_view bad :
       {"#", "#a b", "#a,b", "#a=0ab", "#a=07", "#a=00", "0,#b", "a b", "a!b", "a@b", "a*", ":a", "$x", "", "a=0d"}) {
    EXPECT_TRUE(read(bad).starts_with("no: ")) << bad << " -> " << read(bad);
  }
}

TEST(IrcAddress, JoinZeroIsNoChannel) {
  EXPECT_FALSE(check_channel("0"));
  EXPECT_FALSE(check_channel("#a,0"));
}

}  // namespace
}  // namespace dragoman::backends::irc
