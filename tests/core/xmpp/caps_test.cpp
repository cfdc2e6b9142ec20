#include "xmpp/caps.hpp"

#include <gtest/gtest.h>

#include "tests/support/xml.hpp"

namespace dragoman::xmpp {
namespace {

using test::xml;

// XEP-0115 5.2.
TEST(Caps, HashesTheSimpleExample) {
  const DiscoInfo exodus{{{"client", "pc", "Exodus 0.9.1", ""}},
                         {"http://jabber.org/protocol/disco#info", "http://jabber.org/protocol/disco#items",
                          "http://jabber.org/protocol/muc", "http://jabber.org/protocol/caps"},
                         {}};
  EXPECT_EQ(caps_ver(exodus), "QgayPKawpkPSDYmwT/WM94uAlu0=");
}

// XEP-0115 5.3.
TEST(Caps, HashesTheComplexExample) {
  const Element query =
      xml("<query xmlns='http://jabber.org/protocol/disco#info' node='http://psi-im.org#q07IKJEyjvHSyhy//CH0CxmKi8w='>"
          "<identity xml:lang='en' category='client' name='Psi 0.11' type='pc'/>"
          "<identity xml:lang='el' category='client' name='\xCE\xA8 0.11' type='pc'/>"
          "<feature var='http://jabber.org/protocol/caps'/><feature var='http://jabber.org/protocol/disco#info'/>"
          "<feature var='http://jabber.org/protocol/disco#items'/><feature var='http://jabber.org/protocol/muc'/>"
          "<x xmlns='jabber:x:data' type='result'>"
          "<field var='FORM_TYPE' type='hidden'><value>urn:xmpp:dataforms:softwareinfo</value></field>"
          "<field var='ip_version' type='text-multi'><value>ipv4</value><value>ipv6</value></field>"
          "<field var='os'><value>Mac</value></field><field var='os_version'><value>10.5.1</value></field>"
          "<field var='software'><value>Psi</value></field><field "
          "var='software_version'><value>0.11</value></field></x></query>");
  EXPECT_EQ(caps_ver(read_disco_info(query)), "q07IKJEyjvHSyhy//CH0CxmKi8w=");
}

TEST(Caps, DoNotDependOnTheOrder) {
  const DiscoInfo one{{{"gateway", "irc", "x", ""}, {"conference", "irc", "x", ""}}, {"b", "a", "b"}, {}};
  const DiscoInfo two{{{"conference", "irc", "x", ""}, {"gateway", "irc", "x", ""}}, {"a", "b"}, {}};
  EXPECT_EQ(caps_ver(one), caps_ver(two));
}

TEST(Caps, FitWhatIsAnsweredForTheirNode) {
  const DiscoInfo info{{{"gateway", "irc", "x", ""}}, {"b", "a", "b"}, {}};
  const Element result = make_disco_info(xml("<iq><query xmlns='http://jabber.org/protocol/disco#info'/></iq>"), info);
  EXPECT_EQ(caps_ver(read_disco_info(result.children[0])), caps_ver(info));
}

TEST(Caps, StandInPresence) {
  std::string out;
  Writer writer{out, "irc.example.org"};
  writer.begin("presence", "irc.example.org", "a@b/c");
  write_caps(writer, "abc=");
  ASSERT_TRUE(writer.end());
  EXPECT_EQ(out,
            "<presence from='irc.example.org' to='a@b/c'>"
            "<c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='urn:x-dragoman' ver='abc='/></presence>");
}

TEST(Caps, AreAskedForByTheirNode) {
  EXPECT_TRUE(is_caps_node("urn:x-dragoman#abc=", "abc="));
  EXPECT_FALSE(is_caps_node("urn:x-dragoman#abd=", "abc="));
  EXPECT_FALSE(is_caps_node("urn:x-dragoman", ""));
  EXPECT_FALSE(is_caps_node("urn:x-dragoman/abc=", "abc="));
}

TEST(Caps, OfClientsAreReadWhenTheyAreSha1) {
  const auto caps =
      read_caps(xml("<presence><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='http://psi-im.org' "
                    "ver='q07IKJEyjvHSyhy//CH0CxmKi8w='/></presence>"));
  ASSERT_TRUE(caps);
  EXPECT_EQ(caps->node, "http://psi-im.org");
  EXPECT_EQ(caps->ver, "q07IKJEyjvHSyhy//CH0CxmKi8w=");
  // Before version 1.4 a ver was any text and there was no hash.
  EXPECT_FALSE(read_caps(xml("<presence><c xmlns='http://jabber.org/protocol/caps' node='x' ver='0.9'/></presence>")));
  EXPECT_FALSE(
      read_caps(xml("<presence><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' ver='0'/></presence>")));
  EXPECT_FALSE(read_caps(xml("<presence/>")));
}

TEST(Caps, AreBelievedOnlyWhenTheAnswerHasTheHash) {
  const DiscoInfo exodus{{{"client", "pc", "Exodus 0.9.1", ""}},
                         {"http://jabber.org/protocol/disco#info", "http://jabber.org/protocol/disco#items",
                          "http://jabber.org/protocol/muc", "http://jabber.org/protocol/caps"},
                         {}};
  const std::string ver = "QgayPKawpkPSDYmwT/WM94uAlu0=";
  EXPECT_TRUE(has_ver(exodus, ver));
  DiscoInfo other = exodus;
  other.features.emplace_back("http://jabber.org/protocol/xhtml-im");
  EXPECT_FALSE(has_ver(other, ver));
  other = exodus;
  other.features.pop_back();
  EXPECT_FALSE(has_ver(other, ver));
  other = exodus;
  other.features.push_back(other.features.front());
  EXPECT_FALSE(has_ver(other, ver));
}

// XEP-0115 10.2: without the check this has the hash of the features "a" and "b", and neither of them.
TEST(Caps, OfAForgedAnswerAreNotBelieved) {
  const DiscoInfo real{{{"client", "pc", "x", ""}}, {"http://jabber.org/protocol/disco#info", "w", "x"}, {}};
  const DiscoInfo forged{{{"client", "pc", "x", ""}}, {"http://jabber.org/protocol/disco#info", "w<x"}, {}};
  EXPECT_TRUE(has_ver(real, caps_ver(real)));
  EXPECT_FALSE(has_ver(forged, caps_ver(real)));
}

}  // namespace
}  // namespace dragoman::xmpp
