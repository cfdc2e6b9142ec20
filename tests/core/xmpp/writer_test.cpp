#include "xmpp/writer.hpp"

#include <gtest/gtest.h>

#include "base/text.hpp"
#include "tests/support/fixed_random.hpp"
#include "tests/support/xml.hpp"
#include "xmpp/namespaces.hpp"

namespace dragoman::xmpp {
namespace {

constexpr std::string_view domain = "irc.example.org";
constexpr std::string_view from = "#tea@irc.example.org/alice";
constexpr std::string_view to = "bob@example.org/phone";

struct Written {
  std::string text = "before";
  Writer writer{text, domain};

  Fault fault() {
    const auto result = writer.end();
    EXPECT_FALSE(result);
    EXPECT_EQ(text, "before");
    return result ? Fault::internal : result.error().fault;
  }
  std::string good() {
    const auto result = writer.end();
    EXPECT_TRUE(result) << result.error().text;
    EXPECT_TRUE(text.starts_with("before"));
    return text.substr(6);
  }
};

TEST(Writer, WritesAStanza) {
  Written written;
  Writer& writer = written.writer;
  writer.begin("message", from, to);
  writer.attribute("type", "groupchat");
  writer.leaf("body", "it's <tea> & \"cake\"");
  writer.open("x", ns::muc_user);
  writer.open("item");
  writer.attribute("nick", "d'Artagnan\n");
  writer.close();
  writer.close();
  writer.open("active", "http://jabber.org/protocol/chatstates");
  EXPECT_EQ(written.good(),
            "<message from='#tea@irc.example.org/alice' to='bob@example.org/phone' type='groupchat'>"
            "<body>it's &lt;tea&gt; &amp; \"cake\"</body>"
            "<x xmlns='http://jabber.org/protocol/muc#user'><item nick='d&apos;Artagnan&#10;'/></x>"
            "<active xmlns='http://jabber.org/protocol/chatstates'/></message>");
}

TEST(Writer, WritesPreparedAddresses) {
  Written written;
  written.writer.begin_prepared("presence", "#tea@irc.example.org", "d&apos;Artagnan", to);
  EXPECT_EQ(written.good(), "<presence from='#tea@irc.example.org/d&apos;Artagnan' to='bob@example.org/phone'/>");
}

TEST(Writer, APreparedAddressWithoutResourceIsBare) {
  Written written;
  written.writer.begin_prepared("message", "#tea@irc.example.org", "", to);
  EXPECT_EQ(written.good(), "<message from='#tea@irc.example.org' to='bob@example.org/phone'/>");
}

TEST(Writer, WritesSeveralStanzasOneAfterTheOther) {
  Written written;
  for (int i = 0; i < 3; ++i) {
    written.writer.begin("presence", domain, to);
    ASSERT_TRUE(written.writer.end());
  }
  EXPECT_EQ(written.text,
            "before"
            "<presence from='irc.example.org' to='bob@example.org/phone'/>"
            "<presence from='irc.example.org' to='bob@example.org/phone'/>"
            "<presence from='irc.example.org' to='bob@example.org/phone'/>");
  EXPECT_FALSE(written.writer.end());
  EXPECT_TRUE(written.text.ends_with("phone'/>"));
}

TEST(Writer, RefusesSendersOutsideOfItsDomain) {
  for (const std::string_view wrong :
       {"", "example.org", "a@example.org", "xirc.example.org", "a@xirc.example.org", "@irc.example.org",
        "irc.example.org/", "#tea@irc.example.org/", "a@b@irc.example.org", "irc.example.org@x", "/irc.example.org",
        "#tea@irc.example.org.", "a b@irc.example.org", "a'b@irc.example.org", "\x01@irc.example.org"}) {
    Written written;
    written.writer.begin("presence", wrong, to);
    EXPECT_EQ(written.fault(), Fault::malformed) << wrong;
  }
}

TEST(Writer, RefusesPreparedSendersOutsideOfItsDomain) {
  for (const std::string_view wrong : {"", "example.org", "a@example.org", "xirc.example.org", "@irc.example.org",
                                       "#tea@irc.example.org/x", "a@b@irc.example.org", "a/b@irc.example.org",
                                       "a'@irc.example.org", "<@irc.example.org", "a\xff@irc.example.org"}) {
    Written written;
    written.writer.begin_prepared("presence", wrong, "alice", to);
    EXPECT_EQ(written.fault(), Fault::malformed) << wrong;
  }
  for (const std::string_view wrong :
       {"a'b", "a\"b", "a<b", "a>b", "a&b", "a&nbsp;b", "a\x01z", "a\nb", "\xff", "\xEF\xBF\xBE"}) {
    Written written;
    written.writer.begin_prepared("presence", "#tea@irc.example.org", wrong, to);
    EXPECT_EQ(written.fault(), Fault::malformed) << wrong;
  }
}

TEST(Writer, RefusesMissingAndMalformedReceivers) {
  for (const std::string_view wrong : {"", "@example.org", "a@", "example.org/", "a@example.org/", "a@b@c", "a@b c",
                                       "/", "a b@example.org", "@", "<@x", "a@\x01", "\xff@x"}) {
    Written written;
    written.writer.begin("presence", from, wrong);
    EXPECT_EQ(written.fault(), Fault::malformed) << wrong;
    written.writer.begin_prepared("presence", "#tea@irc.example.org", "alice", wrong);
    EXPECT_EQ(written.fault(), Fault::malformed) << wrong;
  }
}

TEST(Writer, RefusesOtherStanzas) {
  for (const std::string_view name : {"", "Message", "stream:error", "handshake", "iq/"}) {
    Written written;
    written.writer.begin(name, from, to);
    EXPECT_EQ(written.fault(), Fault::malformed) << name;
  }
}

TEST(Writer, RefusesNamesThatAreNotXml) {
  for (const std::string_view name : {"", "1", "-a", "a b", "a<", "stream:error", "a\xff", "a\"", "xmlns:x"}) {
    Written written;
    written.writer.begin("message", from, to);
    written.writer.open(name);
    EXPECT_EQ(written.fault(), Fault::malformed) << name;
    written.writer.begin("message", from, to);
    written.writer.attribute(name, "x");
    EXPECT_EQ(written.fault(), Fault::malformed) << name;
  }
  Written written;
  written.writer.begin("message", from, to);
  written.writer.attribute("xmlns", "jabber:client");
  EXPECT_EQ(written.fault(), Fault::malformed);
}

TEST(Writer, RefusesAnAttributeTwice) {
  Written written;
  written.writer.begin("message", from, to);
  written.writer.attribute("from", "irc.example.org");
  EXPECT_EQ(written.fault(), Fault::malformed);
  written.writer.begin("message", from, to);
  written.writer.open("x", "a");
  written.writer.attribute("a", "1");
  written.writer.open("y");
  written.writer.attribute("a", "1");
  written.writer.attribute("a", "2");
  EXPECT_EQ(written.fault(), Fault::malformed);
}

TEST(Writer, TakesAnAttributeInEachOfTwoElements) {
  Written written;
  written.writer.begin("message", from, to);
  written.writer.attribute("id", "1");
  for (int i = 0; i < 2; ++i) {
    written.writer.open("x", "a");
    written.writer.attribute("id", "2");
    written.writer.close();
  }
  written.good();
}

TEST(Writer, RefusesAStanzaOver256KiB) {
  const std::string big(Writer::stanza_limit, 'a');
  Written written;
  written.writer.begin("message", from, to);
  written.writer.leaf("body", big);
  EXPECT_EQ(written.fault(), Fault::too_long);
  // Not much as text, too much as XML.
  const std::string signs(Writer::stanza_limit / 4, '&');
  written.writer.begin("message", from, to);
  written.writer.leaf("body", signs);
  EXPECT_EQ(written.fault(), Fault::too_long);
  // Millions of bytes are not even copied.
  const std::string huge(50'000'000, '&');
  written.writer.begin("message", from, to);
  written.writer.leaf("body", huge);
  EXPECT_EQ(written.fault(), Fault::too_long);
  EXPECT_LT(written.text.capacity(), 2'000'000u);
}

TEST(Writer, TakesAStanzaOfExactly256KiB) {
  Written written;
  written.writer.begin("message", from, to);
  written.writer.leaf("body", "");
  const std::size_t overhead =
      written.good().size() + std::string_view{"<body></body>"}.size() - std::string_view{"<body/>"}.size();
  Written exact;
  exact.writer.begin("message", from, to);
  exact.writer.leaf("body", std::string(Writer::stanza_limit - overhead, 'a'));
  EXPECT_EQ(exact.good().size(), Writer::stanza_limit);
  exact.text = "before";
  exact.writer.begin("message", from, to);
  exact.writer.leaf("body", std::string(Writer::stanza_limit - overhead + 1, 'a'));
  EXPECT_EQ(exact.writer.end().error().fault, Fault::too_long);
}

TEST(Writer, RefusesWhatIsNestedTooDeeply) {
  Written written;
  written.writer.begin("message", from, to);
  for (std::size_t i = 1; i < Writer::depth_limit; ++i) written.writer.open("x", "a");
  const std::string deepest = written.good();
  EXPECT_NE(parse_element(deepest, ns::component), nullptr);
  written.text = "before";
  Written again;
  again.writer.begin("message", from, to);
  for (std::size_t i = 0; i < Writer::depth_limit; ++i) again.writer.open("x", "a");
  EXPECT_EQ(again.fault(), Fault::malformed);

  Element deep{"message", ns::component};
  deep.set("from", from).set("to", to);
  Element* inner = &deep;
  for (int i = 0; i < 1000; ++i) inner = &inner->add("x", "a");
  EXPECT_FALSE(again.writer.stanza(deep));
  EXPECT_EQ(again.text, "before");
}

TEST(Writer, RefusesWrongOrderOfCalls) {
  Written written;
  EXPECT_EQ(written.fault(), Fault::internal);  // never begun
  written.writer.begin("message", from, to);
  written.writer.close();
  EXPECT_EQ(written.fault(), Fault::internal);
  written.writer.begin("message", from, to);
  written.writer.text("x");
  written.writer.attribute("id", "1");
  EXPECT_EQ(written.fault(), Fault::internal);
}

TEST(Writer, TakesBackAStanzaThatWasNotEnded) {
  std::string text = "before";
  {
    Writer writer{text, domain};
    writer.begin("message", from, to);
    writer.leaf("body", "x");
    writer.begin("presence", from, to);
    EXPECT_TRUE(text.starts_with("before<presence"));
  }
  EXPECT_EQ(text, "before");
}

TEST(Writer, ReplacesWhatXmlCannotHold) {
  Written written;
  written.writer.begin("message", from, to);
  // U+0001, U+FFFE, a lone surrogate, a byte that starts nothing, a cut sequence.
  written.writer.attribute("id", "a\x01\xEF\xBF\xBE\xED\xA0\x80\xFFz\xC3");
  written.writer.leaf("body", "a\x01\xEF\xBF\xBE\xED\xA0\x80\xFFz\xC3");
  const std::string good = written.good();
  const auto parsed = parse_element(good, ns::component);
  ASSERT_NE(parsed, nullptr) << good;
  const std::string clean = text::to_xml_text("a\x01\xEF\xBF\xBE\xED\xA0\x80\xFFz\xC3");
  EXPECT_EQ(parsed->get("id"), clean);
  EXPECT_EQ(parsed->child_text("body", ns::component), clean);
}

TEST(Writer, KeepsLineEndsAndTabs) {
  Written written;
  written.writer.begin("message", from, to);
  written.writer.attribute("id", "a\r\n\tb");
  written.writer.leaf("body", "a\r\n\tb ]]> c");
  const auto parsed = parse_element(written.good(), ns::component);
  ASSERT_NE(parsed, nullptr);
  EXPECT_EQ(parsed->get("id"), "a\r\n\tb");
  EXPECT_EQ(parsed->child_text("body", ns::component), "a\r\n\tb ]]> c");
}

TEST(Writer, DeclaresANamespaceOnlyWhereItChanges) {
  Element message = test::xml(
      "<message from='irc.example.org' to='a@b'><x xmlns='a'><y><z xmlns='b'/></y></x>"
      "<forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:component:accept'/></forwarded></message>");
  Written written;
  ASSERT_TRUE(written.writer.stanza(message));
  EXPECT_EQ(written.text,
            "before<message from='irc.example.org' to='a@b'><x xmlns='a'><y><z xmlns='b'/></y></x>"
            "<forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:component:accept'/></forwarded></message>");
}

TEST(Writer, ComparesNamespacesAsTheyAreAndNotAsTheyAreWritten) {
  Written written;
  written.writer.begin("message", from, to);
  written.writer.open("x", "a&b");
  written.writer.open("y", "a&amp;b");
  written.writer.open("z", "a&amp;b");
  const auto parsed = parse_element(written.good(), ns::component);
  ASSERT_NE(parsed, nullptr);
  EXPECT_EQ(parsed->children[0].ns, "a&b");
  EXPECT_EQ(parsed->children[0].children[0].ns, "a&amp;b");
  EXPECT_EQ(parsed->children[0].children[0].children[0].ns, "a&amp;b");
}

TEST(Writer, RefusesATreeOfAnotherNamespace) {
  Element stanza{"message", "jabber:server"};
  stanza.set("from", from).set("to", to);
  std::string text;
  EXPECT_FALSE(Writer(text, domain).stanza(stanza));
  stanza.ns.clear();
  EXPECT_TRUE(Writer(text, domain).stanza(stanza));
}

/// Random trees with random bytes everywhere.
class RandomStanza {
 public:
  explicit RandomStanza(std::uint64_t seed) : random_(seed) {}

