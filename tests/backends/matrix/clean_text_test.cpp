#include "backends/matrix/clean_text.hpp"

#include <gtest/gtest.h>

#include "base/text.hpp"
#include "support/fixed_random.hpp"
#include "xmpp/jid.hpp"

namespace dragoman::backends::matrix::clean_text_test {
namespace {

using namespace std::string_literals;

TEST(MatrixCleanText, LeavesOutWhatXmppCannotCarry) {
  EXPECT_EQ(clean_body("a\0b\ac\x1b[0m\x7f"s), "abc[0m");
  EXPECT_EQ(clean_body("a\uFFFF\uFFFE\U0001FFFFb"), "ab");
  EXPECT_EQ(clean_body("\u0085x\u0080"), "\nx");
  EXPECT_EQ(clean_body("a\xff"), "a\uFFFD");
  EXPECT_EQ(clean_body("one\r\ntwo\rthree\n\tfour\u2028five"), "one\ntwo\nthree\n\tfour\nfive");
  const std::string family = "👨\u200d👩\u200d👧 \u202ex";
  EXPECT_EQ(clean_body(family), family) << "texts may join emoji and turn directions";
}

TEST(MatrixCleanText, MakesOneLineOfNamesAndTopics) {
  EXPECT_EQ(clean_line("  tea\r\n\troom\u3000 \0x "s), "tea room x");
  EXPECT_EQ(clean_line("\n\n"), "");
}

TEST(MatrixCleanText, MakesNicknamesOfNames) {
  EXPECT_EQ(clean_nickname("Alice", "@a:hs"), "Alice");
  EXPECT_EQ(clean_nickname("\u202eecilA\u202c", "@a:hs"), "ecilA");
  EXPECT_EQ(clean_nickname("A\u200blice\0\n(bot)"s, "@a:hs"), "Alice (bot)");
  EXPECT_EQ(clean_nickname("𝓕ancy 🍵", "@a:hs"), "𝓕ancy 🍵");
}

TEST(MatrixCleanText, NamesSomebodyWithoutAVisibleNameByTheirId) {
  for (const std::string nothing : {"", " ", "\u200b", "\u3164\u2800", "\u202e\n"}) {
    EXPECT_EQ(clean_nickname(nothing, "@alice:hs.tld"), "alice") << nothing;
  }
  EXPECT_EQ(clean_nickname("", "@:hs.tld"), "@:hs.tld") << "old ids may have no name";
}

TEST(MatrixCleanText, CutsNicknamesToWhatFits) {
  std::string tea;
  for (int i = 0; i < 300; ++i) tea += "茶";
  EXPECT_EQ(text::length(clean_nickname(tea, "@a:hs")), longest_name);
}

TEST(MatrixCleanText, LetsNothingThroughThatClosesAStream) {
  test::FixedRandom random{3};
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (std::uint64_t left = random.below(12); left > 0; --left) {
      if (random.below(2) == 0) {
        text += static_cast<char>(random.below(256));
      } else {
        text::append_utf8(text, static_cast<char32_t>(random.below(0x11000)));
      }
    }
    for (const std::string& clean : {clean_body(text), clean_line(text), clean_nickname(text, "@a:hs")}) {
      ASSERT_EQ(text::to_xml_text(clean), clean);
      ASSERT_EQ(text::without_controls(clean, true), clean);
    }
    ASSERT_EQ(clean_line(text).find('\n'), std::string::npos);
    ASSERT_FALSE(clean_nickname(text, "@a:hs").empty());
  }
}

}  // namespace
}  // namespace dragoman::backends::matrix::clean_text_test
