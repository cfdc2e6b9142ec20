#include "xmpp/geoloc.hpp"

#include <gtest/gtest.h>

#include "tests/support/xml.hpp"

namespace dragoman::xmpp {
namespace {

using test::xml;

Element geoloc_message(const std::string& inside) {
  return xml("<message><geoloc xmlns='http://jabber.org/protocol/geoloc'>" + inside + "</geoloc></message>");
}

TEST(Geoloc, IsReadAsAUri) {
  EXPECT_EQ(read_geoloc(geoloc_message("<lat>51.5</lat><lon> -0.12 </lon>")), "geo:51.5,-0.12");
  EXPECT_EQ(read_geoloc(geoloc_message("<lat>+1</lat><lon>180</lon><accuracy>20</accuracy><text>pub</text>")),
            "geo:1,180;u=20");
}

TEST(Geoloc, WithoutAPlaceThatExistsIsNone) {
  for (const std::string wrong :
       {"", "<lat>1</lat>", "<lat>91</lat><lon>0</lon>", "<lat>1</lat><lon>-180.1</lon>", "<lat>nan</lat><lon>0</lon>",
        "<lat>1e1</lat><lon>0</lon>", "<lat>1,5</lat><lon>0</lon>"}) {
    EXPECT_FALSE(read_geoloc(geoloc_message(wrong))) << wrong;
  }
  EXPECT_EQ(read_geoloc(geoloc_message("<lat>1</lat><lon>2</lon><accuracy>-3</accuracy>")), "geo:1,2");
  EXPECT_FALSE(read_geoloc(xml("<message><body>geo:1,2</body></message>")));
}

TEST(Geoloc, IsMadeOfTheUriInAText) {
  EXPECT_EQ(make_geoloc("we are here: geo:51.5,-0.12,7;crs=wgs84;u=20 come!"),
            xml("<geoloc xmlns='http://jabber.org/protocol/geoloc'><lat>51.5</lat><lon>-0.12</lon>"
                "<accuracy>20</accuracy></geoloc>"));
  for (const std::string wrong : {"no place", "geo:", "geo:1", "geo:91,0", "geo:a,b", "geo:1,"}) {
    EXPECT_FALSE(make_geoloc(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace dragoman::xmpp
