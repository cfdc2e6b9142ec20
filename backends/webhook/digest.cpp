#include "backends/webhook/digest.hpp"

#include <array>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>

#include "base/text.hpp"

namespace dragoman::backends::webhook {

namespace {

const unsigned char* raw(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* raw(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

const EVP_MD* algorithm(Hash hash) {
  switch (hash) {
    case Hash::sha1:
      return EVP_sha1();
    case Hash::sha256:
      return EVP_sha256();
    case Hash::sha512:
      return EVP_sha512();
  }
  return EVP_sha256();
}

}  // namespace

std::string hmac(Hash hash, std::string_view key, std::string_view text) {
  std::string digest(EVP_MAX_MD_SIZE, '\0');
  unsigned int size = 0;
  HMAC(algorithm(hash), key.data(), static_cast<int>(key.size()), raw(text), text.size(), raw(digest), &size);
  digest.resize(size);
  return digest;
}

std::string sha256_hex(std::string_view text) {
  std::string digest(crypto_hash_sha256_BYTES, '\0');
  crypto_hash_sha256(raw(digest), raw(text), text.size());
  return text::to_hex(digest);
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && (a.empty() || sodium_memcmp(a.data(), b.data(), a.size()) == 0);
}

std::string ed25519_sign(std::string_view seed, std::string_view text) {
  if (seed.size() != crypto_sign_SEEDBYTES && seed.size() != crypto_sign_SECRETKEYBYTES) return {};
  std::array<unsigned char, crypto_sign_PUBLICKEYBYTES> public_key{};
  std::array<unsigned char, crypto_sign_SECRETKEYBYTES> secret_key{};
  crypto_sign_seed_keypair(public_key.data(), secret_key.data(), raw(seed));
  std::string signature(crypto_sign_BYTES, '\0');
  crypto_sign_detached(raw(signature), nullptr, raw(text), text.size(), secret_key.data());
  sodium_memzero(secret_key.data(), secret_key.size());
  return signature;
}

bool ed25519_verify(std::string_view public_key, std::string_view signature, std::string_view text) {
  return public_key.size() == crypto_sign_PUBLICKEYBYTES && signature.size() == crypto_sign_BYTES &&
         crypto_sign_verify_detached(raw(signature), raw(text), text.size(), raw(public_key)) == 0;
}

}  // namespace dragoman::backends::webhook
