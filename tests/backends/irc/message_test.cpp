#include "backends/irc/message.hpp"

#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

// Vectors of github.com/ircdocs/parser-tests (msg-split, userhost-split), and what real servers send beside them.

namespace dragoman::backends::irc {
namespace {

struct SplitCase {
  std::string line;
  std::map<std::string, std::string> tags;
  std::string source, command;
  std::vector<std::string> params;
};

const std::vector<SplitCase>& splits() {
  static const std::vector<SplitCase> all{
      {"foo bar baz asdf", {}, "", "foo", {"bar", "baz", "asdf"}},
      {":coolguy foo bar baz asdf", {}, "coolguy", "foo", {"bar", "baz", "asdf"}},
      {"foo bar baz :asdf quux", {}, "", "foo", {"bar", "baz", "asdf quux"}},
      {"foo bar baz :", {}, "", "foo", {"bar", "baz", ""}},
      {"foo bar baz ::asdf", {}, "", "foo", {"bar", "baz", ":asdf"}},
      {":coolguy foo bar baz :asdf quux", {}, "coolguy", "foo", {"bar", "baz", "asdf quux"}},
      {":coolguy foo bar baz :  asdf quux ", {}, "coolguy", "foo", {"bar", "baz", "  asdf quux "}},
      {":coolguy PRIVMSG bar :lol :) ", {}, "coolguy", "PRIVMSG", {"bar", "lol :) "}},
      {":coolguy foo bar baz :", {}, "coolguy", "foo", {"bar", "baz", ""}},
      {":coolguy foo bar baz :  ", {}, "coolguy", "foo", {"bar", "baz", "  "}},
      {"@a=b;c=32;k;rt=ql7 foo", {{"a", "b"}, {"c", "32"}, {"k", ""}, {"rt", "ql7"}}, "", "foo", {}},
      {"@a=b\\\\and\\nk;c=72\\s45;d=gh\\:764 foo",
       {{"a", "b\\and\nk"}, {"c", "72 45"}, {"d", "gh;764"}},
       "",
       "foo",
       {}},
      {"@c;h=;a=b :quux ab cd", {{"c", ""}, {"h", ""}, {"a", "b"}}, "quux", "ab", {"cd"}},
      {":src JOIN #chan", {}, "src", "JOIN", {"#chan"}},
      {":src JOIN :#chan", {}, "src", "JOIN", {"#chan"}},
      {":src AWAY", {}, "src", "AWAY", {}},
      {":src AWAY ", {}, "src", "AWAY", {}},
      {":cool\tguy foo bar baz", {}, "cool\tguy", "foo", {"bar", "baz"}},
      {":coolguy!ag@net\x03"
       "5w\x03ork.admin PRIVMSG foo :bar baz",
       {},
       "coolguy!ag@net\x03"
       "5w\x03ork.admin",
       "PRIVMSG",
       {"foo", "bar baz"}},
      {":coolguy!~ag@n\x02"
       "et\x03"
       "05w\x0fork.admin PRIVMSG foo :bar baz",
       {},
       "coolguy!~ag@n\x02"
       "et\x03"
       "05w\x0fork.admin",
       "PRIVMSG",
       {"foo", "bar baz"}},
      {"@tag1=value1;tag2;vendor1/tag3=value2;vendor2/tag4= :irc.example.com COMMAND param1 param2 :param3 param3",
       {{"tag1", "value1"}, {"tag2", ""}, {"vendor1/tag3", "value2"}, {"vendor2/tag4", ""}},
       "irc.example.com",
       "COMMAND",
       {"param1", "param2", "param3 param3"}},
      {":irc.example.com COMMAND param1 param2 :param3 param3",
       {},
       "irc.example.com",
       "COMMAND",
       {"param1", "param2", "param3 param3"}},
      {"@tag1=value1;tag2;vendor1/tag3=value2;vendor2/tag4 COMMAND param1 param2 :param3 param3",
       {{"tag1", "value1"}, {"tag2", ""}, {"vendor1/tag3", "value2"}, {"vendor2/tag4", ""}},
       "",
       "COMMAND",
       {"param1", "param2", "param3 param3"}},
      {"COMMAND", {}, "", "COMMAND", {}},
      {"@foo=\\\\\\\\\\:\\\\s\\s\\r\\n COMMAND", {{"foo", "\\\\;\\s \r\n"}}, "", "COMMAND", {}},
      {":gravel.mozilla.org 432  #momo :Erroneous Nickname: Illegal characters",
       {},
       "gravel.mozilla.org",
       "432",
       {"#momo", "Erroneous Nickname: Illegal characters"}},
      {":gravel.mozilla.org MODE #tckk +n ", {}, "gravel.mozilla.org", "MODE", {"#tckk", "+n"}},
      {":services.esper.net MODE #foo-bar +o foobar  ", {}, "services.esper.net", "MODE", {"#foo-bar", "+o", "foobar"}},
      {"@tag1=value\\\\ntest COMMAND", {{"tag1", "value\\ntest"}}, "", "COMMAND", {}},
      {"@tag1=value\\1 COMMAND", {{"tag1", "value1"}}, "", "COMMAND", {}},
      {"@tag1=value1\\ COMMAND", {{"tag1", "value1"}}, "", "COMMAND", {}},
      {"@tag1=1;tag2=3;tag3=4;tag1=5 COMMAND", {{"tag1", "5"}, {"tag2", "3"}, {"tag3", "4"}}, "", "COMMAND", {}},
      {"@tag1=1;tag2=3;tag3=4;tag1=5;vendor/tag2=8 COMMAND",
       {{"tag1", "5"}, {"tag2", "3"}, {"tag3", "4"}, {"vendor/tag2", "8"}},
       "",
       "COMMAND",
       {}},
      {":SomeOp MODE #channel :+i", {}, "SomeOp", "MODE", {"#channel", "+i"}},
      {":SomeOp MODE #channel +oo SomeUser :AnotherUser",
       {},
       "SomeOp",
       "MODE",
       {"#channel", "+oo", "SomeUser", "AnotherUser"}},
      {"@batch=1 :irc.test BATCH +2 draft/multiline :#chan",
       {{"batch", "1"}},
       "irc.test",
       "BATCH",
       {"+2", "draft/multiline", "#chan"}},
  };
  return all;
}

TEST(IrcMessage, IsReadAsTheParserTestsSay) {
  for (const SplitCase& expected : splits()) {
    SCOPED_TRACE(expected.line);
    Message message;
    ASSERT_TRUE(parse(expected.line, message));
    EXPECT_EQ(message.source, expected.source);
    EXPECT_EQ(message.command, expected.command);
    std::vector<std::string> params;
    for (std::size_t i = 0; i < message.count; ++i) params.emplace_back(message.params[i]);
    EXPECT_EQ(params, expected.params);
    for (const auto& [key, value] : expected.tags) EXPECT_EQ(message.tag(key), value) << key;
  }
}

TEST(IrcMessage, HasNoTagThatItDoesNotHave) {
  Message message;
  ASSERT_TRUE(parse("@time=T;+draft/reply=x PING", message));
  EXPECT_FALSE(message.tag("tim").has_value());
  EXPECT_FALSE(message.tag("reply").has_value());
  EXPECT_EQ(message.tag("+draft/reply"), "x");
}

TEST(IrcMessage, IsIgnoredWithoutACommand) {
  Message message;
  EXPECT_FALSE(parse("", message));
  EXPECT_FALSE(parse("   ", message));
  EXPECT_FALSE(parse(":irc.test", message));
  EXPECT_FALSE(parse("@a=b :irc.test ", message));
}

TEST(IrcMessage, KeepsWhatFollowsTheLastParameterThatFits) {
  std::string line = "X";
  for (std::size_t i = 0; i < 40; ++i) line += " p" + std::to_string(i);
  Message message;
  ASSERT_TRUE(parse(line, message));
  EXPECT_EQ(message.count, Message::most_params);
  EXPECT_EQ(message.params[0], "p0");
  EXPECT_TRUE(message.last().starts_with("p31 p32"));
}

TEST(IrcSource, IsSplitAsTheParserTestsSay) {
  const auto parts = [](std::string_view source) {
    const Source split = split_source(source);
    return std::vector<std::string>{std::string{split.nick}, std::string{split.user}, std::string{split.host}};
  };
  using Parts = std::vector<std::string>;
  EXPECT_EQ(parts("coolguy"), (Parts{"coolguy", "", ""}));
  EXPECT_EQ(parts("coolguy!ag@127.0.0.1"), (Parts{"coolguy", "ag", "127.0.0.1"}));
  EXPECT_EQ(parts("coolguy!~ag@localhost"), (Parts{"coolguy", "~ag", "localhost"}));
  EXPECT_EQ(parts("!ag@127.0.0.1"), (Parts{"", "ag", "127.0.0.1"}));
  EXPECT_EQ(parts("coolguy!@127.0.0.1"), (Parts{"coolguy", "", "127.0.0.1"}));
  EXPECT_EQ(parts("coolguy@127.0.0.1"), (Parts{"coolguy", "", "127.0.0.1"}));
  EXPECT_EQ(parts("coolguy!ag"), (Parts{"coolguy", "ag", ""}));
  EXPECT_EQ(parts("coolguy!ag@net\x03"
                  "5w\x03ork.admin"),
            (Parts{"coolguy", "ag",
                   "net\x03"
                   "5w\x03ork.admin"}));
}

}  // namespace
}  // namespace dragoman::backends::irc
