#include "backends/webhook/formats/markup.hpp"

#include <chrono>

#include <gtest/gtest.h>

#include "backends/webhook/formats/html.hpp"
#include "backends/webhook/formats/when.hpp"
#include "support/webhook_posting.hpp"

namespace dragoman::backends::webhook::formats::markup_test {
namespace {

std::string read(std::string_view text, Dialect dialect = Dialect::markdown) {
  Prose prose;
  add_markup(prose, text, dialect);
  chat::Content content;
  prose.put_into(content);
  return webhook_test::show_text(content);
}

TEST(WebhookMarkup, ReadsEmphasisAndCode) {
  EXPECT_EQ(read("**a** __b__ *c* _d_ ~~e~~ `f *g*`"),
            "{bold:a} {bold:b} {italic:c} {italic:d} {strike:e} {code:f *g*}");
  EXPECT_EQ(read("***both***"), "{italic:{bold:both}}");
  EXPECT_EQ(read("**bold *and* more**"), "{bold:bold {italic:and} more}");
  EXPECT_EQ(read("``a ` b`` and ` lone"), "{code:a ` b} and ` lone");
}

TEST(WebhookMarkup, LeavesSignsThatMeanNothing) {
  for (const char* const text :
       {"snake_case_name", "2 * 3 * 4", "a ** b", "*", "___", "\\", "[x] (y)", "a_b", "5 < 6 > 4"}) {
    EXPECT_EQ(read(text), text);
  }
  EXPECT_EQ(read(R"(\*no\* \_x\_)"), "*no* _x_");
}

TEST(WebhookMarkup, SaysTheAddressesOfLinks) {
  EXPECT_EQ(read("[a **b**](https://x.org/1 \"title\")"), "{link:a b} (https://x.org/1)");
  EXPECT_EQ(read("<https://x.org> ![cat](https://x.org/c.png)"), "https://x.org {link:cat} (https://x.org/c.png)");
  EXPECT_EQ(read("[https://x.org](https://x.org)"), "https://x.org");
  EXPECT_EQ(read("[file](/a/b)"), "file");
}

TEST(WebhookMarkup, ReadsBlocks) {
  EXPECT_EQ(read("# A\n\n\n\n* b\n  + c\n1. d"), "{bold:A}\n\n- b\n  - c\n1. d");
  EXPECT_EQ(read("> a\n> > b\nc"), "{quote:a\n{quote:b}}\nc");
  EXPECT_EQ(read("```c++\nint x;\n\n  y();\n```\nz"), "{code_block=c++:int x;\n\n  y();}\nz");
  EXPECT_EQ(read("a <!-- not\nthis --> b"), "a  b");
  EXPECT_EQ(read("```\nno end"), "{code_block:no end}");
}

TEST(WebhookMarkup, ReadsSlacksWay) {
  EXPECT_EQ(read("*b* _i_ ~s~ <https://x.org|w> <https://x.org>", Dialect::mrkdwn),
            "{bold:b} {italic:i} {strike:s} {link:w} (https://x.org) https://x.org");
  EXPECT_EQ(read("&lt;tag&gt; &amp;amp; <#C1|general> <!date^1392734382^{date}|Feb 18>", Dialect::mrkdwn),
            "<tag> &amp; #general Feb 18");
  EXPECT_EQ(read("see ```one\ntwo``` after", Dialect::mrkdwn), "see \n{code_block:one\ntwo}\n after");
  EXPECT_EQ(read(">>> all\nof it", Dialect::mrkdwn), "{quote:all\nof it}");
}

TEST(WebhookMarkup, TakesLinearTime) {
  std::string hostile;
  for (int i = 0; i < 8'000; ++i) hostile += "*a _b `c [d](<e ";
  const auto begin = std::chrono::steady_clock::now();
  for (const Dialect dialect : {Dialect::markdown, Dialect::discord, Dialect::mrkdwn}) {
    Prose prose;
    add_markup(prose, hostile, dialect);
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds{10});
}

TEST(WebhookHtml, ReadsWhatMarksWords) {
  Prose prose;
  add_html(prose,
           "<p>a <b>b</b></p><pre>x\n y</pre><blockquote>q</blockquote><a href='https://x.org'>l</a> <a "
           "href='javascript:x'>j</a>");
  chat::Content content;
  prose.put_into(content);
  EXPECT_EQ(webhook_test::show_text(content),
            "a {bold:b}\n\n{code_block:x\n y}\n{quote:q}\n{link:l} (https://x.org) j");
}

TEST(WebhookTimes, AreReadAsProductsWriteThem) {
  for (const char* const text : {"2026-11-20T08:15:30Z", "2026-11-20T09:15:30.123456+01:00", "2026-11-20 08:15:30",
                                 "2026-11-20 08:15:30 UTC", "2026-11-20T03:15:30-0500"}) {
    EXPECT_EQ(show_time(std::string_view{text}), "2026-11-20 08:15 UTC") << text;
  }
  for (const char* const text : {"", "0001-01-01T00:00:00Z", "2026-13-01", "yesterday", "2026-11-20T25:00:00Z"}) {
    EXPECT_EQ(show_time(std::string_view{text}), "") << text;
  }
  EXPECT_EQ(from_unix_time("1732090530"), "2024-11-20 08:15 UTC");
  EXPECT_EQ(from_unix_time("1732090530123"), "2024-11-20 08:15 UTC");
  EXPECT_EQ(from_unix_time("soon"), "");
  EXPECT_EQ(show_duration(std::chrono::seconds{59}), "59 s");
  EXPECT_EQ(show_duration(std::chrono::hours{49}), "2 d 1 h");
  EXPECT_EQ(format_time(*read_time("2026-11-20"), "%a %e %b %Y %j %T %q"), "Fri 20 Nov 2026 324 00:00:00 %q");
}

}  // namespace
}  // namespace dragoman::backends::webhook::formats::markup_test
