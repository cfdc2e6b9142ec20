#include "media/links.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include <sodium.h>

#include "base/percent.hpp"
#include "base/text.hpp"

namespace dragoman::media {

namespace {

constexpr std::size_t longest_name = 180;
constexpr std::size_t mac_size = crypto_stream_xchacha20_NONCEBYTES;  // 24 of HMAC's 32 bytes

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

std::string hmac(std::string_view key, std::string_view text) {
  std::string digest(crypto_auth_hmacsha256_BYTES, '\0');
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, bytes(key), key.size());
  crypto_auth_hmacsha256_update(&state, bytes(text), text.size());
  crypto_auth_hmacsha256_final(&state, bytes(digest));
  return digest;
}

constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

std::string to_base64url(std::string_view binary) {
  std::string text(sodium_base64_encoded_len(binary.size(), variant), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes(binary), binary.size(), variant);
  text.pop_back();  // its end in C
  return text;
}

std::optional<std::string> from_base64url(std::string_view text) {
  std::string binary(text.size(), '\0');
  std::size_t size = 0;
  if (sodium_base642bin(bytes(binary), binary.size(), text.data(), text.size(), nullptr, &size, nullptr, variant) !=
      0) {
    return std::nullopt;
  }
  binary.resize(size);
  return binary;
}

/// XChaCha20 both ways.
std::string stream_xor(std::string_view text, std::string_view nonce, std::string_view key) {
  std::string result(text.size(), '\0');
  crypto_stream_xchacha20_xor(bytes(result), bytes(text), text.size(), bytes(nonce), bytes(key));
  return result;
}

std::uint64_t seconds_since_epoch(Timestamp time) {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count());
}

/// "e=6a1&h=Zm9v": both, once, in any order; others (a client may add its own) are ignored.
bool read_query(std::string_view query, std::uint64_t& expiry, std::string_view& mac) {
  int expiries = 0, macs = 0;
  for (const std::string_view part : text::split(query, '&')) {
    if (part.starts_with("h=")) {
      mac = part.substr(2);
      ++macs;
    } else if (part.starts_with("e=")) {
      const auto read = std::from_chars(part.data() + 2, part.data() + part.size(), expiry, 16);
      if (read.ec != std::errc{} || read.ptr != part.data() + part.size()) return false;
      ++expiries;
    }
  }
  return expiries == 1 && macs == 1;
}

Error no_link() { return failure(Fault::not_found, "there is no such file"); }

/// As it may stand in a header and a file system, of a length that every client takes.
std::string shown_name(const std::string& name) {
  std::string shown = text::without_controls(text::to_valid_utf8(name), false);
  std::replace(shown.begin(), shown.end(), '/', '_');
  shown = text::cut(shown, longest_name);
  return shown.empty() ? "file" : shown;
}

std::string without_slash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

}  // namespace

Links::Links(const Clock& clock, Options options)
    : clock_(clock),
      url_(without_slash(std::move(options.url))),
      network_(std::move(options.network)),
      path_("/media/" + text::to_percent(network_) + '/'),
      mac_key_(hmac(options.key, "dragoman media link: mac")),
      cipher_key_(hmac(options.key, "dragoman media link: cipher")),
      lifetime_(options.lifetime) {
  static_assert(crypto_auth_hmacsha256_BYTES == crypto_stream_xchacha20_KEYBYTES);
}

std::string Links::mac(const LinkedFile& file, std::uint64_t expiry) const {
  // Every part with its length: no two lists of parts are the same text.
  std::string text;
  for (const std::string& part : {network_, std::to_string(expiry), file.name, file.id}) {
    text += std::to_string(part.size()) + ':' + part;
  }
  return hmac(mac_key_, text).substr(0, mac_size);
}

std::string Links::tag(const std::string& id) const {
  return to_base64url(hmac(mac_key_, "tag " + network_ + ' ' + id).substr(0, 12));
}

std::uint64_t Links::expiry_from_now() const {
  if (!lifetime_) return 0;
  const auto lifetime =
      static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(*lifetime_).count());
  const std::uint64_t step = std::max<std::uint64_t>(lifetime / 64, 1);
  return (seconds_since_epoch(clock_.utc()) + lifetime + step - 1) / step * step;
}

std::string Links::make(const LinkedFile& file) const {
  const LinkedFile named{file.id, shown_name(file.name)};
  const std::uint64_t expiry = expiry_from_now();
  const std::string nonce = mac(named, expiry);
  char digits[16];
  const auto written = std::to_chars(std::begin(digits), std::end(digits), expiry, 16);
  return url_ + path_ + to_base64url(stream_xor(named.id, nonce, cipher_key_)) + '/' + text::to_percent(named.name) +
         "?e=" + std::string{digits, written.ptr} + "&h=" + to_base64url(nonce);
}

Result<Links::Opened> Links::open(std::string_view path, std::string_view query) const {
  const std::size_t slash = path.find('/');
  if (slash == std::string_view::npos) return no_link();
  std::uint64_t expiry = 0;
  std::string_view sent_mac;
  if (!read_query(query, expiry, sent_mac)) return no_link();
  const auto sealed = from_base64url(path.substr(0, slash)), nonce = from_base64url(sent_mac);
  auto name = text::from_percent(path.substr(slash + 1));
  if (!sealed || !nonce || !name || nonce->size() != mac_size) return no_link();
  Opened opened;
  opened.file = {stream_xor(*sealed, *nonce, cipher_key_), std::move(*name)};
  const std::string right = mac(opened.file, expiry);
  if (sodium_memcmp(right.data(), nonce->data(), mac_size) != 0) return no_link();
  opened.tag = tag(opened.file.id);
  if (expiry == 0) return opened;
  if (seconds_since_epoch(clock_.utc()) >= expiry) return failure(Fault::forbidden, "this link has expired");
  opened.expiry = Timestamp{std::chrono::seconds{expiry}};
  return opened;
}

}  // namespace dragoman::media
