#pragma once

#include <memory>

#include "backends/matrix/file_key.hpp"
#include "media/source.hpp"

namespace dragoman::backends::matrix {

/// Decrypts while it is read, from wherever the file begins. `whole`: all of it is read, so that its hash is checked:
/// the last piece comes only when it is right, else Fault::malformed. Of a part nothing can be checked.
std::unique_ptr<media::Incoming> decrypted(std::unique_ptr<media::Incoming> file, const FileKey& key, bool whole);

}  // namespace dragoman::backends::matrix