  Element make() {
    static constexpr std::string_view names[] = {"message", "presence", "iq"};
    Element stanza{names[random_.below(3)], ns::component};
    stanza.set("from", random_.below(8) == 0 ? bytes() : std::string{from});
    stanza.set("to", random_.below(8) == 0 ? bytes() : std::string{to});
    fill(stanza, 0);
    return stanza;
  }

 private:
  void fill(Element& element, int depth) {
    for (std::uint64_t n = random_.below(4); n > 0; --n) element.set(name(), bytes());
    for (std::uint64_t n = random_.below(4); n > 0; --n) {
      if (random_.below(2) == 0) {
        // Two texts side by side come back as one.
        if (!element.children.empty() && element.children.back().is_text()) continue;
        const std::string content = bytes();
        if (!content.empty()) element.add(Element{}).content = content;
      } else if (depth < 6) {
        fill(element.add(name(), random_.below(2) == 0 ? element.ns : ns_text()), depth + 1);
      }
    }
  }
  std::string name() {
    if (random_.below(300) == 0) return "?" + bytes();
    static constexpr std::string_view names[] = {"body", "x", "a-b.c_1", "Ünïcode", "item", "xml:lang"};
    const auto picked = random_.below(6);
    return std::string{picked == 5 && random_.below(50) != 0 ? names[0] : names[picked]};
  }
  std::string ns_text() {
    std::string text = random_.below(3) == 0 ? bytes() : std::string{"urn:example:"} + std::to_string(random_.below(3));
    return text.empty() ? "urn:x" : text;
  }
  std::string bytes() {
    static constexpr std::string_view pieces[] = {"&",    "<",    ">",     "'", "\"", "]]>",          "\r",
                                                  "\n",   "\t",   "&amp;", "é", "😀",  "\xEF\xBF\xBE", "\xED\xA0\x80",
                                                  "\x01", "<!--", "\xFF",  "a", " "};
    std::string text;
    for (std::uint64_t n = random_.below(6); n > 0; --n) {
      if (random_.below(4) == 0)
        text += static_cast<char>(random_.below(256));
      else
        text += pieces[random_.below(std::size(pieces))];
    }
    return text;
  }
  test::FixedRandom random_;
};

void clean(Element& element) {
  element.content = text::to_xml_text(element.content);
  element.ns = text::to_xml_text(element.ns);
  for (auto& attribute : element.attributes) attribute.value = text::to_xml_text(attribute.value);
  for (auto& child : element.children) clean(child);
}

TEST(Writer, AnythingThatItWritesIsReadBackAsItWasMeant) {
  int good = 0, refused = 0;
  for (std::uint64_t seed = 1; seed <= 20000; ++seed) {
    Element stanza = RandomStanza{seed}.make();
    std::string text = "before";
    const auto result = Writer{text, domain}.stanza(stanza);
    if (!result) {
      ASSERT_EQ(text, "before");
      ++refused;
      continue;
    }
    ++good;
    const auto parsed = parse_element(std::string_view{text}.substr(6), ns::component);
    ASSERT_NE(parsed, nullptr) << seed << ": " << text;
    clean(stanza);
    ASSERT_EQ(*parsed, stanza) << seed << ": " << text;
  }
  EXPECT_GT(good, 5000);
  EXPECT_GT(refused, 1000);
}

TEST(ToXml, ShowsAnElementWithItsNamespace) {
  Element query{"query", "jabber:iq:version"};
  query.add_text_child("name", "a < b");
  EXPECT_EQ(to_xml(query), "<query xmlns='jabber:iq:version'><name>a &lt; b</name></query>");
}

TEST(AppendEscaped, FitsAttributesAndText) {
  std::string out;
  append_escaped(out, "a<b>'c'\"d\"&\n\x02");
  EXPECT_EQ(out, "a&lt;b&gt;&apos;c&apos;&quot;d&quot;&amp;&#10;\uFFFD");
}

}  // namespace
}  // namespace dragoman::xmpp
