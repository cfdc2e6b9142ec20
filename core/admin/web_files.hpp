#pragma once

#include <string_view>
#include <vector>

namespace dragoman::admin::web {

/// A file of core/admin/web, as it was when the program was built (config/cmake/DragomanEmbed.cmake).
struct File {
  std::string_view path;  ///< "/app.js"
  std::string_view hash;  ///< of its bytes, for the ETag
  std::string_view bytes;
};
const std::vector<File>& files();

}  // namespace dragoman::admin::web
