#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.hpp"

namespace dragoman::backends::irc {

/// What a server that closes the link means: ERROR, 463-466, KILL.
struct Farewell {
  Fault fault = Fault::unavailable;
  /// When to try again (retry_pace.hpp).
  enum class Retry : std::uint8_t {
    at_once,    ///< elsewhere; nobody has to hear of it
    soon,       ///< the link broke
    refused,    ///< the server wants nobody now: full, going down, no reason at all
    later,      ///< it wants us no more for a while (KILL)
    throttled,  ///< too many or too fast: all links of this gateway to it wait
    never,      ///< until somebody asks for it
  } retry = Retry::refused;
};

/// The words of an ERROR, or of 465. Example: "Closing Link: (a@h) [K-Lined: spam]" -> forbidden, never; words that say
/// nothing known are a server that wants nobody now.
Farewell classify_farewell(std::string_view text);

}  // namespace dragoman::backends::irc
