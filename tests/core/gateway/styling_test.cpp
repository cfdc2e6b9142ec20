#include "gateway/styling.hpp"

#include <gtest/gtest.h>

// XEP-0393 read and written.

namespace dragoman::gateway::styling_test {
namespace {

using Kind = chat::Span::Kind;

chat::Content read(const std::string& body) {
  chat::Content content = chat::plain(body);
  read_styling(body, content);
  return content;
}

/// "bold[a b]" for each span, in order.
std::string spans_of(const chat::Content& content) {
  static constexpr const char* names[] = {"bold",  "italic",  "underline", "strike", "code",    "code_block",
                                          "quote", "spoiler", "colour",    "link",   "mention", "emoji"};
  std::string out;
  for (const chat::Span& span : content.spans) {
    if (!out.empty()) out += ' ';
    out += names[static_cast<std::size_t>(span.kind)];
    out += '[' + content.text.substr(span.begin, span.end - span.begin) + ']';
    if (!span.value.empty()) out += '=' + span.value;
  }
  return out;
}

struct Example {
  std::string body, text, spans;
};

TEST(Styling, IsReadAsTheSpecificationSays) {
  const Example examples[] = {
      {"*strong*", "strong", "bold[strong]"},
      {"plain *strong* plain", "plain strong plain", "bold[strong]"},
      {"*strong* plain *strong*", "strong plain strong", "bold[strong] bold[strong]"},
      {"*strong*plain*", "strongplain*", "bold[strong]"},
      {"* plain *strong*", "* plain strong", "bold[strong]"},
      {"_Twelfth Night_ but ~dis~likes `mono`", "Twelfth Night but dislikes mono",
       "italic[Twelfth Night] strike[dis] code[mono]"},
      {"`*monospace*`", "*monospace*", "code[*monospace*]"},
      {"*`monospace and bold`*", "monospace and bold", "bold[monospace and bold] code[monospace and bold]"},
      {"*süß 🍵* ja", "süß 🍵 ja", "bold[süß 🍵]"},
      {"```c++\nint *a;\n```\nthen", "int *a;\nthen", "code_block[int *a;]=c++"},
      {"> That that is, is.\n\nSaid the old hermit.", "That that is, is.\n\nSaid the old hermit.",
       "quote[That that is, is.]"},
      {"> > one\n> two", "one\ntwo", "quote[one\ntwo] quote[one]"},
      {"> *one*\n> two", "one\ntwo", "quote[one\ntwo] bold[one]"},
  };
  for (const Example& each : examples) {
    const auto content = read(each.body);
    EXPECT_EQ(content.text, each.text) << each.body;
    EXPECT_EQ(spans_of(content), each.spans) << each.body;
  }
}

TEST(Styling, IsNotSeenWhereTheSpecificationSeesNone) {
  for (const char* body : {"not strong*", "*not strong", "*not \n strong*", "*not *strong", "**", "****", "a*b*",
                           "* a *", "*\xc2\xa0no*", "hello", "", "2 * 3 * 4"}) {
    const auto content = read(body);
    EXPECT_EQ(content.text, body);
    EXPECT_TRUE(content.spans.empty()) << body;
    EXPECT_FALSE(looks_styled(body)) << body;
  }
}

TEST(Styling, WhatHasNeitherLetterNorDigitIsLeftAlone) {
  for (const char* body : {"Hello, _-_.", "*.*", "~/~"}) {
    const auto content = read(body);
    EXPECT_EQ(content.text, body);
    EXPECT_TRUE(content.spans.empty()) << body;
  }
  EXPECT_EQ(read("_1_").text, "1");
}

TEST(Styling, WhatCouldNotBeWrittenAgainIsLeftAlone) {
  // No space behind the sign of a quotation, a block without an end, an empty block.
  for (const char* body : {">quoted", "```\nno end", "```\n```", "> ```\n> (a)\n\nnot"}) {
    const auto content = read(body);
    EXPECT_EQ(content.text, body);
    EXPECT_TRUE(content.spans.empty()) << body;
    EXPECT_TRUE(looks_styled(body)) << body;
  }
}

TEST(Styling, OfAHostileBodyTakesNoLongTime) {
  std::string body;
  for (int i = 0; i < 30'000; ++i) body += "*a ";
  EXPECT_TRUE(read(body).spans.empty());
  EXPECT_TRUE(read(std::string(5000, '>')).spans.empty());
}

chat::Content content(const std::string& text, std::vector<chat::Span> spans) {
  chat::Content made = chat::plain(text);
  made.spans = std::move(spans);
  return made;
}

TEST(StyledBody, SaysWhatSignsCanSay) {
  EXPECT_EQ(write_styling(content("a big day", {{Kind::bold, 2, 5, {}}})).text, "a *big* day");
  EXPECT_EQ(write_styling(content("a big day", {{Kind::bold, 0, 9, {}}, {Kind::italic, 2, 5, {}}})).text,
            "*a _big_ day*");
  EXPECT_EQ(write_styling(content("int a;\nok", {{Kind::code_block, 0, 6, "c"}})).text, "```c\nint a;\n```\nok");
  EXPECT_EQ(write_styling(content("one\ntwo\n\nthree", {{Kind::quote, 0, 7, {}}})).text, "> one\n> two\n\nthree");
}

TEST(StyledBody, BreaksASpanOverSeveralLines) {
  EXPECT_EQ(write_styling(content("one\ntwo", {{Kind::bold, 0, 7, {}}})).text, "*one*\n*two*");
}

TEST(StyledBody, LeavesOutWhatSignsCannotSay) {
  const auto part_of_a_word = write_styling(content("foobar baz", {{Kind::bold, 3, 6, {}}, {Kind::italic, 7, 10, {}}}));
  EXPECT_EQ(part_of_a_word.text, "foobar _baz_");
  EXPECT_FALSE(part_of_a_word.literal);
  EXPECT_EQ(write_styling(content("red", {{Kind::colour, 0, 3, "#ff0000"}})).text, "red");
  EXPECT_EQ(write_styling(content("beyond", {{Kind::bold, 2, 99, {}}})).text, "beyond");
}

TEST(StyledBody, SaysThatSignsInTheTextMeanNothing) {
  const auto literal = write_styling(content("*not bold* but this", {{Kind::bold, 15, 19, {}}}));
  EXPECT_EQ(literal.text, "*not bold* but this");
  EXPECT_TRUE(literal.literal);
}

}  // namespace
}  // namespace dragoman::gateway::styling_test
