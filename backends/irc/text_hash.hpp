#pragma once

#include <functional>
#include <string_view>

namespace dragoman::backends::irc {

/// Finds by text without making a string.
struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

}  // namespace dragoman::backends::irc
