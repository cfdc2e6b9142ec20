#include <gtest/gtest.h>

#include "base/text.hpp"
#include "support/fixed_random.hpp"

namespace dragoman::text {
namespace {

using Ends = std::vector<std::size_t>;

TEST(FoldCase, MakesSpellingsOfOneNameEqual) {
  EXPECT_EQ(fold_case("Alice[1]"), "alice[1]");
  EXPECT_EQ(fold_case("STRASSE"), fold_case("stra\u00dfe"));
  EXPECT_EQ(fold_case("\u0391\u03a3"), fold_case("\u03b1\u03c2"));  // a final sigma is a sigma
  EXPECT_EQ(fold_case("\u00c9t\u00c9"), "\u00e9t\u00e9");
}

TEST(FoldCase, RepairsWhatIsNotUtf8) { EXPECT_EQ(fold_case("\u00c9\xff"), "\u00e9\uFFFD"); }

TEST(Nfkc, BringsCompatibleFormsTogether) {
  EXPECT_EQ(nfkc("plain"), "plain");
  EXPECT_EQ(nfkc("e\u0301"), "\u00e9");
  EXPECT_EQ(nfkc("\ufb01ne"), "fine");
  EXPECT_EQ(nfkc("\uff21"), "A");
  EXPECT_EQ(nfkc("\u00e9"), "\u00e9");
  EXPECT_EQ(nfkc("\uff21\xff"), "A\uFFFD");
}

TEST(GraphemeEnds, AreAfterEveryAsciiCharacterButNotInsideALineBreak) {
  EXPECT_EQ(grapheme_ends(""), Ends{});
  EXPECT_EQ(grapheme_ends("abc"), (Ends{1, 2, 3}));
  EXPECT_EQ(grapheme_ends("a\r\nb"), (Ends{1, 3, 4}));
}

TEST(GraphemeEnds, KeepWhatOneSeesTogether) {
  EXPECT_EQ(grapheme_ends("e\u0301x"), (Ends{3, 4}));
  EXPECT_EQ(grapheme_ends("\U0001F1E9\U0001F1EA!"), (Ends{8, 9}));   // a flag
  EXPECT_EQ(grapheme_ends("\U0001F469\u200d\U0001F4BB"), Ends{11});  // a woman at a computer
  EXPECT_EQ(grapheme_ends("\u00e9\r\n\u00e9"), (Ends{2, 4, 6}));
}

TEST(GraphemeEnds, GrowToTheEndOfWhateverCame) {
  test::FixedRandom random;
  for (int i = 0; i < 2'000; ++i) {
    std::string bytes;
    for (std::uint64_t n = random.below(20); n > 0; --n) bytes += static_cast<char>(random.below(256));
    const Ends ends = grapheme_ends(bytes);
    ASSERT_EQ(ends.empty(), bytes.empty());
    if (bytes.empty()) continue;
    ASSERT_EQ(ends.back(), bytes.size());
    for (std::size_t j = 1; j < ends.size(); ++j) ASSERT_LT(ends[j - 1], ends[j]);
  }
}

TEST(GraphemeEnds, AreTheSameWhenAskedInTurns) {
  const std::string one = "e\u0301e\u0301", other = "\u00e9a";
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(grapheme_ends(one), (Ends{3, 6}));
    EXPECT_EQ(grapheme_ends(other), (Ends{2, 3}));
  }
}

}  // namespace
}  // namespace dragoman::text
