#include "xmpp/reference.hpp"

#include <gtest/gtest.h>

#include "support/xml.hpp"

namespace dragoman::xmpp::reference_test {
namespace {

using test::xml;

std::vector<Mention> read(const std::string& attributes, std::string_view body) {
  return read_mentions(xml("<message><reference xmlns='urn:xmpp:reference:0' " + attributes + "/></message>"), body);
}
Jid jid(const char* text) { return Jid::parse(text).value(); }

TEST(Reference, MentionsAreCountedInCodePoints) {
  const auto mentions = read("type='mention' begin='2' end='5' uri='xmpp:%23tea@irc.test/bob'", "ő bob: hi");
  ASSERT_EQ(mentions.size(), 1U);
  EXPECT_EQ(mentions[0].range, (Range{3, 6}));
  EXPECT_EQ(mentions[0].jid.str(), "#tea@irc.test/bob");
}

TEST(Reference, WhatIsBehindTheAddressInAUriIsLeftOut) {
  EXPECT_EQ(read("type='mention' begin='0' end='3' uri='xmpp:bob@irc.test?message'", "bob")[0].jid.str(),
            "bob@irc.test");
}

TEST(Reference, NonsenseIsLeftOut) {
  for (const char* attributes :
       {"type='data' begin='0' end='3' uri='xmpp:bob@irc.test'",
        "type='mention' begin='3' end='3' uri='xmpp:b@irc.test'",
        "type='mention' begin='3' end='1' uri='xmpp:b@irc.test'",
        "type='mention' begin='-1' end='1' uri='xmpp:b@irc.test'", "type='mention' end='1' uri='xmpp:b@irc.test'",
        "type='mention' begin='9' end='12' uri='xmpp:b@irc.test'",
        "type='mention' begin='0' end='3' uri='https://irc.test'", "type='mention' begin='0' end='3'"}) {
    EXPECT_TRUE(read(attributes, "bob").empty()) << attributes;
  }
}

TEST(Reference, IsWrittenAsXep0372HasIt) {
  std::string out;
  Writer writer{out, "irc.test"};
  writer.begin("message", "#tea@irc.test/alice", "carol@test");
  write_mention(writer, "ő bob: hi", {{3, 6}, jid("#tea@irc.test/bob")});
  ASSERT_TRUE(writer.end());
  const auto message = xml(out);
  const Element* reference = message.child("reference", reference_ns);
  ASSERT_NE(reference, nullptr) << out;
  EXPECT_EQ(reference->get("type"), "mention");
  EXPECT_EQ(reference->get("begin"), "2");
  EXPECT_EQ(reference->get("end"), "5");
  EXPECT_EQ(reference->get("uri"), "xmpp:%23tea@irc.test/bob");
}

TEST(Reference, UrisEncodeWhatIsNotOfThem) {
  EXPECT_EQ(to_uri(jid("irc.test")), "xmpp:irc.test");
  EXPECT_EQ(to_uri(jid("#tea@irc.test/b b/ő?")), "xmpp:%23tea@irc.test/b%20b%2f%c5%91%3f");
}

}  // namespace
}  // namespace dragoman::xmpp::reference_test
