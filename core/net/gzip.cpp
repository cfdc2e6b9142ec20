#include "net/gzip.hpp"

#include <algorithm>
#include <cstdint>

#include <boost/beast/zlib/inflate_stream.hpp>
#include <boost/crc.hpp>

namespace dragoman::net {

namespace {

constexpr std::size_t smallest_most = 4096;
constexpr std::size_t trailer_size = 8;  // CRC-32 and the length modulo 2^32

std::uint32_t little_endian(std::string_view four) {
  std::uint32_t value = 0;
  for (std::size_t i = 4; i-- > 0;) value = value << 8 | static_cast<unsigned char>(four[i]);
  return value;
}

/// RFC 1952 2.3: where the compressed bytes begin; 0: this is no head.
std::size_t head_size(std::string_view packed) {
  constexpr std::size_t fixed = 10;
  constexpr unsigned crc_flag = 2, extra_flag = 4, name_flag = 8, comment_flag = 16, reserved = 0xe0;
  if (packed.size() < fixed + trailer_size || !packed.starts_with("\x1f\x8b\x08")) return 0;
  const auto flags = static_cast<unsigned char>(packed[3]);
  if ((flags & reserved) != 0) return 0;
  std::size_t at = fixed;
  if ((flags & extra_flag) != 0) {
    if (at + 2 > packed.size()) return 0;
    at += 2 + static_cast<unsigned char>(packed[at]) + 256U * static_cast<unsigned char>(packed[at + 1]);
  }
  for (const unsigned text : {name_flag, comment_flag}) {
    if ((flags & text) == 0) continue;
    const auto end = packed.find('\0', std::min(at, packed.size()));
    if (end == std::string_view::npos) return 0;
    at = end + 1;
  }
  if ((flags & crc_flag) != 0) at += 2;
  return at + trailer_size <= packed.size() ? at : 0;
}

}  // namespace

Result<std::string> gunzip(std::string_view packed, const InflateLimits& limits) {
  namespace zlib = boost::beast::zlib;
  const Error no_gzip = failure(Fault::malformed, "the body is not what gzip makes");
  const std::size_t begin = head_size(packed);
  if (begin == 0) return no_gzip;
  const std::size_t most = std::min(limits.most, std::max(smallest_most, packed.size() * limits.ratio));
  zlib::inflate_stream stream;
  zlib::z_params state{};
  const std::string_view deflated = packed.substr(begin, packed.size() - begin - trailer_size);
  state.next_in = deflated.data();
  state.avail_in = deflated.size();
  std::string bytes;
  boost::system::error_code error;
  while (error != zlib::error::end_of_stream) {
    const std::size_t before = bytes.size();
    if (before > most) return failure(Fault::too_long, "the body becomes too large when it is inflated");
    bytes.resize(std::min(most + 1, std::max<std::size_t>(smallest_most, before * 2)));
    state.next_out = bytes.data() + before;
    state.avail_out = bytes.size() - before;
    stream.write(state, zlib::Flush::sync, error);
    bytes.resize(bytes.size() - state.avail_out);
    if (error && error != zlib::error::end_of_stream) return no_gzip;
    const bool stuck = bytes.size() == before && state.avail_in == 0;
    if (!error && stuck) return no_gzip;
  }
  if (bytes.size() > most) return failure(Fault::too_long, "the body becomes too large when it is inflated");
  boost::crc_32_type crc;
  crc.process_bytes(bytes.data(), bytes.size());
  const std::string_view trailer = packed.substr(packed.size() - trailer_size);
  const bool whole = state.avail_in == 0 && crc.checksum() == little_endian(trailer) &&
                     static_cast<std::uint32_t>(bytes.size()) == little_endian(trailer.substr(4));
  if (!whole) return no_gzip;
  return bytes;
}

}  // namespace dragoman::net
