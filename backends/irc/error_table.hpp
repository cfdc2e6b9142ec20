#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.hpp"

namespace dragoman::backends::irc {

/// What an error numeric can be the answer to.
enum class Concerns : std::uint8_t { nothing = 0, join = 1, message = 2, command = 4, nickname = 8 };
constexpr Concerns operator|(Concerns a, Concerns b) {
  return static_cast<Concerns>(static_cast<std::uint8_t>(a) | static_cast<std::uint8_t>(b));
}
constexpr bool concerns(Concerns all, Concerns one) {
  return (static_cast<std::uint8_t>(all) & static_cast<std::uint8_t>(one)) != 0;
}

struct ErrorRow {
  std::string_view numeric;
  Fault fault;
  Concerns concerns;
  /// Whether a JOIN is repeated by itself: one that passes with time always, one that somebody else must change
  /// (+l) only where the owner was in the channel already.
  enum class Again : std::uint8_t { no, yes, when_known } again = Again::no;
};

/// The row of a numeric, or nullptr: then it is text for the owner.
const ErrorRow* find_error(std::string_view numeric);
/// The fault of the code of a FAIL (ircv3.net: standard-replies).
Fault fault_of_code(std::string_view code);

}  // namespace dragoman::backends::irc
