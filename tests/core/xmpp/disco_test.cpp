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

}  // namespace
}  // namespace dragoman::xmpp
