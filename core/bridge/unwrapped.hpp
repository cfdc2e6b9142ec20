#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dragoman::bridge {

/// A text without the names that bots have put in front of it, however many, and made comparable (case, white space,
/// invisible signs, formatting). Example: "[irc] <Bob> **Ali​ce**: Hi" -> names {"irc", "bob", "alice"}, text "hi".
struct Unwrapped {
  std::vector<std::string> names;  ///< comparable too, the outermost first
  std::string text;
};
Unwrapped unwrap(std::string_view text);
/// A name as it stands there.
std::string comparable(std::string_view text);

}  // namespace dragoman::bridge
