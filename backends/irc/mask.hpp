#pragma once

#include <string_view>

#include "backends/irc/casemap.hpp"

namespace dragoman::backends::irc {

/// A ban mask in its parts: "bob!*@*.test" -> "bob", "*", "*.test"; what is missing is "*" (modern.ircdocs.horse
/// #ban-channel-mode). An extended ban ("~a:bob", "$a:bob", "R:bob") has no such parts.
struct Mask {
  std::string_view nick = "*", user = "*", host = "*";
  bool extended = false;
};
Mask split_mask(std::string_view text);

/// "*" any text, "?" any one byte; spellings that the casemapping makes one are one.
/// Example: "b?b*" fits "Bob_".
bool fits(Casemap casemap, std::string_view pattern, std::string_view text);
/// True when a pattern says something: not only stars.
bool is_specific(std::string_view pattern);

}  // namespace dragoman::backends::irc
