#include "gateway/xhtml.hpp"

#include "support/xml.hpp"

// Rich bodies as text and spans (XEP-0071, and XHTML Basic of the first clients).

namespace dragoman::gateway::xhtml_test {
namespace {

using Kind = chat::Span::Kind;

chat::Content read(const std::string& inside) {
  const auto content = read_xhtml(test::xml(
      "<message><html xmlns='http://jabber.org/protocol/xhtml-im'><body xmlns='http://www.w3.org/1999/xhtml'>" +
      inside + "</body></html></message>"));
  return content.value_or(chat::Content{});
}

TEST(Xhtml, OfTheFirstClientsIsReadToo) {
  const auto content = read_xhtml(test::xml(
      "<message to='horatio@denmark'><body>Angels and Ministers of Grace, defend us!</body> <html "
      "xmlns='http://www.w3.org/TR/xhtml-basic'> <body> <div style='font-size: medium; color: red; text-align: "
      "center'> Angels and Ministers of Grace, defend us! </div> </body> </html> </message>"));
  ASSERT_TRUE(content);
  EXPECT_EQ(content->text, "Angels and Ministers of Grace, defend us!");
}

TEST(Xhtml, EmphasisBecomesSpans) {
  const auto content = read("a <b>b <em>c</em></b> <span style='text-decoration: line-through; color: #F00'>d</span>");
  EXPECT_EQ(content.text, "a b c d");
  EXPECT_EQ(content.spans, (std::vector<chat::Span>{{Kind::bold, 2, 5, {}},
                                                    {Kind::italic, 4, 5, {}},
                                                    {Kind::strike, 6, 7, {}},
                                                    {Kind::colour, 6, 7, "#ff0000"}}));
}

TEST(Xhtml, ParagraphsListsAndBreaksBecomeLines) {
  EXPECT_EQ(read("<p>one</p><p>two<br/>three</p><ul><li>a</li><li>b</li></ul><ol><li>c</li><li>d</li></ol>").text,
            "one\ntwo\nthree\n- a\n- b\n1. c\n2. d");
}

TEST(Xhtml, WhiteSpaceIsOneSpaceExceptInPreformattedText) {
  const auto content = read("  a \n  b<pre>x\n  y</pre> c ");
  EXPECT_EQ(content.text, "a b\nx\n  y\nc");
  EXPECT_EQ(content.spans, (std::vector<chat::Span>{{Kind::code_block, 4, 9, {}}}));
}

TEST(Xhtml, LinksKeepTheirAddressAndImagesTheirText) {
  const auto content = read("<a href='https://example.org/'>here</a> <img alt='a cat' src='x'/>");
  EXPECT_EQ(content.text, "here a cat");
  EXPECT_EQ(content.spans, (std::vector<chat::Span>{{Kind::link, 0, 4, "https://example.org/"}}));
}

TEST(Xhtml, WhatIsNotOnTheListIsItsTextAlone) {
  const auto content = read("<a href='javascript:x()'>a</a> <script>evil()</script><style>b</style><blink>c</blink>");
  EXPECT_EQ(content.text, "a c");
  EXPECT_TRUE(content.spans.empty());
}

TEST(Xhtml, QuotationsAreSpansOverWholeLines) {
  const auto content = read("<blockquote>one<br/>two</blockquote>three");
  EXPECT_EQ(content.text, "one\ntwo\nthree");
  EXPECT_EQ(content.spans, (std::vector<chat::Span>{{Kind::quote, 0, 7, {}}}));
}

TEST(Xhtml, ThatIsEmptyIsNone) {
  EXPECT_FALSE(read_xhtml(test::xml("<message><html xmlns='http://jabber.org/protocol/xhtml-im'/></message>")));
  EXPECT_FALSE(
      read_xhtml(test::xml("<message><html xmlns='http://jabber.org/protocol/xhtml-im'><body> <p/> </body></html>"
                           "</message>")));
  EXPECT_FALSE(read_xhtml(test::xml("<message><body>x</body></message>")));
}

xmpp::Element html(const std::string& inside) {
  return test::xml("<html xmlns='http://jabber.org/protocol/xhtml-im'><body xmlns='http://www.w3.org/1999/xhtml'>" +
                   inside + "</body></html>");
}
chat::Content content(std::string text, std::vector<chat::Span> spans) {
  chat::Content made = chat::plain(std::move(text));
  made.spans = std::move(spans);
  return made;
}

TEST(XhtmlWriting, SpansBecomeElements) {
  EXPECT_EQ(write_xhtml(content("a bc d", {{Kind::bold, 0, 4, {}}, {Kind::italic, 2, 3, {}}})),
            html("<p><strong>a <em>b</em>c</strong> d</p>"));
  EXPECT_EQ(write_xhtml(content("a<b&c", {{Kind::colour, 0, 1, "#ff0000"},
                                          {Kind::underline, 1, 2, {}},
                                          {Kind::strike, 2, 3, {}},
                                          {Kind::code, 3, 4, {}},
                                          {Kind::link, 4, 5, "https://tea.example/?a=1&b='2'"}})),
            html("<p><span style='color: #ff0000'>a</span><span style='text-decoration: underline'>&lt;</span>"
                 "<span style='text-decoration: line-through'>b</span><code>&amp;</code>"
                 "<a href='https://tea.example/?a=1&amp;b=&apos;2&apos;'>c</a></p>"));
}

TEST(XhtmlWriting, OneThatEndsInsideAnotherIsOpenedAgain) {
  EXPECT_EQ(write_xhtml(content("abc", {{Kind::bold, 0, 2, {}}, {Kind::italic, 1, 3, {}}})),
            html("<p><strong>a<em>b</em></strong><em>c</em></p>"));
}

TEST(XhtmlWriting, LinesAndQuotationsStay) {
  EXPECT_EQ(write_xhtml(content("one\ntwo\nthree", {{Kind::quote, 4, 7, {}}, {Kind::bold, 0, 3, {}}})),
            html("<p><strong>one</strong></p><blockquote><p>two</p></blockquote><p>three</p>"));
  EXPECT_EQ(write_xhtml(content("one\ntwo", {{Kind::bold, 0, 7, {}}})), html("<p><strong>one<br/>two</strong></p>"));
}

TEST(XhtmlWriting, IsReadAgainAsTheSame) {
  const auto said = content("goodmorning\ndear reader",
                            {{Kind::bold, 0, 4, {}}, {Kind::colour, 2, 8, "#00ff00"}, {Kind::italic, 17, 23, {}}});
  const auto written = write_xhtml(said);
  ASSERT_TRUE(written);
  xmpp::Element message{"message", "jabber:client"};
  message.add(*written);
  const auto again = read_xhtml(message);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->text, said.text);
  EXPECT_EQ(again->spans, (std::vector<chat::Span>{{Kind::bold, 0, 4, {}},
                                                   {Kind::colour, 2, 4, "#00ff00"},
                                                   {Kind::colour, 4, 8, "#00ff00"},
                                                   {Kind::italic, 17, 23, {}}}));
}

TEST(XhtmlWriting, AnActionIsOneHereToo) {
  auto said = content("waves", {{Kind::bold, 0, 5, {}}});
  said.kind = chat::Content::Kind::action;
  EXPECT_EQ(write_xhtml(said), html("<p>/me <strong>waves</strong></p>"));
}

TEST(XhtmlWriting, NothingIsWrittenOfWhatHasNoFormatting) {
  EXPECT_FALSE(write_xhtml(chat::plain("hello")));
  EXPECT_FALSE(write_xhtml(content("bob: hello", {{Kind::mention, 0, 3, "bob"}})));
}

}  // namespace
}  // namespace dragoman::gateway::xhtml_test
