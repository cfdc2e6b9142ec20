#include "backends/matrix/file_key.hpp"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "backends/matrix/json.hpp"
#include "base/text.hpp"

namespace dragoman::backends::matrix {

namespace {

constexpr std::size_t key_bytes = 32, counter_bytes = 16, digest_bytes = 32;
/// No line break stands in an address.
constexpr std::string_view sign = "\nsealed ";

/// Base64 with or without its padding, of either alphabet: JWK has the one for URLs, the rest of Matrix the other.
std::string bytes_of(std::string text) {
  std::replace(text.begin(), text.end(), '-', '+');
  std::replace(text.begin(), text.end(), '_', '/');
  while (text.ends_with('=')) text.pop_back();
  text.append((4 - text.size() % 4) % 4, '=');
  std::string bytes;
  return text::from_base64(text, bytes) ? bytes : std::string{};
}

}  // namespace

std::optional<FileKey> read_file_key(const nlohmann::json& file, std::string media_type) {
  const nlohmann::json& key = object_at(file, "key");
  if (text_at(file, "v") != "v2" || text_at(key, "alg") != "A256CTR" || text_at(key, "kty") != "oct") {
    return std::nullopt;
  }
  FileKey read{bytes_of(text_at(key, "k")), bytes_of(text_at(file, "iv")),
               bytes_of(text_at(object_at(file, "hashes"), "sha256")), std::move(media_type)};
  const bool is_whole =
      read.key.size() == key_bytes && read.counter.size() == counter_bytes && read.sha256.size() == digest_bytes;
  return is_whole ? std::optional{std::move(read)} : std::nullopt;
}

std::string encrypted_file(std::string_view mxc, const FileKey& key) {
  return std::string{mxc} + std::string{sign} + text::to_base64(key.key + key.counter + key.sha256 + key.media_type);
}

std::optional<FileKey> take_file_key(std::string_view& name) {
  const std::size_t at = name.find(sign);
  std::string bytes;
  if (at == std::string_view::npos || !text::from_base64(name.substr(at + sign.size()), bytes)) return std::nullopt;
  if (bytes.size() < key_bytes + counter_bytes + digest_bytes) return std::nullopt;
  name = name.substr(0, at);
  return FileKey{bytes.substr(0, key_bytes), bytes.substr(key_bytes, counter_bytes),
                 bytes.substr(key_bytes + counter_bytes, digest_bytes),
                 bytes.substr(key_bytes + counter_bytes + digest_bytes)};
}

}  // namespace dragoman::backends::matrix
