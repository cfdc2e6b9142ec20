#include "base/text.hpp"

#include <limits>

#include <gtest/gtest.h>

#include "support/fixed_random.hpp"

namespace dragoman::text {
namespace {

using Parts = std::vector<std::string_view>;

/// Bytes that UTF-8 decoders stumble over: pieces of sequences, forbidden forms and ASCII, thrown together.
std::string hostile_bytes(Random& random) {
  static const std::vector<std::string> pieces{"a",
                                               "Z",
                                               " ",
                                               std::string(1, '\0'),
                                               "\x7f",
                                               "\x80",
                                               "\xbf",
                                               "\xc0",
                                               "\xc0\x80",
                                               "\xc1\xbf",
                                               "\xc2",
                                               "\xc2\x80",
                                               "\xc3\xa9",
                                               "\xe0\x80\x80",
                                               "\xe0\xa0\x80",
                                               "\xe2\x82",
                                               "\xe2\x82\xac",
                                               "\xed\xa0\x80",
                                               "\xed\xbf\xbf",
                                               "\xef\xbf\xbe",
                                               "\xef\xbf\xbd",
                                               "\xf0\x80\x80\x80",
                                               "\xf0\x9f\x98",
                                               "\xf0\x9f\x98\x80",
                                               "\xf4\x8f\xbf\xbf",
                                               "\xf4\x90\x80\x80",
                                               "\xf5\x80\x80\x80",
                                               "\xfe",
                                               "\xff",
                                               "\r\n",
                                               "\t",
                                               "\x1b"};
  std::string bytes;
  for (std::uint64_t i = random.below(12); i > 0; --i) bytes += pieces[random.below(pieces.size())];
  return bytes;
}

TEST(Utf8, DecodesTheEdgesOfEveryLength) {
  const std::vector<std::pair<std::string, char32_t>> table{{"\x7f", 0x7F},
                                                            {"\xc2\x80", 0x80},
                                                            {"\xdf\xbf", 0x7FF},
                                                            {"\xe0\xa0\x80", 0x800},
                                                            {"\xed\x9f\xbf", 0xD7FF},
                                                            {"\xee\x80\x80", 0xE000},
                                                            {"\xef\xbf\xbf", 0xFFFF},
                                                            {"\xf0\x90\x80\x80", 0x10000},
                                                            {"\xf4\x8f\xbf\xbf", 0x10FFFF}};
  for (const auto& [bytes, code_point] : table) {
    const Decoded decoded = decode(bytes + "tail");
    EXPECT_EQ(decoded.code_point, code_point);
    EXPECT_EQ(decoded.size, bytes.size());
  }
  EXPECT_EQ(decode(std::string_view{"\0", 1}).size, 1u);
}

TEST(Utf8, RefusesOverlongFormsSurrogatesAndWhatIsCutOff) {
  for (const std::string_view bytes :
       {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x8f\xbf\xbf",
        "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xfe", "\xff", "\xc3", "\xe2\x82", "\xf0\x9f\x98", "\xc3(", ""}) {
    EXPECT_EQ(decode(bytes).size, 0u) << to_hex(bytes);
    EXPECT_EQ(is_valid_utf8(bytes), bytes.empty());
  }
}

TEST(Utf8, ReadsBackEveryCodePointThatItWrites) {
  for (char32_t code_point = 0; code_point <= 0x10FFFF; ++code_point) {
    if (code_point >= 0xD800 && code_point <= 0xDFFF) continue;
    std::string bytes;
    append_utf8(bytes, code_point);
    const Decoded decoded = decode(bytes);
    ASSERT_EQ(decoded.code_point, code_point);
    ASSERT_EQ(decoded.size, bytes.size());
  }
}

TEST(Utf8, WritesWhatIsNoScalarValueAsTheReplacementCharacter) {
  std::string bytes;
  append_utf8(bytes, 0xD800);
  append_utf8(bytes, 0x110000);
  EXPECT_EQ(bytes, "\uFFFD\uFFFD");
}

TEST(Utf8, RepairsEachBadByteAndNothingElse) {
  EXPECT_EQ(to_valid_utf8("a\xffz"), "a\uFFFDz");
  EXPECT_EQ(to_valid_utf8("\xe2\x82z"), "\uFFFD\uFFFDz");
  EXPECT_EQ(to_valid_utf8("\xed\xa0\x80"), "\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(to_valid_utf8("caf\u00e9 \U0001F600"), "caf\u00e9 \U0001F600");
}

TEST(Utf8, IsValidAfterRepairWhateverCame) {
  test::FixedRandom random;
  for (int i = 0; i < 20'000; ++i) {
    const std::string bytes = hostile_bytes(random);
    const std::string repaired = to_valid_utf8(bytes);
    EXPECT_TRUE(is_valid_utf8(repaired));
    EXPECT_EQ(repaired == bytes, is_valid_utf8(bytes));
    EXPECT_EQ(to_valid_utf8(repaired), repaired);
    for (std::size_t size = 0; size <= repaired.size() + 1; ++size) {
      const std::string_view prefix = cut(repaired, size);
      EXPECT_LE(prefix.size(), size);
      EXPECT_TRUE(is_valid_utf8(prefix));
      EXPECT_GT(prefix.size() + 4, std::min(size, repaired.size()));  // no more was cut off than one sequence
      EXPECT_LE(cut(bytes, size).size(), size);
    }
  }
}

TEST(Utf8, CutsBeforeASequenceAndNotInsideIt) {
  EXPECT_EQ(cut("a\u00e9", 2), "a");
  EXPECT_EQ(cut("a\u00e9", 3), "a\u00e9");
  EXPECT_EQ(cut("\U0001F600", 3), "");
  EXPECT_EQ(cut("abc", 0), "");
  EXPECT_EQ(cut("\x80\x80\x80\x80\x80", 4).size(), 4u);  // nothing here is worth keeping together
}

TEST(Utf8, CountsCodePoints) {
  EXPECT_EQ(length(""), 0u);
  EXPECT_EQ(length("a\u00e9\u20ac\U0001F600"), 4u);
}

TEST(Windows1252, TurnsEveryByteIntoText) {
  EXPECT_EQ(from_windows_1252("na\xefve \x80 \x93q\x94 \x81"), "na\u00efve \u20ac \u201cq\u201d \uFFFD");
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  const std::string text = from_windows_1252(all);
  EXPECT_TRUE(is_valid_utf8(text));
  EXPECT_EQ(length(text), 256u);
}

TEST(XmlText, KnowsWhatMayStandInAStanza) {
  for (const char32_t good : {0x9u, 0xAu, 0xDu, 0x20u, 0x7Fu, 0x85u, 0xD7FFu, 0xE000u, 0xFFFDu, 0x10000u, 0x10FFFFu}) {
    EXPECT_TRUE(is_xml_char(good));
  }
  for (const char32_t bad : {0x0u, 0x1u, 0x8u, 0xBu, 0xCu, 0x1Fu, 0xD800u, 0xDFFFu, 0xFFFEu, 0xFFFFu, 0x110000u}) {
    EXPECT_FALSE(is_xml_char(bad));
  }
}

TEST(XmlText, ReplacesWhatAServerWouldCloseTheStreamFor) {
  EXPECT_EQ(to_xml_text("fine \u00e9\n"), "fine \u00e9\n");
  EXPECT_EQ(to_xml_text("a\x01z"), "a\uFFFDz");
  EXPECT_EQ(to_xml_text("a\xef\xbf\xbfz"), "a\uFFFDz");
  EXPECT_EQ(to_xml_text("a\xffz"), "a\uFFFDz");
  test::FixedRandom random;
  for (int i = 0; i < 20'000; ++i) {
    const std::string text = to_xml_text(hostile_bytes(random));
    std::string_view rest = text;
    while (!rest.empty()) {
      const Decoded decoded = decode(rest);
      ASSERT_NE(decoded.size, 0u);
      ASSERT_TRUE(is_xml_char(decoded.code_point));
      rest.remove_prefix(decoded.size);
    }
  }
}

TEST(Controls, AreRemovedAndLinesKeptOnlyWhenAskedFor) {
  const std::string_view text = "a\tb\r\nc\x1b[1m\x7f\u0085d\u009f\u00e9\x02";
  EXPECT_EQ(without_controls(text, false), "abc[1md\u00e9");
  EXPECT_EQ(without_controls(text, true), "a\tb\nc[1md\u00e9");
  EXPECT_EQ(without_controls("\xc2", false), "\xc2");
}

TEST(Ascii, IsLoweredAndComparedWithoutALocale) {
  EXPECT_EQ(ascii_lower("AbZ[\u00c9"), "abz[\u00c9");
  EXPECT_TRUE(ascii_iequals("PrivMsg", "PRIVMSG"));
  EXPECT_FALSE(ascii_iequals("PRIVMSG", "PRIVMS"));
  EXPECT_FALSE(ascii_iequals("[", "{"));
}

TEST(Ascii, IsTrimmedAndSplit) {
  EXPECT_EQ(trim(" \t a b\r\n"), "a b");
  EXPECT_EQ(trim(" \n "), "");
  EXPECT_EQ(split("a,,b", ','), (Parts{"a", "", "b"}));
  EXPECT_EQ(split("", ','), Parts{""});
  EXPECT_EQ(split(",", ','), (Parts{"", ""}));
}

TEST(Hex, WritesEveryByteAsTwoLowerCaseDigits) {
  EXPECT_EQ(to_hex(std::string_view{"\x00\x7f\xff\xa0", 4}), "007fffa0");
  EXPECT_EQ(to_hex(""), "");
}

TEST(Base64, MatchesTheVectorsOfRfc4648) {
  const std::vector<std::pair<std::string, std::string>> table{{"", ""},
                                                               {"f", "Zg=="},
                                                               {"fo", "Zm8="},
                                                               {"foo", "Zm9v"},
                                                               {"foob", "Zm9vYg=="},
                                                               {"fooba", "Zm9vYmE="},
                                                               {"foobar", "Zm9vYmFy"},
                                                               {"\xff\xef\xbe", "/+++"}};
  for (const auto& [plain, encoded] : table) {
    EXPECT_EQ(to_base64(plain), encoded);
    std::string decoded = "before";
    EXPECT_TRUE(from_base64(encoded, decoded));
    EXPECT_EQ(decoded, plain);
  }
}

TEST(Base64, GivesBackWhatItTook) {
  test::FixedRandom random;
  for (int i = 0; i < 2'000; ++i) {
    const std::string bytes = hostile_bytes(random);
    std::string decoded;
    ASSERT_TRUE(from_base64(to_base64(bytes), decoded));
    ASSERT_EQ(decoded, bytes);
  }
}

TEST(Base64, SkipsLineBreaks) {
  std::string decoded;
  EXPECT_TRUE(from_base64(" Zm9v\r\n Ym\nFy\n", decoded));
  EXPECT_EQ(decoded, "foobar");
}

TEST(Base64, RefusesWhatIsNoneAndLeavesTheTargetAlone) {
  for (const std::string_view bad :
       {"Z", "Zg", "Zg=", "Zg===", "Zm8", "Zm9v=", "=", "====", "Zm=v", "Z*==", "Zm9v\xff", "Zh==", "Zm9=", "-_-_"}) {
    std::string decoded = "before";
    EXPECT_FALSE(from_base64(bad, decoded)) << bad;
    EXPECT_EQ(decoded, "before");
  }
}

TEST(Distance, CountsChangesAndSwappedNeighbours) {
  EXPECT_EQ(distance("", ""), 0u);
  EXPECT_EQ(distance("server", "server"), 0u);
  EXPECT_EQ(distance("server", "sever"), 1u);
  EXPECT_EQ(distance("server", "serverr"), 1u);
  EXPECT_EQ(distance("server", "zerver"), 1u);
  EXPECT_EQ(distance("server", "sevrer"), 1u);
  EXPECT_EQ(distance("", "abc"), 3u);
  EXPECT_EQ(distance("kitten", "sitting"), 3u);
  EXPECT_EQ(distance("ca", "abc"), 3u);  // optimal string alignment: what was swapped is not edited again
}

TEST(Distance, DoesNotMeasureWhatIsLong) {
  const std::string longest(64, 'a'), longer(65, 'a');
  EXPECT_EQ(distance(longest, longest), 0u);
  EXPECT_EQ(distance(longer, longer), std::numeric_limits<std::size_t>::max());
}

}  // namespace
}  // namespace dragoman::text
