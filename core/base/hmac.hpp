#pragma once

#include <array>
#include <string_view>

namespace dragoman {

/// HMAC-SHA-256 (RFC 2104), 32 bytes: what of a key and a text makes something that nobody without the key can make or
/// foresee. Who uses one key for several things puts a word for each in front of the text.
std::array<unsigned char, 32> hmac_sha256(std::string_view key, std::string_view text);

}  // namespace dragoman
