#include "base/text.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "backends/irc/charset.hpp"
#include "backends/irc/colours.hpp"
#include "backends/irc/ctcp.hpp"
#include "backends/irc/formatting.hpp"
#include "backends/irc/redact.hpp"
#include "support/fixed_random.hpp"

namespace dragoman::backends::irc {
namespace {

using Kind = chat::Span::Kind;
using Spans = std::vector<chat::Span>;

chat::Content read(std::string_view text) {
  chat::Content content;
  read_formatting(text, content);
  return content;
}

TEST(IrcFormatting, BecomesSpansOverPlainText) {
  const auto content = read(
      "a \x02"
      "bold\x02 and \x1ditalic\x1d \x1funder\x1f \x1estrike\x1e \x11"
      "code\x11");
  EXPECT_EQ(content.text, "a bold and italic under strike code");
  EXPECT_EQ(content.spans, (Spans{{Kind::bold, 2, 6, ""},
                                  {Kind::italic, 11, 17, ""},
                                  {Kind::underline, 18, 23, ""},
                                  {Kind::strike, 24, 30, ""},
                                  {Kind::code, 31, 35, ""}}));
}

TEST(IrcFormatting, EndsWithTheLineAndWithAReset) {
  EXPECT_EQ(read("\x02"
                 "bold")
                .spans,
            (Spans{{Kind::bold, 0, 4, ""}}));
  EXPECT_EQ(read("\x02"
                 "b\x0fplain")
                .spans,
            (Spans{{Kind::bold, 0, 1, ""}}));
  EXPECT_EQ(read("\x02\x02").spans, Spans{});
}

TEST(IrcFormatting, ReadsColoursGreedily) {
  EXPECT_EQ(read("\x03"
                 "4red\x03 x")
                .spans,
            (Spans{{Kind::colour, 0, 3, "#ff0000"}}));
  EXPECT_EQ(read("\x03"
                 "0412")
                .text,
            "12");
  EXPECT_EQ(read("\x03"
                 "4,red")
                .text,
            ",red");
  EXPECT_EQ(read("\x03"
                 "4,12blue")
                .text,
            "blue");
  EXPECT_EQ(read("\x03"
                 "99,99x")
                .spans,
            Spans{});
  EXPECT_EQ(read("\x04"
                 "FF8800x")
                .spans,
            (Spans{{Kind::colour, 0, 1, "#ff8800"}}));
  EXPECT_EQ(read("\x03").text, "");
}

TEST(IrcFormatting, ShowsNothingOnNothingAsASpoiler) {
  EXPECT_EQ(read("\x03"
                 "1,1secret\x03!")
                .spans,
            (Spans{{Kind::spoiler, 0, 6, ""}}));
}

TEST(IrcFormatting, DropsOtherControlCharacters) {
  EXPECT_EQ(read("a\x01\x07\x16"
                 "b\x7f")
                .text,
            "ab");
  EXPECT_EQ(without_formatting("\x02topic\x03"
                               "04 x"),
            "topic x");
}

TEST(IrcFormatting, IsOpenedAnewOnEachPiece) {
  const Spans spans{{Kind::bold, 2, 9, ""}};
  EXPECT_EQ(write_formatting("a bold", 0, spans),
            "a \x02"
            "bold\x02");
  EXPECT_EQ(write_formatting(" xyz", 6, spans), "\x02 xy\x02z");
  EXPECT_EQ(write_formatting("later", 20, spans), "later");
}

TEST(IrcFormatting, KeepsAColourFromEatingADigit) {
  EXPECT_EQ(write_formatting("a12", 0, {{Kind::colour, 0, 1, "#ff0000"}}),
            "\x03"
            "04a\x03\x02\x02"
            "12");
  EXPECT_EQ(read(write_formatting("a12", 0, {{Kind::colour, 0, 1, "#ff0000"}})).text, "a12");
}

TEST(IrcFormatting, LetsNoControlCharacterOfAPersonThrough) {
  EXPECT_EQ(write_formatting("\x01"
                             "DCC SEND\x01\x02\x03",
                             0, {}),
            "DCC SEND");
  EXPECT_EQ(write_formatting("a\tb", 0, {}), "a b");
}

TEST(IrcFormatting, SurvivesTheWayThereAndBack) {
  test::FixedRandom random{393};
  const Kind kinds[] = {Kind::bold, Kind::italic, Kind::underline, Kind::strike, Kind::code};
  for (int i = 0; i < 2'000; ++i) {
    const std::string text = "abc def 12,34 xyz";
    Spans spans;
    for (const Kind kind : kinds) {  // one of each kind: two that touch would come back as one
      const std::size_t begin = random.below(text.size()), end = begin + 1 + random.below(text.size() - begin);
      if (random.below(2) == 0) spans.push_back({kind, begin, end, ""});
    }
    const std::string line = write_formatting(text, 0, spans);
    ASSERT_LE(line.size(), text.size() + formatting_cost(0, text.size(), spans));
    auto content = read(line);
    ASSERT_EQ(content.text, text);
    const auto order = [](const chat::Span& a, const chat::Span& b) { return a.kind < b.kind; };
    std::sort(content.spans.begin(), content.spans.end(), order);
    std::sort(spans.begin(), spans.end(), order);
    ASSERT_EQ(content.spans, spans);
  }
}

TEST(IrcColours, AreThoseThatClientsShow) {
  EXPECT_EQ(colour_of(4), "#ff0000");
  EXPECT_EQ(colour_of(99), "");
  EXPECT_EQ(nearest_colour("#fe0101"), "04");
  EXPECT_EQ(nearest_colour("#000000"), "01");
  EXPECT_EQ(nearest_colour("red"), "99");
}

TEST(IrcCtcp, IsReadWithAndWithoutItsEnd) {
  const auto action = parse_ctcp(
      "\x01"
      "ACTION waves\x01");
  ASSERT_TRUE(action);
  EXPECT_EQ(action->command, "ACTION");
  EXPECT_EQ(action->text, "waves");
  EXPECT_EQ(parse_ctcp("\x01"
                       "ACTION waves")
                ->text,
            "waves");
  EXPECT_EQ(parse_ctcp("\x01VERSION\x01")->command, "VERSION");
  EXPECT_FALSE(parse_ctcp("hello"));
  EXPECT_FALSE(parse_ctcp("\x01\x01"));
  EXPECT_FALSE(parse_ctcp("\x01"));
  EXPECT_EQ(make_ctcp("PING", "42"), "\x01PING 42\x01");
}

TEST(IrcCharset, ReadsUtf8AndElseWindows1252) {
  EXPECT_EQ(decode_text("caf\xc3\xa9"), "café");
  EXPECT_EQ(decode_text("caf\xe9"), "café");
  EXPECT_EQ(decode_text("\x80 1"), "€ 1");
  EXPECT_TRUE(text::is_valid_utf8(decode_text("\x81\xff\xc0\xaf")));
}

TEST(IrcCharset, WritesWhatTheNetworkReads) {
  EXPECT_EQ(encode_text("café €", Encoding::utf_8), "café €");
  EXPECT_EQ(encode_text("café €", Encoding::windows_1252), "caf\xe9 \x80");
  EXPECT_EQ(encode_text("чай", Encoding::koi8_r), "\xde\xc1\xca");
  EXPECT_EQ(encode_text("日本 表", Encoding::shift_jis), "\x93\xfa\x96{ \x95\\");
  EXPECT_EQ(encode_text("あa", Encoding::iso_2022_jp), "\x1b$B$\"\x1b(Ba");
}

TEST(IrcCharset, WritesSimilarLettersWhereItHasNotAll) {
  bool lost = false;
  EXPECT_EQ(encode_text("cafe\u0301", Encoding::windows_1252, &lost), "caf\xe9");
  EXPECT_FALSE(lost) << "the same letter";
  EXPECT_EQ(encode_text("чай, Łódź", Encoding::windows_1252, &lost),
            "caj, L\xf3"
            "dz");
  EXPECT_EQ(encode_text("é", Encoding::koi8_r, &lost), "e");
  EXPECT_TRUE(lost);
  lost = false;
  EXPECT_EQ(encode_text("日本 👨‍👩‍👧!", Encoding::windows_1252, &lost), "?? ?!")
      << "one for each character that people see";
  EXPECT_TRUE(lost);
  lost = false;
  EXPECT_EQ(encode_text("déjà vu", Encoding::windows_1252, &lost), "d\xe9j\xe0 vu");
  EXPECT_FALSE(lost);
}

TEST(IrcCharset, ReadsWhatIsConfigured) {
  EXPECT_EQ(decode_text("\xde\xc1\xca", Encoding::koi8_r), "чай");
  EXPECT_EQ(decode_text("чай", Encoding::koi8_r), "чай") << "UTF-8 is UTF-8";
  EXPECT_EQ(decode_text("\xef\xe0", Encoding::windows_1251), "па");
  EXPECT_EQ(decode_text("\xa4", Encoding::iso_8859_15), "€");
  EXPECT_EQ(decode_text("\x80", Encoding::iso_8859_1), "€") << "as browsers read it";
  EXPECT_EQ(decode_text("\x1b$B$\"\x1b(B a", Encoding::iso_2022_jp), "あ a");
  EXPECT_EQ(decode_text("\xc4\xe3\xba\xc3", Encoding::gbk), "你好");
}

TEST(IrcCharset, IsFoundByAnyOfItsNames) {
  EXPECT_EQ(find_encoding("KOI8-R"), Encoding::koi8_r);
  EXPECT_EQ(find_encoding("Latin1"), Encoding::iso_8859_1);
  EXPECT_EQ(find_encoding("cp1251"), Encoding::windows_1251);
  EXPECT_EQ(find_encoding("Shift-JIS"), Encoding::shift_jis);
  EXPECT_EQ(find_encoding("klingon"), std::nullopt);
  for (const std::string& name : encoding_names()) {
    ASSERT_TRUE(find_encoding(name)) << name;
    EXPECT_EQ(name_of(*find_encoding(name)), name);
    EXPECT_EQ(encode_text("plain", *find_encoding(name)), "plain");
  }
}

TEST(IrcCharset, GivesValidTextForAnyBytes) {
  test::FixedRandom random{1252};
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes;
    for (std::uint64_t left = random.below(10); left > 0; --left) bytes += static_cast<char>(random.below(256));
    for (const Encoding each : {Encoding::utf_8, Encoding::koi8_r, Encoding::shift_jis, Encoding::iso_2022_jp,
                                Encoding::gb18030, Encoding::big5, Encoding::euc_kr}) {
      ASSERT_TRUE(text::is_valid_utf8(decode_text(bytes, each))) << name_of(each);
    }
  }
}

TEST(IrcRedaction, HidesWhatPeopleWroteAndEverySecret) {
  EXPECT_EQ(redacted("PASS :hunter2"), "PASS <7 bytes>");
  EXPECT_EQ(redacted("AUTHENTICATE YWxpY2U="), "AUTHENTICATE <8 bytes>");
  EXPECT_EQ(redacted("PRIVMSG NickServ :IDENTIFY hunter2"), "PRIVMSG NickServ <16 bytes>");
  EXPECT_EQ(redacted(":bob!b@h PRIVMSG #tea :hello"), ":bob!b@h PRIVMSG #tea <5 bytes>");
  EXPECT_EQ(redacted("NICKSERV IDENTIFY hunter2"), "NICKSERV <8 bytes> <7 bytes>");
  EXPECT_EQ(redacted("OPER root hunter2"), "OPER <4 bytes> <7 bytes>");
  EXPECT_EQ(redacted("JOIN #tea"), "JOIN #tea");
  EXPECT_EQ(redacted("JOIN #tea,#b secret"), "JOIN #tea,#b <6 bytes>");
  EXPECT_EQ(redacted("MODE #tea +k secret"), "MODE #tea +k <6 bytes>");
  EXPECT_EQ(redacted(":irc.test 433 * alice :in use"), ":irc.test 433 * alice <6 bytes>");
}

}  // namespace
}  // namespace dragoman::backends::irc
