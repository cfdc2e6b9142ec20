#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "backends/webhook/posting.hpp"
#include "backends/webhook/url_form.hpp"
#include "base/result.hpp"

namespace dragoman::backends::webhook {

inline constexpr std::size_t most_files = 10;  // in one request

/// What a multipart/form-data body holds.
struct Form {
  struct Attached {
    std::string field;  ///< "file", "files[0]"
    File file;
  };
  Fields fields;
  std::vector<Attached> files;
};

/// The boundary of a Content-Type field as it was sent; empty: it has none, or one that RFC 2046 5.1.1 does not allow.
std::string boundary_of(std::string_view content_type);

/// Reads multipart/form-data (RFC 7578). A part with a file name is a file; its name loses folders, and may come as
/// filename* (RFC 8187), which browsers do not send but libraries do. Fault::malformed: not that, or without its end;
/// Fault::too_long: more than most_fields, most_files, or 8 KiB of fields in front of a part.
Result<Form> read_multipart(std::string_view body, std::string_view boundary);

/// A stranger's name of a file without folders and signs that file systems do not take, at most 128 bytes; "file" when
/// nothing is left.
std::string file_name_of(std::string_view name);

}  // namespace dragoman::backends::webhook
