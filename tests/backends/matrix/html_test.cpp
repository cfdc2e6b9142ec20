#include <ctime>

#include <gtest/gtest.h>

#include "backends/matrix/html_read.hpp"
#include "backends/html_tokens.hpp"
#include "backends/matrix/html_write.hpp"
#include "base/text.hpp"
#include "support/fixed_random.hpp"

// org.matrix.custom.html, read and written.

namespace dragoman::backends::matrix::html_test {
namespace {

/// "text | bold[a] link[b]=https://x" of what is read.
std::string read(std::string_view html, bool named = false) {
  const auto content = read_html(html, named);
  if (!content) return "nothing";
  static constexpr const char* names[] = {"bold",  "italic",  "underline", "strike", "code",    "code_block",
                                          "quote", "spoiler", "colour",    "link",   "mention", "emoji"};
  std::string out = content->text;
  const char* between = " | ";
  for (const chat::Span& span : content->spans) {
    out += between + std::string{names[static_cast<std::size_t>(span.kind)]} + '[' +
           content->text.substr(span.begin, span.end - span.begin) + ']';
    if (!span.value.empty()) out += '=' + span.value;
    between = " ";
  }
  return out;
}

std::string written(std::string_view html) {
  const auto content = read_html(html);
  return content ? write_html(*content, {}) : std::string{};
}

TEST(MatrixHtml, ReadsWhatMarksWords) {
  EXPECT_EQ(read("<strong>a</strong> <b>b</b> <em>c</em> <i>d</i>"), "a b c d | bold[a] bold[b] italic[c] italic[d]");
  EXPECT_EQ(read("<u>a</u><s>b</s><del>c</del><strike>d</strike>"),
            "abcd | underline[a] strike[b] strike[c] strike[d]");
  EXPECT_EQ(read("a<code>x &lt; y</code>"), "ax < y | code[x < y]");
  EXPECT_EQ(read("<b>bold <i>both</i></b>"), "bold both | bold[bold both] italic[both]");
  EXPECT_EQ(read("<font color=\"#FF0000\">r</font><span data-mx-color='#00ff00'>g</span>"),
            "rg | colour[r]=#ff0000 colour[g]=#00ff00");
  EXPECT_EQ(read("<span data-mx-color=\"red\" onclick=\"x()\">r</span>"), "r") << "only what is listed means something";
}

TEST(MatrixHtml, LeavesSpacesOutOfWhatIsMarked) { EXPECT_EQ(read("a<b> b </b>c"), "a b c | bold[b]"); }

TEST(MatrixHtml, ReadsBlocksAsLines) {
  EXPECT_EQ(read("<p>one</p>\n<p>two</p>"), "one\n\ntwo");
  EXPECT_EQ(read("<p>one<p>two"), "one\n\ntwo") << "a paragraph ends where the next one begins";
  EXPECT_EQ(read("one<br>two<br/>three<br />"), "one\ntwo\nthree");
  EXPECT_EQ(read("one<br><br>two"), "one\n\ntwo");
  EXPECT_EQ(read("<div>one</div><div>two</div>"), "one\ntwo");
  EXPECT_EQ(read("<h1>Tea</h1><p>hot</p>"), "Tea\n\nhot | bold[Tea]");
  EXPECT_EQ(read("one<hr>two"), "one\n---\ntwo");
  EXPECT_EQ(read("  one \n\t two  "), "one two");
}

TEST(MatrixHtml, ReadsQuotations) {
  EXPECT_EQ(read("<blockquote>a<br>b</blockquote>c"), "a\nb\nc | quote[a\nb]");
  EXPECT_EQ(read("<blockquote><p>a</p></blockquote>\n<p>c</p>"), "a\n\nc | quote[a]");
  EXPECT_EQ(read("<blockquote>a<blockquote>b</blockquote></blockquote>"), "a\nb | quote[a\nb] quote[b]");
}

TEST(MatrixHtml, ReadsCode) {
  EXPECT_EQ(read("<pre><code class=\"language-c++\">int a;\n\n  b &amp;&amp; c;\n</code></pre>"),
            "int a;\n\n  b && c; | code_block[int a;\n\n  b && c;]=c++");
  EXPECT_EQ(read("x<pre>\na  b\n</pre>y"), "x\na  b\ny | code_block[a  b]");
  EXPECT_EQ(read("<pre><code class=\"language-&quot;&gt;\">x</code></pre>"), "x | code_block[x]");
}

TEST(MatrixHtml, ReadsLists) {
  EXPECT_EQ(read("<ul><li>a</li><li>b</li></ul>c"), "- a\n- b\nc");
  EXPECT_EQ(read("<ol start=\"9\"><li>a<li>b</ol>"), "9. a\n10. b");
  EXPECT_EQ(read("<ul><li>a<ol><li>b</li></ol></li><li>c</li></ul>"), "- a\n  1. b\n- c");
  EXPECT_EQ(read("<ul>\n<li>\n<p>a</p>\n</li>\n</ul>"), "- a") << "as Markdown writers make them";
  EXPECT_EQ(read("<ol start='-5'><li>a</ol>"), "1. a");
}

TEST(MatrixHtml, ReadsTables) {
  EXPECT_EQ(
      read("<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>c</td><td>d</td></tr></tbody></table>"),
      "a | b\nc | d | bold[a] bold[b]");
}

TEST(MatrixHtml, SaysWhereLinksLead) {
  EXPECT_EQ(read("<a href=\"https://tea.tld/\">tea.tld</a>"), "tea.tld | link[tea.tld]=https://tea.tld/");
  EXPECT_EQ(read("<a href=\"https://tea.tld\">tea</a>!"), "tea (https://tea.tld)! | link[tea]=https://tea.tld");
  EXPECT_EQ(read("<a href=\"javascript:alert(1)\">tea</a>"), "tea");
  EXPECT_EQ(read("<a href=\"/etc\">tea</a>"), "tea");
  EXPECT_EQ(read("<a href=\"https://tea.tld\"></a>"), "https://tea.tld | link[https://tea.tld]=https://tea.tld");
}

TEST(MatrixHtml, ReadsLinksToUsersAsMentions) {
  EXPECT_EQ(read("<a href=\"https://matrix.to/#/@alice:hs.tld\">Alice</a>: hi"),
            "Alice: hi | mention[Alice]=@alice:hs.tld");
  EXPECT_EQ(read("<a href=\"https://matrix.to/#/%40alice%3Ahs.tld\">Alice</a>"),
            "Alice | mention[Alice]=@alice:hs.tld");
  EXPECT_EQ(read("<a href=\"matrix:u/alice:hs.tld\"></a>"), "@alice:hs.tld | mention[@alice:hs.tld]=@alice:hs.tld");
  EXPECT_EQ(read("<a href=\"https://matrix.to/#/#tea:hs.tld\">#tea:hs.tld</a>"),
            "#tea:hs.tld | link[#tea:hs.tld]=https://matrix.to/#/#tea:hs.tld");
}

TEST(MatrixHtml, HidesSpoilers) {
  EXPECT_EQ(read("He <span data-mx-spoiler>dies</span>."), "He ||dies||. | spoiler[dies]");
  EXPECT_EQ(read("<span data-mx-spoiler=\"film\">He dies</span>"), "(film) ||He dies|| | spoiler[He dies]=film");
  EXPECT_EQ(read("a <span data-mx-spoiler></span>b"), "a b");
}

TEST(MatrixHtml, ReadsEmojiAsTheirNames) {
  EXPECT_EQ(read("hi <img data-mx-emoticon src=\"mxc://hs/1\" alt=\":cat:\" height=32>"),
            "hi :cat: | emoji[:cat:]=mxc://hs/1");
  EXPECT_EQ(read("<img src=\"https://spy.tld/1.png\" alt=\"a cat\">"), "a cat");
}

TEST(MatrixHtml, LeavesOutWhatIsNotSaid) {
  EXPECT_EQ(read("<mx-reply><blockquote>they said</blockquote></mx-reply>I say"), "I say");
  EXPECT_EQ(read("<script>x()</script><style>p{}</style>a<!-- b -->c<!DOCTYPE d>"), "ac");
  EXPECT_EQ(read("<strong data-mx-profile-fallback>Bob: </strong>hi", true), "hi");
  EXPECT_EQ(read("<strong data-mx-profile-fallback>Bob: </strong>hi", false), "Bob: hi | bold[Bob:]");
  EXPECT_EQ(read("<b> </b>"), "nothing");
  EXPECT_EQ(read(""), "nothing");
  EXPECT_EQ(read("a\x01\u0085"
                 "b"),
            "a b")
      << "control codes";
}

TEST(MatrixHtml, ResolvesReferences) {
  EXPECT_EQ(read("&lt;&amp;&gt;&quot;&apos;&#39;&#x1F375;&eacute;&euro;&hellip;"), "<&>\"''🍵é€…");
  EXPECT_EQ(read("AT&T &unknown; &; &#; &#x; &amp"), "AT&T &unknown; &; &#; &#x; &amp");
  EXPECT_EQ(resolve_references("&#0;&#xD800;&#99999999999;&#128;"), "\uFFFD\uFFFD\uFFFD€");
  EXPECT_EQ(read("a&#7;b&#xFFFF;c"), "abc") << "not even this way";
}

TEST(MatrixHtml, ReadsGarbage) {
  EXPECT_EQ(read("a < b > c"), "a < b > c");
  EXPECT_EQ(read("I <3 tea"), "I <3 tea");
  EXPECT_EQ(read("<b>a</i></b></b>"), "a | bold[a]");
  EXPECT_EQ(read("<b><i>a</b>b</i>"), "ab | bold[a] italic[a]");
  EXPECT_EQ(read("a <b"), "a <b");
  EXPECT_EQ(read("<B CLASS=x checked =y>a</B >"), "a | bold[a]");
  EXPECT_EQ(read("<a href=https://tea.tld>https://tea.tld"), "https://tea.tld | link[https://tea.tld]=https://tea.tld");
  EXPECT_EQ(read("<blink>a</blink>"), "a");
  EXPECT_EQ(read("a<!-- never ends"), "a");
}

TEST(MatrixHtml, BearsAnyDepthAndLength) {
  std::string deep;
  for (int i = 0; i < 10'000; ++i) deep += "<b><i>";
  EXPECT_TRUE(read(deep + "x").starts_with("x | "));
  const std::string long_text(longest_html + 1, 'a');
  EXPECT_EQ(read(long_text), "nothing");
  const std::clock_t begin = std::clock();  // of this process: others may keep it waiting
  for (const std::string piece : {"<a ", "<", "&", "<!--", "<b x='", "<ul><li>", "<a href='https://x'>", "<td>", "</p>",
                                  "<span data-mx-spoiler>", "<pre>\n"}) {
    std::string many;
    while (many.size() + piece.size() < longest_html) many += piece;
    if (const auto content = read_html(many)) write_html(*content, {});
  }
  EXPECT_LT((std::clock() - begin) / CLOCKS_PER_SEC, 20) << "more than linear";
}

TEST(MatrixHtml, GivesSpansThatLieOnCharacters) {
  test::FixedRandom random{12};
  static constexpr std::string_view pieces[] = {"<b>",
                                                "</b>",
                                                "<p>",
                                                "<li>",
                                                "<ul>",
                                                "</ul>",
                                                "<pre>",
                                                "</pre>",
                                                "<code>",
                                                "<blockquote>",
                                                "</blockquote>",
                                                "é",
                                                " ",
                                                "\n",
                                                "<br>",
                                                "<a href='https://x'>",
                                                "</a>",
                                                "<span data-mx-spoiler='y'>",
                                                "</span>",
                                                "<td>",
                                                "<img alt=z>",
                                                "&lt;",
                                                "<",
                                                "||",
                                                "(https://x)"};
  for (int i = 0; i < 20'000; ++i) {
    std::string html;
    for (std::uint64_t left = random.below(16); left > 0; --left) html += pieces[random.below(std::size(pieces))];
    const auto content = read_html(html);
    if (!content) continue;
    for (const chat::Span& span : content->spans) {
      ASSERT_LT(span.begin, span.end) << html;
      ASSERT_LE(span.end, content->text.size()) << html;
      ASSERT_TRUE(text::is_valid_utf8(content->text.substr(span.begin, span.end - span.begin))) << html;
    }
    ASSERT_TRUE(text::is_valid_utf8(write_html(*content, {})));
  }
}

chat::Content marked(std::string text, std::vector<chat::Span> spans) {
  chat::Content content = chat::plain(std::move(text));
  content.spans = std::move(spans);
  return content;
}

using Kind = chat::Span::Kind;

TEST(MatrixHtml, IsWrittenOnlyWhereATextSaysLess) {
  EXPECT_FALSE(needs_html(chat::plain("a < b"), {}));
  EXPECT_FALSE(needs_html(marked("bob", {{Kind::mention, 0, 3, "bob"}}), {})) << "nobody knows who that is";
  EXPECT_FALSE(needs_html(marked("x", {{Kind::link, 0, 1, "javascript:x"}}), {}));
  EXPECT_TRUE(needs_html(marked("a", {{Kind::bold, 0, 1, {}}}), {}));
}

TEST(MatrixHtml, WritesNothingUnescaped) {
  EXPECT_EQ(write_html(marked("<b>&\"\n", {{Kind::bold, 0, 3, {}}}), {}), "<strong>&lt;b&gt;</strong>&amp;&quot;<br>");
  EXPECT_EQ(write_html(marked("x", {{Kind::link, 0, 1, "https://x/\"><script>"}}), {}),
            "<a href=\"https://x/&quot;&gt;&lt;script&gt;\">x</a>");
  EXPECT_EQ(write_html(marked("x", {{Kind::code_block, 0, 1, "\"><b>"}}), {}),
            "<pre><code class=\"language-&quot;&gt;&lt;b&gt;\">x</code></pre>");
}

TEST(MatrixHtml, NestsSpansThatOverlap) {
  EXPECT_EQ(write_html(marked("abc", {{Kind::bold, 0, 2, {}}, {Kind::italic, 1, 3, {}}}), {}),
            "<strong>a<em>b</em></strong><em>c</em>");
  EXPECT_EQ(write_html(marked("a\nb", {{Kind::bold, 0, 3, {}}, {Kind::quote, 0, 1, {}}}), {}),
            "<blockquote><strong>a</strong></blockquote><strong>b</strong>");
  EXPECT_EQ(write_html(marked("abc", {{Kind::link, 0, 3, "https://x"}, {Kind::mention, 1, 2, "@b:hs"}}), {}),
            "<a href=\"https://x\">abc</a>");
}

TEST(MatrixHtml, WritesMentionsAsLinksToTheUser) {
  const auto user_of = [](std::string_view name) { return name == "Alice" ? "@alice:hs.tld" : std::string{}; };
  EXPECT_EQ(write_html(marked("Alice: hi", {{Kind::mention, 0, 5, "Alice"}}), user_of),
            "<a href=\"https://matrix.to/#/%40alice%3Ahs.tld\">Alice</a>: hi");
}

TEST(MatrixHtml, KeepsLinesOfCodeAndBlocks) {
  EXPECT_EQ(write_html(marked("x\na\n\nb\ny", {{Kind::code_block, 2, 6, "c++"}}), {}),
            "x<pre><code class=\"language-c++\">a\n\nb</code></pre>y");
  EXPECT_EQ(write_html(marked("a\nb\n\nc", {{Kind::quote, 0, 3, {}}}), {}), "<blockquote>a<br>b</blockquote><br>c");
}

TEST(MatrixHtml, IsWrittenAsItWasRead) {
  for (const std::string html :
       {"<strong>a</strong> b", "<a href=\"https://tea.tld\">tea</a>!", "He <span data-mx-spoiler>dies</span>.",
        "<span data-mx-spoiler=\"film\">He dies</span>", "<blockquote>a<br>b</blockquote>c",
        "<pre><code class=\"language-py\">a\n  b</code></pre>", "<span data-mx-color=\"#ff0000\">red</span>",
        "<a href=\"https://matrix.to/#/%40alice%3Ahs.tld\">Alice</a>: hi"}) {
    EXPECT_EQ(written(html), html);
  }
}

}  // namespace
}  // namespace dragoman::backends::matrix::html_test
