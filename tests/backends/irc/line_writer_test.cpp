#include "backends/irc/line_writer.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "backends/irc/message.hpp"
#include "support/fixed_random.hpp"

namespace dragoman::backends::irc {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;

TEST(IrcLineWriter, WritesOneLine) {
  std::string out;
  ASSERT_TRUE(write_line(out, "KICK", {"#tea", "bob"}, "go away"));
  ASSERT_TRUE(write_line(out, "JOIN", {"#tea"}));
  ASSERT_TRUE(write_line(out, "PRIVMSG", {"#tea"}, "hello", {.label = "17"}));
  EXPECT_EQ(out, "KICK #tea bob :go away\r\nJOIN #tea\r\n@label=17 PRIVMSG #tea :hello\r\n");
}

TEST(IrcLineWriter, WritesTheLastTextWithAColonWhateverItIs) {
  std::string out;
  ASSERT_TRUE(write_line(out, "AWAY", {}, ""));
  ASSERT_TRUE(write_line(out, "TOPIC", {"#tea"}, ":)"));
  EXPECT_EQ(out, "AWAY :\r\nTOPIC #tea ::)\r\n");
}

TEST(IrcLineWriter, RefusesWhatWouldBeAnotherCommandOrParameter) {
  const std::string_view bad[] = {"a b", "", ":a", "a\rb", "a\nb", "a\0b"sv, "\n", " "};
  for (const std::string_view middle : bad) {
    std::string out = "before";
    const auto written = write_line(out, "MODE", {"#tea", middle});
    ASSERT_FALSE(written) << middle;
    EXPECT_EQ(written.error().fault, Fault::malformed);
    EXPECT_EQ(out, "before");
  }
  for (const std::string_view text : {"a\r\nQUIT"sv, "a\rQUIT"sv, "a\nQUIT"sv, "a\0b"sv}) {
    std::string out;
    EXPECT_FALSE(write_line(out, "PRIVMSG", {"#tea"}, text));
    EXPECT_EQ(out, "");
  }
  for (const std::string_view command : {"", "PRIV MSG", "QUIT\r", ":x", "@a=b"}) {
    std::string out;
    EXPECT_FALSE(write_line(out, command, {}));
    EXPECT_EQ(out, "");
  }
}

TEST(IrcLineWriter, RefusesALineOfMoreThan512BytesWithItsEnd) {
  std::string out;
  const std::string head = "PRIVMSG #tea :";
  EXPECT_TRUE(write_line(out, "PRIVMSG", {"#tea"}, std::string(510 - head.size(), 'x')));
  EXPECT_EQ(out.size(), 512u);
  const auto written = write_line(out, "PRIVMSG", {"#tea"}, std::string(511 - head.size(), 'x'));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().fault, Fault::too_long);
  EXPECT_TRUE(write_line(out, "PRIVMSG", {"#tea"}, std::string(900, 'x'), {.limit = 1024}));
}

/// Any bytes give exactly one line that says the same, or nothing.
TEST(IrcLineWriter, MakesOneLineOrNoneOfAnyBytes) {
  test::FixedRandom random{20261120};
  const std::string alphabet = "ab#: ,\r\n\0@!*\x01\x7f\xff\xc3\xa9"s;
  const auto any = [&](std::size_t most) {
    std::string text;
    for (std::uint64_t left = random.below(most + 1); left > 0; --left) text += alphabet[random.below(alphabet.size())];
    return text;
  };
  int lines = 0;
  for (int i = 0; i < 50'000; ++i) {
    const std::string command = random.below(10) == 0 ? any(3) : "CMD";
    const std::string first = any(5), second = any(5), text = any(12);
    std::string out;
    const bool with_text = random.below(2) == 0;
    const auto written =
        write_line(out, command, {first, second}, with_text ? std::optional<std::string_view>{text} : std::nullopt);
    if (!written) {
      ASSERT_EQ(out, "");
      continue;
    }
    ++lines;
    ASSERT_TRUE(out.ends_with("\r\n"));
    ASSERT_EQ(out.find_first_of("\r\n\0"sv), out.size() - 2);
    Message message;
    ASSERT_TRUE(parse(std::string_view{out}.substr(0, out.size() - 2), message));
    ASSERT_EQ(message.command, command);
    ASSERT_EQ(message.count, with_text ? 3u : 2u);
    ASSERT_EQ(message.params[0], first);
    ASSERT_EQ(message.params[1], second);
    if (with_text) {
      ASSERT_EQ(message.params[2], text);
    }
  }
  EXPECT_GT(lines, 500);
}

TEST(IrcSingleLine, MakesOneLineOfSeveral) {
  EXPECT_EQ(single_line("a\r\nb"), "a b");
  EXPECT_EQ(single_line("a\n\nb\n"), "a b");
  EXPECT_EQ(single_line("\r\na"), "a");
  EXPECT_EQ(single_line("a\0b"sv), "ab");
  EXPECT_EQ(single_line("plain"), "plain");
  EXPECT_EQ(single_line("a\xe2\x80\xa8"
                        "b"),
            "a\xe2\x80\xa8"
            "b");  // U+2028 ends no line on IRC
}

}  // namespace
}  // namespace dragoman::backends::irc
