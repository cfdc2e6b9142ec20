#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace dragoman::backends::webhook {

enum class Hash : std::uint8_t { sha1, sha256, sha512 };

/// HMAC (RFC 2104), as bytes.
std::string hmac(Hash hash, std::string_view key, std::string_view text);
/// SHA-256, as lower-case hexadecimal.
std::string sha256_hex(std::string_view text);

/// Whether two texts are the same, in a time that tells nothing of where they differ; of their lengths it tells.
bool equal_in_constant_time(std::string_view a, std::string_view b);

/// 64 bytes of Ed25519 (RFC 8032). `seed`: 32 bytes, or 64 with the public key behind it; else empty.
std::string ed25519_sign(std::string_view seed, std::string_view text);
bool ed25519_verify(std::string_view public_key, std::string_view signature, std::string_view text);

}  // namespace dragoman::backends::webhook
