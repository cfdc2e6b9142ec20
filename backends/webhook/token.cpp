#include "backends/webhook/token.hpp"

#include <array>
#include <span>

#include <boost/crc.hpp>
#include <openssl/sha.h>

#include "base/text.hpp"

namespace dragoman::backends::webhook {

namespace {

constexpr std::string_view token_prefix = "dgh_";
constexpr std::string_view base32 = "abcdefghijklmnopqrstuvwxyz234567";
constexpr std::size_t random_letters = 26, checked_letters = 6;

/// 30 of the 32 bits of a CRC, five a letter.
std::string check_of(std::string_view letters) {
  boost::crc_32_type crc;
  crc.process_bytes(letters.data(), letters.size());
  std::string check;
  for (std::size_t i = 0; i < checked_letters; ++i) check += base32[(crc.checksum() >> (5 * i)) & 31];
  return check;
}

}  // namespace

Secret<std::string> make_token(Random& random) {
  std::array<std::byte, random_letters> bytes{};
  random.fill(std::span{bytes});
  std::string letters;
  for (const std::byte each : bytes) letters += base32[std::to_integer<std::size_t>(each) & 31];
  return Secret<std::string>{std::string{token_prefix} + letters + check_of(letters)};
}

std::string_view bare_token(std::string_view text) {
  if (text.starts_with(token_prefix)) text.remove_prefix(token_prefix.size());
  if (text.size() != random_letters + checked_letters) return {};
  return check_of(text.substr(0, random_letters)) == text.substr(random_letters) ? text : std::string_view{};
}

std::string hash_of_token(std::string_view bare) { return sha256(bare); }

std::string sha256(std::string_view bytes) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
  return text::to_hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

}  // namespace dragoman::backends::webhook
