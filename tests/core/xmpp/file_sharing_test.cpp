#include "xmpp/file_sharing.hpp"

#include <gtest/gtest.h>

#include "support/xml.hpp"

namespace dragoman::xmpp {
namespace {

constexpr const char* hash_of_tea = "2XarmwTlNxDAMkvymloX3S5+VbylNrJt/l5QyPa+YoU=";
constexpr const char* hash_in_hex = "d976ab9b04e53710c0324bf29a5a17dd2e7e55bca536b26dfe5e50c8f6be6285";

std::vector<SharedFile> files_of(const std::string& inside) {
  return read_shared_files(test::xml("<message xmlns='jabber:component:accept'>" + inside + "</message>"));
}

// XEP-0447 example 1, with a hash of XEP-0300 and two sources.
TEST(SharedFiles, HaveWhatIsSaidOfThem) {
  const auto files = files_of(
      "<file-sharing xmlns='urn:xmpp:sfs:0' disposition='inline'><file xmlns='urn:xmpp:file:metadata:0'>"
      "<media-type>image/jpeg</media-type><name>summit.jpg</name><size>3032449</size><width>4096</width>"
      "<height>2160</height><hash xmlns='urn:xmpp:hashes:2' algo='sha3-256'>AAAA</hash>"
      "<hash xmlns='urn:xmpp:hashes:2' algo='sha-256'>" +
      std::string{hash_of_tea} +
      "</hash><desc>Photo from the\nsummit.</desc></file><sources><url-data "
      "xmlns='http://jabber.org/protocol/url-data' target='https://down.test/summit.jpg'/>"
      "<jinglepub xmlns='urn:xmpp:jinglepub:1' from='a@b' id='x'/>"
      "<url-data xmlns='http://jabber.org/protocol/url-data' target='http://mirror.test/summit.jpg'/>"
      "<url-data xmlns='http://jabber.org/protocol/url-data' target='javascript:alert(1)'/>"
      "</sources></file-sharing>");
  ASSERT_EQ(files.size(), 1U);
  EXPECT_EQ(files[0].urls, (std::vector<std::string>{"https://down.test/summit.jpg", "http://mirror.test/summit.jpg"}));
  EXPECT_EQ(files[0].name, "summit.jpg");
  EXPECT_EQ(files[0].media_type, "image/jpeg");
  EXPECT_EQ(files[0].size, 3032449U);
  EXPECT_EQ(files[0].width, 4096U);
  EXPECT_EQ(files[0].height, 2160U);
  EXPECT_EQ(files[0].sha256, hash_in_hex);
  EXPECT_EQ(files[0].description, "Photo from the summit.");
}

// XEP-0385 example 1.
TEST(SharedFiles, AreReadInTheirOlderForm) {
  const auto files = files_of(
      "<reference xmlns='urn:xmpp:reference:0' begin='17' end='20' type='data'><media-sharing "
      "xmlns='urn:xmpp:sims:1'><file xmlns='urn:xmpp:jingle:apps:file-transfer:5'><media-type>image/jpeg</media-type>"
      "<name>summit.jpg</name><size>3032449</size><dimensions>4096x2160</dimensions></file><sources><reference "
      "xmlns='urn:xmpp:reference:0' type='data' "
      "uri='https://down.test/summit.jpg'/></sources></media-sharing></reference>"
      "<reference xmlns='urn:xmpp:reference:0' type='mention' begin='0' end='3' uri='xmpp:a@b'/>");
  ASSERT_EQ(files.size(), 1U);
  EXPECT_EQ(files[0].urls, std::vector<std::string>{"https://down.test/summit.jpg"});
  EXPECT_EQ(files[0].name, "summit.jpg");
  EXPECT_EQ(files[0].size, 3032449U);
  EXPECT_EQ(files[0].width, 4096U);
  EXPECT_EQ(files[0].height, 2160U);
}

TEST(SharedFiles, ThatCannotBeHadByAUrlAreLeftOut) {
  EXPECT_TRUE(files_of("<file-sharing xmlns='urn:xmpp:sfs:0'><file "
                       "xmlns='urn:xmpp:file:metadata:0'><name>x</name></file></file-sharing>")
                  .empty());
  EXPECT_TRUE(files_of("<file-sharing xmlns='urn:xmpp:sfs:0'><sources><url-data "
                       "xmlns='http://jabber.org/protocol/url-data' target='file:///etc/passwd'/><url-data "
                       "xmlns='http://jabber.org/protocol/url-data' "
                       "target='https://a.test/ b'/></sources></file-sharing>")
                  .empty());
}

TEST(SharedFiles, WithNonsenseAreReadAsFarAsTheyMakeSense) {
  const auto files = files_of(
      "<file-sharing xmlns='urn:xmpp:sfs:0'><file xmlns='urn:xmpp:file:metadata:0'><size>-5</size>"
      "<width>99999999999999999999</width><height>1e3</height>"
      "<hash xmlns='urn:xmpp:hashes:2' algo='sha-256'>c2hvcnQ=</hash></file><sources><url-data "
      "xmlns='http://jabber.org/protocol/url-data' target='https://down.test/x'/></sources></file-sharing>");
  ASSERT_EQ(files.size(), 1U);
  EXPECT_EQ(files[0].size, 0U);
  EXPECT_EQ(files[0].width, 0U);
  EXPECT_EQ(files[0].height, 0U);
  EXPECT_EQ(files[0].sha256, "") << "too short for what it says to be";
}

// XEP-0264 example 1, beside what only old clients can fetch.
TEST(SharedFiles, HaveTheFirstThumbnailThatCanBeFetched) {
  const auto with = [](const std::string& thumbnails) {
    const auto files = files_of(
        "<file-sharing xmlns='urn:xmpp:sfs:0'><file xmlns='urn:xmpp:file:metadata:0'><name>x</name>" + thumbnails +
        "</file><sources><url-data xmlns='http://jabber.org/protocol/url-data' target='https://down.test/x'/></sources>"
        "</file-sharing>");
    return files.at(0).thumbnail;
  };
  const std::string thumbnail = "<thumbnail xmlns='urn:xmpp:thumbs:1' ";
  const auto found = with(thumbnail + "uri='cid:sha1+ffd7@bob.xmpp.org'/>" + thumbnail +
                          "uri='https://down.test/t.png' media-type='image/png' width='128' height='x'/>" + thumbnail +
                          "uri='https://down.test/other.png'/>");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->url, "https://down.test/t.png");
  EXPECT_EQ(found->media_type, "image/png");
  EXPECT_EQ(found->width, 128U);
  EXPECT_EQ(found->height, 0U);
  EXPECT_FALSE(with(thumbnail + "uri='data:image/thumbhash,w7EFLILlvJd3'/>"));
  EXPECT_FALSE(with(thumbnail + "uri='javascript:alert(1)'/>"));
  EXPECT_FALSE(with("<thumbnail xmlns='urn:other' uri='https://down.test/t.png'/>"));
}

TEST(SharedFiles, AreWrittenAsTheyAreRead) {
  SharedFile file;
  file.urls = {"https://down.test/tea.png?a&b", "https://mirror.test/tea.png"};
  file.name = "tea.png";
  file.media_type = "image/png";
  file.size = 32411;
  file.width = 640;
  file.height = 480;
  file.description = "my <cup>";
  file.sha256 = hash_in_hex;
  file.thumbnail = SharedThumbnail{"https://down.test/t.png?a&b", "image/png", 320, 240};
  std::string out;
  Writer writer{out, "irc.test"};
  writer.begin("message", "irc.test", "alice@test");
  write_shared_file(writer, file);
  ASSERT_TRUE(writer.end());
  const Element message = test::xml(out);
  ASSERT_EQ(message.children.size(), 1U);
  EXPECT_EQ(message.children[0],
            test::xml("<file-sharing xmlns='urn:xmpp:sfs:0' disposition='inline'><file "
                      "xmlns='urn:xmpp:file:metadata:0'><media-type>image/png</media-type><name>tea.png</name>"
                      "<size>32411</size><width>640</width><height>480</height><desc>my &lt;cup&gt;</desc>"
                      "<hash xmlns='urn:xmpp:hashes:2' algo='sha-256'>" +
                      std::string{hash_of_tea} +
                      "</hash><thumbnail xmlns='urn:xmpp:thumbs:1' uri='https://down.test/t.png?a&amp;b' "
                      "media-type='image/png' width='320' height='240'/></file><sources><url-data "
                      "xmlns='http://jabber.org/protocol/url-data' "
                      "target='https://down.test/tea.png?a&amp;b'/><url-data "
                      "xmlns='http://jabber.org/protocol/url-data' target='https://mirror.test/tea.png'/></sources>"
                      "</file-sharing>"));
  EXPECT_TRUE(is_of_files(message.children[0]));
}

}  // namespace
}  // namespace dragoman::xmpp
