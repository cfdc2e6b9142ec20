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
};

/// The row of a numeric, or nullptr: then it is text for the owner.
const ErrorRow* find_error(std::string_view numeric);
/// The fault of the code of a FAIL (ircv3.net: standard-replies).
Fault fault_of_code(std::string_view code);

/// What a server that closes the link means: ERROR, 465, 466, KILL.
struct Farewell {
  Fault fault = Fault::unavailable;
  /// at_once: elsewhere, so that nobody has to hear of it.
  enum class Retry { at_once, soon, later, never } retry = Retry::soon;
};
Farewell classify_farewell(std::string_view text);

}  // namespace dragoman::backends::irc
