#include "backends/irc/split.hpp"

#include <string>

#include <gtest/gtest.h>

#include "base/text.hpp"
#include "support/fixed_random.hpp"

namespace dragoman::backends::irc {
namespace {

std::vector<std::string> split(std::string_view text, std::size_t budget) {
  std::vector<std::string> pieces;
  for (const auto piece : split_text(text, budget)) pieces.emplace_back(piece);
  return pieces;
}
using Pieces = std::vector<std::string>;

TEST(IrcSplit, LeavesAloneWhatFits) {
  EXPECT_EQ(split("hello", 16), Pieces{"hello"});
  EXPECT_EQ(split("", 16), Pieces{});
}

TEST(IrcSplit, CutsAtLineBreaksAndDropsEmptyLines) { EXPECT_EQ(split("one\n\ntwo\n", 16), (Pieces{"one", "two"})); }

TEST(IrcSplit, PrefersWordsAndKeepsTheSpace) {
  EXPECT_EQ(split("the quick brown fox jumps", 16), (Pieces{"the quick brown ", "fox jumps"}));
}

TEST(IrcSplit, KeepsAnAddressTogetherWhenItFitsALine) {
  const std::string url = "https://e.org/abcdef";
  EXPECT_EQ(split("see " + url, 20), (Pieces{"see ", url}));
}

TEST(IrcSplit, CutsAWordThatFitsNowhere) {
  EXPECT_EQ(split("abcdefghijklmnopqrstuvwxyz", 16), (Pieces{"abcdefghijklmnop", "qrstuvwxyz"}));
}

TEST(IrcSplit, NeverCutsACharacterOrACluster) {
  const std::string family = "\U0001F468\u200d\U0001F469\u200d\U0001F467";  // 18 bytes, one cluster
  EXPECT_EQ(split("aaaa" + family, 20), (Pieces{"aaaa", family}));
  EXPECT_EQ(split("日本語日本語", 16), (Pieces{"日本語日本", "語"}));
  EXPECT_EQ(split("aaaaaaaaaaaaaaae\u0301x", 16), (Pieces{"aaaaaaaaaaaaaaa", "e\u0301x"}));
}

TEST(IrcSplit, CutsInsideAClusterThatIsLongerThanALine) {
  std::string zalgo = "a";
  for (int i = 0; i < 40; ++i) zalgo += "\u0301";
  std::string whole;
  for (const std::string& piece : split(zalgo, 16)) {
    EXPECT_LE(piece.size(), 16u);
    EXPECT_TRUE(text::is_valid_utf8(piece));
    whole += piece;
  }
  EXPECT_EQ(whole, zalgo);
}

TEST(IrcSplit, GivesPiecesThatFitAndAreTheTextAgain) {
  test::FixedRandom random{512};
  const char* const parts[] = {
      "a", "bc", " ", "  ", "é", "日", "😀", "e\u0301", "\U0001F468\u200d\U0001F469", "word", "https://x.y/z"};
  for (int i = 0; i < 3'000; ++i) {
    std::string text;
    for (std::uint64_t left = random.below(60); left > 0; --left) text += parts[random.below(std::size(parts))];
    const std::size_t budget = least_budget + random.below(40);
    std::string whole;
    for (const std::string& piece : split(text, budget)) {
      ASSERT_LE(piece.size(), budget);
      ASSERT_FALSE(piece.empty());
      ASSERT_TRUE(text::is_valid_utf8(piece)) << text;
      whole += piece;
    }
    ASSERT_EQ(whole, text);
  }
}

TEST(IrcBudget, IsWhatOthersCanReceive) {
  // ":al!~a@host PRIVMSG #tea :" and CR LF
  EXPECT_EQ(text_budget(512, 10, 7, 4), 512u - 1 - 10 - 1 - 7 - 1 - 4 - 2 - 2);
  EXPECT_EQ(text_budget(512, 500, 7, 400), least_budget);
}

}  // namespace
}  // namespace dragoman::backends::irc
