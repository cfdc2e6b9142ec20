#pragma once

#include <string>

namespace dragoman::backends::matrix {

/// Filters of /sync (client-server API, "Filtering"), as JSON: of rooms what is shown here, members only where they
/// speak, and those again, because nobody keeps them of rooms that nobody has entered.
struct SyncFilter {
  static std::string usual();
  /// Of the first answer ever: how rooms are now, and nothing that was said before.
  static std::string first();
  /// After an answer that was too large.
  static std::string small();
};

}  // namespace dragoman::backends::matrix
