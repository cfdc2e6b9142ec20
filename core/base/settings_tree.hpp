#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace dragoman {

/// TOML of another program, as it stands: for importers, which know what they look for. Our own configuration is read
/// with Settings.
struct TomlTree {
  enum class Kind { none, table, list, text, flag, other };
  Kind kind = Kind::none;
  std::string text;  ///< of a text
  bool flag = false;
  std::uint32_t line = 0;                                 ///< where it stands, from 1
  std::vector<std::pair<std::string, TomlTree>> entries;  ///< of a table, in the order of the file
  std::vector<TomlTree> items;                            ///< of a list

  /// Fault::malformed: the line and what is wrong there, never what stands there.
  static Result<TomlTree> parse(std::string_view toml);
  /// The entry of a table; one of kind none where there is no such.
  const TomlTree& at(std::string_view key) const;
  bool empty() const { return kind == Kind::none; }
};

}  // namespace dragoman
