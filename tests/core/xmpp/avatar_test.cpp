#include "xmpp/avatar.hpp"

#include <gtest/gtest.h>

#include "tests/support/xml.hpp"

namespace dragoman::xmpp {
namespace {

using test::xml;

TEST(Avatar, IsKnownByItsBytes) {
  const std::string png{"\x89PNG\r\n\x1a\n", 8};
  ASSERT_TRUE(make_avatar(png));
  EXPECT_EQ(make_avatar(png)->type, "image/png");
  EXPECT_EQ(make_avatar(png)->id, "4caece539b039b16e16206ea2478f8c5ffb2ca05");
  EXPECT_EQ(make_avatar(png)->base64, "iVBORw0KGgo=");
  EXPECT_EQ(make_avatar("\xff\xd8\xff\xe0")->type, "image/jpeg");
  EXPECT_EQ(make_avatar("GIF89a...")->type, "image/gif");
  EXPECT_EQ(make_avatar("RIFF....WEBPVP8 ")->type, "image/webp");
  EXPECT_FALSE(make_avatar("<svg/>"));
  EXPECT_FALSE(make_avatar(""));
}

TEST(Avatar, HasALargestSize) {
  std::string bytes = "GIF89a";
  bytes.resize(most_avatar_bytes, 'x');
  EXPECT_TRUE(make_avatar(bytes));
  bytes += 'x';
  EXPECT_FALSE(make_avatar(bytes));
}

TEST(Avatar, IsDescribedAsInXep0084) {
  const Avatar avatar{"111f4b3c50d7b0df729d299bc6f8e9ef9066971f", "image/png", "qANQR1DB", 12345};
  EXPECT_EQ(make_avatar_metadata(avatar),
            xml("<metadata xmlns='urn:xmpp:avatar:metadata'>"
                "<info bytes='12345' id='111f4b3c50d7b0df729d299bc6f8e9ef9066971f' type='image/png'/></metadata>"));
  EXPECT_EQ(make_avatar_data(avatar), xml("<data xmlns='urn:xmpp:avatar:data'>qANQR1DB</data>"));
}

Element avatar_headline(const std::string& infos) {
  return xml(
      "<message><event xmlns='http://jabber.org/protocol/pubsub#event'><items node='urn:xmpp:avatar:metadata'><item "
      "id='x'><metadata xmlns='urn:xmpp:avatar:metadata'>" +
      infos + "</metadata></item></items></event></message>");
}

TEST(AvatarNews, TellWhichPictureStandsInTheNode) {
  const auto two = read_avatar_news(avatar_headline(
      "<info bytes='9999' id='big' type='image/png' url='https://x/'/><info bytes='67' id='AB' type='image/png'/>"));
  ASSERT_TRUE(two);
  EXPECT_EQ(two->id, "ab");
  EXPECT_EQ(two->bytes, 67U);
  const auto none = read_avatar_news(avatar_headline({}));
  ASSERT_TRUE(none);
  EXPECT_TRUE(none->id.empty());
  EXPECT_FALSE(read_avatar_news(avatar_headline("<info bytes='9' id='x' url='https://x/'/>"))) << "not for us to fetch";
  EXPECT_FALSE(read_avatar_news(xml("<message><body>x</body></message>")));
}

Element data_answer(const std::string& inside, const std::string& node = "urn:xmpp:avatar:data") {
  return xml("<iq><pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='" + node +
             "'><item id='x'><data xmlns='urn:xmpp:avatar:data'>" + inside + "</data></item></items></pubsub></iq>");
}

TEST(AvatarData, CountsOnlyWithItsHash) {
  const std::string id = "4caece539b039b16e16206ea2478f8c5ffb2ca05";  // of the eight bytes that begin a PNG
  std::string bytes = "before";
  EXPECT_TRUE(read_avatar_data(data_answer(" iVBORw0K\n Ggo= "), id, 100, bytes));
  EXPECT_EQ(bytes, (std::string{"\x89PNG\r\n\x1a\n", 8}));
  bytes = "before";
  EXPECT_FALSE(read_avatar_data(data_answer("iVBORw0KGgo="), "other", 100, bytes));
  EXPECT_FALSE(read_avatar_data(data_answer("iVBORw0KGgo="), id, 7, bytes));
  EXPECT_FALSE(read_avatar_data(data_answer("?"), id, 100, bytes));
  EXPECT_FALSE(read_avatar_data(data_answer("iVBORw0KGgo=", "urn:x"), id, 100, bytes));
  EXPECT_FALSE(read_avatar_data(xml("<iq/>"), id, 100, bytes));
  EXPECT_EQ(bytes, "before");
}

}  // namespace
}  // namespace dragoman::xmpp
