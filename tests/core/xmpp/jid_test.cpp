#include "xmpp/jid.hpp"

#include <unordered_map>

#include <gtest/gtest.h>

#include "base/text.hpp"
#include "tests/support/fixed_random.hpp"

namespace dragoman::xmpp {
namespace {

std::string prepared(std::string_view text) {
  const auto jid = Jid::parse(text);
  return jid ? jid->str() : "error: " + jid.error().text;
}

TEST(Jid, SplitsItsParts) {
  const auto jid = Jid::parse("#tea@irc.example.org/alice/phone@home");
  ASSERT_TRUE(jid);
  EXPECT_EQ(jid->local(), "#tea");
  EXPECT_EQ(jid->domain(), "irc.example.org");
  EXPECT_EQ(jid->resource(), "alice/phone@home");
  EXPECT_EQ(jid->bare_view(), "#tea@irc.example.org");
  EXPECT_EQ(jid->bare().str(), "#tea@irc.example.org");
  EXPECT_FALSE(jid->is_bare());
  EXPECT_TRUE(jid->bare().is_bare());
  EXPECT_EQ(jid->bare().resource(), "");
}

TEST(Jid, KnowsADomain) {
  EXPECT_TRUE(Jid::parse("irc.example.org")->is_domain());
  EXPECT_FALSE(Jid::parse("irc.example.org/x")->is_domain());
  EXPECT_FALSE(Jid::parse("a@irc.example.org")->is_domain());
  EXPECT_EQ(Jid::parse("irc.example.org/x")->resource(), "x");
  EXPECT_EQ(Jid::parse("irc.example.org/x")->bare_view(), "irc.example.org");
}

TEST(Jid, LowersLocalAndDomainButNotTheResource) {
  EXPECT_EQ(prepared("NiCk@IRC.Example.ORG/NiCk"), "nick@irc.example.org/NiCk");
}

TEST(Jid, IsPreparedOutsideOfAsciiToo) {
  EXPECT_EQ(prepared("Straße@Bücher.example/ﬁ²"), "strasse@bücher.example/fi2");
  EXPECT_EQ(prepared("ÄRGER@example.org"), "ärger@example.org");
}

TEST(Jid, LeavesALabelsAsTheyAre) { EXPECT_EQ(prepared("a@XN--BCHER-KVA.example"), "a@xn--bcher-kva.example"); }

TEST(Jid, DropsTheFinalDotOfADomain) { EXPECT_EQ(prepared("a@example.org./x"), "a@example.org/x"); }

TEST(Jid, TakesAddressesInBrackets) { EXPECT_EQ(prepared("a@[2001:DB8::1]/x"), "a@[2001:db8::1]/x"); }

TEST(Jid, TakesEmojiFromTheWire) {
  EXPECT_EQ(prepared("a@example.org/😀"), "a@example.org/😀");
  EXPECT_FALSE(Jid::make("a", "example.org", "😀"));
  EXPECT_NE(Jid::make("a", "example.org", "😀").error().text.find("after the /"), std::string::npos);
}

TEST(Jid, SaysWhichPartIsWrong) {
  EXPECT_EQ(prepared(""), "error: the domain is empty");
  EXPECT_EQ(prepared("@@//"), "error: the part before the @ is empty");
  EXPECT_EQ(prepared("a@"), "error: the domain is empty");
  EXPECT_EQ(prepared("a@example.org/"), "error: the part after the / is empty");
  EXPECT_EQ(prepared("a b@example.org"), "error: the part before the @ has a character that may not stand there");
  EXPECT_EQ(prepared("a@b@example.org"), "error: the domain has a character that may not stand there");
  EXPECT_EQ(prepared("a@exa mple.org"), "error: the domain has a character that may not stand there");
  EXPECT_EQ(prepared("a@example..org"), "error: the domain has an empty label");
  EXPECT_EQ(prepared("a@.example.org"), "error: the domain has an empty label");
  EXPECT_EQ(prepared("\xff@example.org"), "error: the part before the @ is not UTF-8");
  EXPECT_EQ(prepared("a@example.org/\x01"), "error: the part after the / has a character that may not stand there");
  EXPECT_EQ(prepared("a@example.org/\u0085"), "error: the part after the / has a character that may not stand there");
  EXPECT_EQ(prepared("a@example.org/aא"), "error: the part after the / mixes left-to-right and right-to-left text");
  EXPECT_EQ(prepared("\u00ad@example.org"), "error: the part before the @ is empty");
  EXPECT_EQ(Jid::parse("@@//").error().fault, Fault::malformed);
}

TEST(Jid, RefusesPartsOver1023Bytes) {
  const std::string fits(1023, 'a');
  EXPECT_TRUE(Jid::parse(fits + "@example.org/" + fits));
  EXPECT_EQ(prepared(fits + "a@example.org"), "error: the part before the @ is longer than 1023 bytes");
  EXPECT_EQ(prepared("a@example.org/" + fits + "a"), "error: the part after the / is longer than 1023 bytes");
  EXPECT_EQ(prepared("a@" + fits + "a"), "error: the domain is longer than 1023 bytes");
  std::string umlauts;
  for (int i = 0; i < 512; ++i) umlauts += "ä";
  EXPECT_FALSE(Jid::parse(umlauts + "@example.org"));
  umlauts.resize(1022);
  EXPECT_TRUE(Jid::parse(umlauts + "@example.org"));
  // One character of three bytes that NFKC turns into eighteen.
  std::string growing;
  for (int i = 0; i < 341; ++i) growing += "\uFDFA";
  EXPECT_FALSE(Jid::parse("a@example.org/" + growing));
  growing.resize(std::size_t{100} * 3);
  EXPECT_EQ(prepared("a@example.org/" + growing), "error: the part after the / is longer than 1023 bytes");
}

TEST(Jid, TakesEveryAsciiCharacterWhereStringprepDoes) {
  const std::string_view not_in_local = " \"&'/:<>@";
  for (int c = 0; c < 128; ++c) {
    const std::string one(1, static_cast<char>(c));
    const bool control = c < 0x20 || c == 0x7f;
    EXPECT_EQ(static_cast<bool>(Jid::make(one, "example.org", "")),
              !control && not_in_local.find(one) == std::string::npos)
        << c;
    EXPECT_EQ(static_cast<bool>(Jid::make("", "example.org", one)), !control) << c;
  }
}

TEST(Jid, MadeOnesLeaveOutEmptyParts) {
  EXPECT_EQ(Jid::make("", "example.org", "")->str(), "example.org");
  EXPECT_EQ(Jid::make("", "example.org", "x")->str(), "example.org/x");
  EXPECT_EQ(Jid::make("A", "example.org", "")->str(), "a@example.org");
  EXPECT_FALSE(Jid::make("a", "", "x"));
}

TEST(Jid, MadeOnesDoNotStartOrEndWithAnEscapedSpace) {
  EXPECT_FALSE(Jid::make("\\20a", "example.org", ""));
  EXPECT_FALSE(Jid::make("a\\20", "example.org", ""));
  EXPECT_TRUE(Jid::make("a\\20b", "example.org", ""));
  EXPECT_TRUE(Jid::parse("\\20a@example.org"));
}

TEST(Jid, GetsAResource) {
  const auto room = Jid::parse("#tea@irc.example.org/old");
  EXPECT_EQ(room->with_resource("new")->str(), "#tea@irc.example.org/new");
  EXPECT_EQ(room->with_resource("")->str(), "#tea@irc.example.org");
  EXPECT_FALSE(room->with_resource("😀"));
}

TEST(Jid, IsComparedAsPrepared) {
  EXPECT_EQ(*Jid::parse("A@Example.org"), *Jid::parse("a@example.org"));
  EXPECT_NE(*Jid::parse("a@example.org/A"), *Jid::parse("a@example.org/a"));
  const std::unordered_map<Jid, int> map{{*Jid::parse("A@example.org"), 1}};
  EXPECT_TRUE(map.contains(*Jid::parse("a@example.org")));
}

TEST(Jid, PreparationIsStable) {
  test::FixedRandom random;
  int good = 0;
  for (int i = 0; i < 20000; ++i) {
    std::string text;
    for (std::uint64_t n = random.below(12); n > 0; --n) {
      if (random.below(2) == 0)
        text += static_cast<char>(random.below(256));
      else
        text::append_utf8(text, static_cast<char32_t>(random.below(0x700)));
      if (random.below(6) == 0) text += random.below(2) == 0 ? '@' : '/';
    }
    const auto jid = Jid::parse(text);
    if (!jid) continue;
    ++good;
    const auto again = Jid::parse(jid->str());
    ASSERT_TRUE(again) << jid->str();
    // A final dot may hide another one only when it is an error.
    EXPECT_EQ(again->str(), jid->str());
    EXPECT_EQ(again->local(), jid->local());
    EXPECT_EQ(again->resource(), jid->resource());
  }
  EXPECT_GT(good, 100);
}

// XEP-0106 table 3 (examples of transformation).
TEST(EscapedLocal, FollowsTheExamplesOfTheXep) {
  const std::pair<std::string_view, std::string_view> examples[] = {
      {"space cadet", "space\\20cadet"},
      {"call me \"ishmael\"", "call\\20me\\20\\22ishmael\\22"},
      {"at&t guy", "at\\26t\\20guy"},
      {"d'artagnan", "d\\27artagnan"},
      {"/.fanboy", "\\2f.fanboy"},
      {"::foo::", "\\3a\\3afoo\\3a\\3a"},
      {"<foo>", "\\3cfoo\\3e"},
      {"user@host", "user\\40host"},
      {"c:\\net", "c\\3a\\net"},
      {"c:\\\\net", "c\\3a\\\\net"},
      {"c:\\cool stuff", "c\\3a\\cool\\20stuff"},
      {"c:\\5commas", "c\\3a\\5c5commas"},
      {"\\3and\\2is\\5cool", "\\5c3and\\2is\\5c5cool"},
      {"&local chan", "\\26local\\20chan"},
      {"#tea%libera", "#tea%libera"},
      {"", ""},
  };
  for (const auto& [plain, escaped] : examples) {
    EXPECT_EQ(escape_local(plain), escaped);
    EXPECT_EQ(unescape_local(escaped), plain);
  }
}

TEST(EscapedLocal, LeavesOtherBackslashesAlone) {
  EXPECT_EQ(unescape_local("a\\zz\\2"), "a\\zz\\2");
  EXPECT_EQ(unescape_local("\\"), "\\");
  EXPECT_EQ(escape_local("\\2F"), "\\5c2F");
}

TEST(EscapedLocal, ComesBackForAnyText) {
  test::FixedRandom random;
  constexpr std::string_view alphabet = "\\ \"&'/:<>@25cfae0#x";
  for (int i = 0; i < 20000; ++i) {
    std::string text;
    for (std::uint64_t n = random.below(10); n > 0; --n) text += alphabet[random.below(alphabet.size())];
    const std::string escaped = escape_local(text);
    EXPECT_EQ(unescape_local(escaped), text) << escaped;
    EXPECT_EQ(escaped.find_first_of(" \"&'/:<>@"), std::string::npos);
  }
}

TEST(SafeResource, KeepsWhatBothServersTake) {
  EXPECT_EQ(safe_resource("alice"), "alice");
  EXPECT_EQ(safe_resource("al ice"), "al ice");
  EXPECT_EQ(safe_resource("a/b@c[]{}|`^\\"), "a/b@c[]{}|`^\\");
  EXPECT_EQ(safe_resource("Zoë"), "Zoë");
  EXPECT_EQ(safe_resource("Алиса"), "Алиса");
  EXPECT_EQ(safe_resource("שלום"), "שלום");
}

TEST(SafeResource, ReplacesWhatAServerRefuses) {
  EXPECT_EQ(safe_resource("😀"), "_");
  EXPECT_EQ(safe_resource("a😀b"), "a_b");
  EXPECT_EQ(safe_resource("a\x01z"), "a_z");
  EXPECT_EQ(safe_resource("a\u0085z"), "a_z");      // C1
  EXPECT_EQ(safe_resource("a\uE000z"), "a_z");      // private use
  EXPECT_EQ(safe_resource("a\U000E0041z"), "a_z");  // tag
  EXPECT_EQ(safe_resource("a\u202Ez"), "a_z");      // right-to-left override
  EXPECT_EQ(safe_resource("a\uFFFDz"), "a_z");
  EXPECT_EQ(safe_resource("a\xffz"), "a_z");
}

TEST(SafeResource, FoldsAsTheServersDo) {
  EXPECT_EQ(safe_resource("ﬁ²"), "fi2");
  EXPECT_EQ(safe_resource("Ａ"), "A");
  EXPECT_EQ(safe_resource("a\u00ADb\u200Dc"), "abc");
}

TEST(SafeResource, HasOneDirection) {
  EXPECT_EQ(safe_resource("aאב"), "a__");
  EXPECT_EQ(safe_resource("שלום1"), "שלום");
  EXPECT_EQ(safe_resource("_שלום_"), "שלום");
}

TEST(SafeResource, IsNeverBlank) {
  EXPECT_EQ(safe_resource(""), "_");
  EXPECT_EQ(safe_resource("   "), "_");
  EXPECT_EQ(safe_resource("\u3000"), "_");
  EXPECT_EQ(safe_resource("\u00AD"), "_");
}

TEST(SafeResource, IsCutOnACharacter) {
  EXPECT_EQ(safe_resource(std::string(5000, 'a')).size(), 1023u);
  std::string umlauts;
  for (int i = 0; i < 600; ++i) umlauts += "ä";
  EXPECT_EQ(safe_resource(umlauts).size(), 1022u);
  std::string growing;
  for (int i = 0; i < 300; ++i) growing += "\uFDFA";
  EXPECT_TRUE(Jid::make("", "example.org", safe_resource(growing)));
}

TEST(SafeResource, MakesAResourceOfAnyBytesAndLeavesItAlone) {
  test::FixedRandom random;
  for (int i = 0; i < 20000; ++i) {
    std::string text;
    for (std::uint64_t n = random.below(random.below(50) == 0 ? 700 : 8); n > 0; --n) {
      switch (random.below(5)) {
        case 0:
          text += static_cast<char>(random.below(256));
          break;
        case 1:
          text::append_utf8(text, static_cast<char32_t>(0x590 + random.below(0x200)));
          break;
        case 2:
          text::append_utf8(text, static_cast<char32_t>(0xE000 + random.below(0x2000)));
          break;
        case 3:
          text::append_utf8(text, static_cast<char32_t>(0x10000 + random.below(0xFFFFF)));
          break;
        default:
          text::append_utf8(text, static_cast<char32_t>(random.below(0x3000)));
      }
    }
    const std::string safe = safe_resource(text);
    const auto jid = Jid::make("", "example.org", safe);
    ASSERT_TRUE(jid) << text::to_hex(text) << " -> " << text::to_hex(safe) << ": " << jid.error().text;
    ASSERT_EQ(jid->resource(), safe) << text::to_hex(text);
    ASSERT_EQ(safe_resource(safe), safe) << text::to_hex(text);
  }
}

// RFC 5122 2.2 and 2.7.2.
TEST(JidUri, EscapesWhatAUriCannotHold) {
  EXPECT_EQ(to_uri("nick@irc.example.org"), "xmpp:nick@irc.example.org");
  EXPECT_EQ(to_uri("#tea@irc.example.org"), "xmpp:%23tea@irc.example.org");
  EXPECT_EQ(to_uri("\\26a%b@irc.example.org"), "xmpp:%5C26a%25b@irc.example.org");
  EXPECT_EQ(to_uri("caf\xC3\xA9@irc.example.org"), "xmpp:caf%C3%A9@irc.example.org");
  EXPECT_EQ(to_command_uri("irc.example.org", "register"), "xmpp:irc.example.org?command;node=register;action=execute");
  EXPECT_EQ(to_command_uri("irc.example.org", "http://jabber.org/protocol/admin#shutdown"),
            "xmpp:irc.example.org?command;node=http://jabber.org/protocol/admin%23shutdown;action=execute");
}

}  // namespace
}  // namespace dragoman::xmpp
