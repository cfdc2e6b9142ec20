#include "xmpp/oob.hpp"

#include <gtest/gtest.h>

#include "xmpp/namespaces.hpp"
#include "xmpp/xml_parser.hpp"

// XEP-0066: what is attached to a message.

namespace dragoman::xmpp {
namespace {

Element message_with(const std::string& inside) {
  return *parse_element("<message>" + inside + "</message>", ns::component);
}
Result<OutOfBand> query(const std::string& inside) {
  return read_oob_query(*parse_element("<query xmlns='jabber:iq:oob'>" + inside + "</query>", ""));
}

TEST(OutOfBand, MayBeSeveralInAMessage) {
  const auto all = read_oob(message_with(
      "<x xmlns='jabber:x:oob'><url> http://denmark/1.html </url><desc>a\n  letter</desc></x>"
      "<x xmlns='jabber:x:oob'><desc>nothing</desc></x><x xmlns='jabber:x:oob'><url>http://denmark/2</url></x>"));
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].url, "http://denmark/1.html");
  EXPECT_EQ(all[0].description, "a letter");
  EXPECT_EQ(all[1].url, "http://denmark/2");
}

TEST(OutOfBand, IsAskedOnlyOfWhatCanBeFetched) {
  EXPECT_EQ(query("<url>http://denmark/act4/letter-1.html</url><desc>x</desc>")->url,
            "http://denmark/act4/letter-1.html");
  EXPECT_TRUE(query("<url>HTTPS://denmark/</url>"));
  EXPECT_EQ(query("").error().fault, Fault::malformed);
  for (const char* wrong : {"file:///etc/passwd", "ftp://denmark/x", "javascript:alert(1)", "denmark", "http://",
                            "http:///x", "http://denmark/ QUIT"}) {
    EXPECT_EQ(query("<url>" + std::string{wrong} + "</url>").error().fault, Fault::unacceptable) << wrong;
  }
}

}  // namespace
}  // namespace dragoman::xmpp
