#include "xmpp/disco.hpp"

#include <gtest/gtest.h>

#include "tests/support/xml.hpp"

namespace dragoman::xmpp {
namespace {

using test::xml;

TEST(Disco, MirrorsTheNode) {
  EXPECT_EQ(make_disco_info(xml("<iq type='get' id='1' from='a@b/c' to='irc.example.org'>"
                                "<query xmlns='http://jabber.org/protocol/disco#info' node='n#v'/></iq>"),
                            {{{"gateway", "irc", "Libera.Chat", "en"}, {"conference", "irc", "", ""}},
                             {"urn:xmpp:ping", "a", "urn:xmpp:ping"},
                             {}}),
            xml("<iq from='irc.example.org' to='a@b/c' type='result' id='1'>"
                "<query xmlns='http://jabber.org/protocol/disco#info' node='n#v'>"
                "<identity category='gateway' type='irc' name='Libera.Chat' xml:lang='en'/>"
                "<identity category='conference' type='irc'/>"
                "<feature var='a'/><feature var='http://jabber.org/protocol/disco#info'/><feature var='urn:xmpp:ping'/>"
                "</query></iq>"));
}

TEST(Disco, ListsItems) {
  const auto iq =
      xml("<iq type='get' id='1' from='a@b/c' to='irc.example.org'>"
          "<query xmlns='http://jabber.org/protocol/disco#items'/></iq>");
  const std::vector<DiscoItem> items{{"#tea@irc.example.org", "", "Tea"}, {"irc.example.org", "commands", ""}};
  const Element result = make_disco_items(iq, items);
  EXPECT_EQ(result.children[0], xml("<query xmlns='http://jabber.org/protocol/disco#items'>"
                                    "<item jid='#tea@irc.example.org' name='Tea'/>"
                                    "<item jid='irc.example.org' node='commands'/></query>"));
  EXPECT_EQ(read_disco_items(result.children[0]), items);
}

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
  EXPECT_EQ(
      make_caps("https://dragoman.example", "abc="),
      xml("<c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='https://dragoman.example' ver='abc='/>"));
}

}  // namespace
}  // namespace dragoman::xmpp
