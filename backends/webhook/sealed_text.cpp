#include "backends/webhook/sealed_text.hpp"

#include <sodium.h>

#include "backends/webhook/digest.hpp"

namespace dragoman::backends::webhook {

namespace {

constexpr std::size_t nonce_size = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_size = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr int base64url = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
constexpr std::size_t longest = 4096;

const unsigned char* octets(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* octets(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

}  // namespace

std::string seal_text(const std::string& key, const std::string& text) {
  // Two texts never have one nonce.
  std::string sealed = hmac(Hash::sha256, key, "nonce " + text).substr(0, nonce_size);
  sealed.resize(nonce_size + text.size() + tag_size);
  crypto_aead_xchacha20poly1305_ietf_encrypt(octets(sealed) + nonce_size, nullptr, octets(text), text.size(), nullptr,
                                             0, nullptr, octets(sealed), octets(key));
  std::string letters(sodium_base64_encoded_len(sealed.size(), base64url), '\0');
  sodium_bin2base64(letters.data(), letters.size(), octets(sealed), sealed.size(), base64url);
  letters.pop_back();  // its end in C
  return letters;
}

std::optional<std::string> unseal_text(const std::string& key, std::string_view letters) {
  if (letters.size() > longest) return std::nullopt;
  std::string sealed(letters.size(), '\0');
  std::size_t size = 0;
  if (sodium_base642bin(octets(sealed), sealed.size(), letters.data(), letters.size(), nullptr, &size, nullptr,
                        base64url) != 0) {
    return std::nullopt;
  }
  if (size < nonce_size + tag_size) return std::nullopt;
  std::string text(size - nonce_size - tag_size, '\0');
  const int opened =
      crypto_aead_xchacha20poly1305_ietf_decrypt(octets(text), nullptr, nullptr, octets(sealed) + nonce_size,
                                                 size - nonce_size, nullptr, 0, octets(sealed), octets(key));
  if (opened != 0) return std::nullopt;
  return text;
}

}  // namespace dragoman::backends::webhook
