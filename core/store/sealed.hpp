#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/random.hpp"
#include "store/key.hpp"
#include "store/store.hpp"

namespace dragoman::store {

/// Encrypts a document's value: key id (1 byte), random nonce (24), XChaCha20-Poly1305 (IETF) ciphertext with its tag
/// (16). Kind, owner and key are authenticated with it: a value that somebody moves to another document is refused.
std::string seal(const Key& key, const Document& document, Random& random);

/// The value again; nothing when it was sealed with another key, for another document, or was changed.
std::optional<std::string> unseal(const Key& key, const Document& document, std::string_view sealed);

}  // namespace dragoman::store
