#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

// The key of a file that is encrypted by itself, as it stands in a message (client-server API, "Sending encrypted
// attachments"): AES-CTR with 256 bits, version "v2".

namespace dragoman::backends::matrix {

struct FileKey {
  std::string key;         ///< 32 bytes
  std::string counter;     ///< the first block of it, 16 bytes
  std::string sha256;      ///< of what is stored, 32 bytes
  std::string media_type;  ///< the store knows only bytes; empty: unknown
};

/// Of an EncryptedFile; nothing: a part is missing, or it is of another version.
std::optional<FileKey> read_file_key(const nlohmann::json& file, std::string media_type);

/// What MediaStore::id_of() takes for the file at this address ("mxc://hs.tld/abc"), decrypted.
std::string encrypted_file(std::string_view mxc, const FileKey& key);
/// The key that stands in such a name, which is cut off; nothing: it has none.
std::optional<FileKey> take_file_key(std::string_view& name);

}  // namespace dragoman::backends::matrix
