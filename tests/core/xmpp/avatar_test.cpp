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

}  // namespace
}  // namespace dragoman::xmpp
