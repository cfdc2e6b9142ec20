#include "media/media_type.hpp"

// Width and height of pictures, out of their first bytes.

namespace dragoman::media {

namespace {

using namespace std::string_view_literals;

/// Numbers in a header.
class Bytes {
 public:
  explicit Bytes(std::string_view bytes) : bytes_(bytes) {}
  std::uint32_t at(std::size_t place) const {
    return place < bytes_.size() ? static_cast<unsigned char>(bytes_[place]) : 0;
  }
  std::uint32_t big(std::size_t place, std::size_t size) const {
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < size; ++i) number = number << 8 | at(place + i);
    return number;
  }
  std::uint32_t little(std::size_t place, std::size_t size) const {
    std::uint32_t number = 0;
    for (std::size_t i = size; i > 0; --i) number = number << 8 | at(place + i - 1);
    return number;
  }

 private:
  std::string_view bytes_;
};

/// ITU-T T.81 B.2.2: the first frame header, behind whatever an application has put before it.
Dimensions of_jpeg(std::string_view jpeg) {
  const Bytes bytes{jpeg};
  std::size_t at = 2;
  while (at + 8 < jpeg.size() && bytes.at(at) == 0xff) {
    const std::uint32_t marker = bytes.at(at + 1);
    if (marker == 0xff) {  // padding
      ++at;
      continue;
    }
    const bool frame = marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
    if (frame) return {bytes.big(at + 7, 2), bytes.big(at + 5, 2)};
    const bool alone = marker == 0x01 || (marker >= 0xd0 && marker <= 0xd7);
    at += 2 + (alone ? 0 : bytes.big(at + 2, 2));
  }
  return {};
}

/// RFC 9649 2.5 to 2.7.
Dimensions of_webp(std::string_view webp) {
  const Bytes bytes{webp};
  const std::string_view kind = webp.substr(12, 4);
  if (kind == "VP8X") return {bytes.little(24, 3) + 1, bytes.little(27, 3) + 1};
  if (kind == "VP8 ") return {bytes.little(26, 2) & 0x3fff, bytes.little(28, 2) & 0x3fff};
  if (kind == "VP8L" && webp.size() >= 25) {
    const std::uint32_t both = bytes.little(21, 4);
    return {(both & 0x3fff) + 1, (both >> 14 & 0x3fff) + 1};
  }
  return {};
}

}  // namespace

std::optional<Dimensions> dimensions_of(std::string_view beginning) {
  const Bytes bytes{beginning};
  Dimensions found;
  if (beginning.starts_with("\x89PNG\r\n\x1a\n"sv) && beginning.size() >= 24) {
    found = {bytes.big(16, 4), bytes.big(20, 4)};
  } else if (beginning.starts_with("GIF8"sv) && beginning.size() >= 10) {
    found = {bytes.little(6, 2), bytes.little(8, 2)};
  } else if (beginning.starts_with("\xff\xd8\xff"sv)) {
    found = of_jpeg(beginning);
  } else if (beginning.starts_with("RIFF"sv) && beginning.size() >= 30 && beginning.substr(8, 4) == "WEBP") {
    found = of_webp(beginning);
  }
  if (found.width == 0 || found.height == 0) return std::nullopt;
  return found;
}

}  // namespace dragoman::media
