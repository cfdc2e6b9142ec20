#include "backends/webhook/inflate.hpp"

#include <algorithm>
#include <array>
#include <zlib.h>

#include "base/text.hpp"

namespace dragoman::backends::webhook {

namespace {

/// zlib's own state, which has to be given back.
class Inflater {
 public:
  explicit Inflater(int window) : ready_(inflateInit2(&stream_, window) == Z_OK) {}
  ~Inflater() {
    if (ready_) inflateEnd(&stream_);
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  Result<std::string> run(std::string_view in, std::size_t most) {
    if (!ready_) return failure(Fault::internal, "zlib cannot be started");
    // zlib reads only, but was written before const.
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
    stream_.avail_in = static_cast<uInt>(in.size());
    std::string out;
    std::array<char, 16 * 1024> piece{};
    for (int ended = Z_OK; ended != Z_STREAM_END;) {
      stream_.next_out = reinterpret_cast<Bytef*>(piece.data());
      stream_.avail_out = static_cast<uInt>(piece.size());
      ended = inflate(&stream_, Z_NO_FLUSH);
      if (ended != Z_OK && ended != Z_STREAM_END)
        return failure(Fault::malformed, "the body is not what its Content-Encoding says");
      out.append(piece.data(), piece.size() - stream_.avail_out);
      if (out.size() > most) return failure(Fault::too_long, "the body inflates to more than is allowed");
    }
    if (stream_.avail_in != 0)
      return failure(Fault::malformed, "something stands behind the end of the compressed body");
    return out;
  }

 private:
  z_stream stream_{};
  bool ready_;
};

constexpr int gzip_window = 15 + 16;  // gzip alone
constexpr int zlib_window = 15;       // "deflate" of HTTP is the zlib format (RFC 9110 8.4.1.2)
constexpr std::size_t free_bytes = 4 * 1024;
constexpr std::size_t most_packed = 64 * 1024 * 1024;  // zlib counts in 32 bits

}  // namespace

Result<std::string> inflate_body(std::string_view encoding, std::string_view body, const InflateLimits& limits) {
  const std::string name = text::ascii_lower(text::trim(encoding));
  if (name.empty() || name == "identity") return std::string{body};
  const bool gzip = name == "gzip" || name == "x-gzip";
  if (!gzip && name != "deflate") return failure(Fault::unsupported, "a Content-Encoding other than gzip and deflate");
  if (body.size() > most_packed) return failure(Fault::too_long, "a compressed body of more than 64 MiB");
  const std::size_t most = std::min(limits.most, std::max(free_bytes, body.size() * limits.ratio));
  return Inflater{gzip ? gzip_window : zlib_window}.run(body, most);
}

}  // namespace dragoman::backends::webhook
