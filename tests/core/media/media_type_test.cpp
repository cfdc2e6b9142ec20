#include "media/media_type.hpp"

#include <gtest/gtest.h>

namespace dragoman::media {
namespace {

using namespace std::string_literals;

const std::string png_header = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\x40\0\0\0\xf0"s;
const std::string gif = "GIF89a\x40\x01\xf0\0"s;
/// With an APP1 segment of 20 bytes and padding before the frame header.
const std::string jpeg =
    "\xff\xd8\xff\xe1\0\x14"s + std::string(18, '\xff') + "\xff\xff\xc2\0\x11\x08\0\xf0\x01\x40\x03"s;
const std::string webp_lossy = "RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a\x40\x01\xf0\0"s;
const std::string webp_lossless = "RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f\x3f\xc1\x3b\0\0\0\0\0\0"s;
const std::string webp_extended = "RIFF\0\0\0\0WEBPVP8X\0\0\0\0\0\0\0\0\x3f\x01\0\xef\0\0"s;

TEST(MediaType, IsWhatTheBytesSay) {
  const std::pair<std::string, std::string> examples[] = {
      {png_header, "image/png"},
      {gif, "image/gif"},
      {jpeg, "image/jpeg"},
      {webp_lossy, "image/webp"},
      {"\0\0\0\x20"s + "ftypisom", "video/mp4"},
      {"\0\0\0\x20"s + "ftypM4A ", "audio/mp4"},
      {"\0\0\0\x20"s + "ftypqt  ", "video/quicktime"},
      {"\0\0\0\x20"s + "ftypavif", "image/avif"},
      {"OggS\0\x02"s + std::string(22, '\0') + "OpusHead", "audio/ogg"},
      {"OggS\0\x02"s + std::string(22, '\0') + "\x80theora", "video/ogg"},
      {"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm"s, "video/webm"},
      {"\x1a\x45\xdf\xa3\x9f\x42\x82\x88matroska"s, "video/x-matroska"},
      {"%PDF-1.7", "application/pdf"},
      {"ID3\x04", "audio/mpeg"},
      {"RIFF\0\0\0\0WAVE"s, "audio/wav"},
  };
  for (const auto& [bytes, type] : examples) EXPECT_EQ(media_type_of(bytes, "text/html"), type);
}

TEST(MediaType, IsWhatIsSaidWhereTheBytesLeaveItOpen) {
  EXPECT_EQ(media_type_of("tea\n", "Text/Plain; charset=utf-8"), "text/plain");
  EXPECT_EQ(media_type_of("PK\x03\x04", "application/vnd.oasis.opendocument.text"),
            "application/vnd.oasis.opendocument.text");
  EXPECT_EQ(media_type_of("\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm", "audio/webm"), "audio/webm");
  EXPECT_EQ(media_type_of("<svg>", "image/svg+xml"), "image/svg+xml");
  EXPECT_EQ(media_type_of("tea", ""), "");
}

TEST(MediaType, DoesNotMakeAPictureOfWhatIsNone) {
  EXPECT_EQ(media_type_of("<html><script>", "image/png"), "");
  EXPECT_EQ(media_type_of("<html><script>", "video/mp4"), "");
  EXPECT_EQ(media_type_of("", "image/png"), "");
}

TEST(MediaType, OfAFieldHasNoParametersAndNoTricks) {
  EXPECT_EQ(bare_media_type(" Image/PNG ; q=1"), "image/png");
  for (const char* field : {"", "image", "/png", "image/", "image/p ng", "image/png\r\nX: y", "ima\"ge/png", "a/b/c"}) {
    EXPECT_EQ(bare_media_type(field), "") << field;
  }
}

TEST(MediaType, MayBeShownWhereNothingInItRuns) {
  for (const char* type : {"image/png", "video/mp4", "audio/ogg", "text/plain"})
    EXPECT_TRUE(may_be_shown(type)) << type;
  for (const char* type : {"text/html", "image/svg+xml", "application/pdf", "application/xhtml+xml", "text/xml", "",
                           "application/javascript", "text/css"}) {
    EXPECT_FALSE(may_be_shown(type)) << type;
  }
}

TEST(Dimensions, StandInTheHeader) {
  const Dimensions wanted{320, 240};
  EXPECT_EQ(dimensions_of(png_header), wanted);
  EXPECT_EQ(dimensions_of(gif), wanted);
  EXPECT_EQ(dimensions_of(jpeg), wanted);
  EXPECT_EQ(dimensions_of(webp_lossy), wanted);
  EXPECT_EQ(dimensions_of(webp_lossless), wanted);
  EXPECT_EQ(dimensions_of(webp_extended), wanted);
}

TEST(Dimensions, AreNotThereInWhatIsCutOffOrNoPicture) {
  for (const std::string& whole : {png_header, gif, jpeg, webp_lossy, webp_lossless, webp_extended}) {
    // Of every part it is nothing or the truth; a number cut in half is neither.
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const auto found = dimensions_of(whole.substr(0, size));
      EXPECT_TRUE(!found || *found == Dimensions({320, 240})) << whole.substr(0, 4) << ' ' << size;
    }
  }
  EXPECT_FALSE(dimensions_of("BM and so on"));
  EXPECT_FALSE(dimensions_of("\xff\xd8\xff\xe1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"s)) << "a segment that never ends";
}

TEST(Disposition, HasANameForOldAndNewReaders) {
  EXPECT_EQ(make_disposition(true, "tea.png"), "inline; filename=\"tea.png\"");
  EXPECT_EQ(make_disposition(false, "t\xc3\xa9.exe"), "attachment; filename=\"t_.exe\"; filename*=UTF-8''t%C3%A9.exe");
  EXPECT_EQ(make_disposition(false, "a\"b\\c\r\n%d/e"),
            "attachment; filename=\"a_b_c___d_e\"; filename*=UTF-8''a%22b%5Cc%0D%0A%25d%2Fe");
}

}  // namespace
}  // namespace dragoman::media
