#include "store/sealed.hpp"

#include <cstddef>
#include <span>

#include <sodium.h>

namespace dragoman::store {

namespace {

constexpr std::size_t nonce_size = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_size = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t header_size = 1 + nonce_size;

std::string place(const Document& document) {
  std::string text = document.kind;
  text += '\0';
  text += document.owner;
  text += '\0';
  text += document.key;
  return text;
}

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

}  // namespace

std::string seal(const Key& key, const Document& document, Random& random) {
  std::string sealed(header_size + document.value.size() + tag_size, '\0');
  sealed[0] = static_cast<char>(key.id());
  random.fill(std::as_writable_bytes(std::span{sealed}.subspan(1, nonce_size)));
  const std::string at = place(document);
  crypto_aead_xchacha20poly1305_ietf_encrypt(bytes(sealed) + header_size, nullptr, bytes(document.value),
                                             document.value.size(), bytes(at), at.size(), nullptr, bytes(sealed) + 1,
                                             key.bytes());
  return sealed;
}

std::optional<std::string> unseal(const Key& key, const Document& document, std::string_view sealed) {
  if (sealed.size() < header_size + tag_size) return std::nullopt;
  if (static_cast<std::uint8_t>(sealed[0]) != key.id()) return std::nullopt;
  const std::string_view cipher = sealed.substr(header_size);
  const std::string at = place(document);
  std::string value(cipher.size() - tag_size, '\0');
  const int failed =
      crypto_aead_xchacha20poly1305_ietf_decrypt(bytes(value), nullptr, nullptr, bytes(cipher), cipher.size(),
                                                 bytes(at), at.size(), bytes(sealed) + 1, key.bytes());
  if (failed != 0) return std::nullopt;
  return value;
}

}  // namespace dragoman::store
