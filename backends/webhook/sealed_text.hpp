#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dragoman::backends::webhook {

/// A text that whoever has it can neither read nor change, in letters that may stand in a path (base64url): what an
/// address of ours needs is in the address itself, and nothing is kept. XChaCha20-Poly1305 with a nonce made of the
/// text (RFC 5297): the same text is the same each time. `key`: 32 bytes, of one purpose alone.
std::string seal_text(const std::string& key, const std::string& text);
/// Nothing: this key has not sealed it, or it is over 4 KiB.
std::optional<std::string> unseal_text(const std::string& key, std::string_view sealed);

}  // namespace dragoman::backends::webhook
