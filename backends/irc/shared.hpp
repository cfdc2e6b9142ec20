#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "backends/irc/encodings.hpp"
#include "backends/irc/known_isupport.hpp"
#include "backends/irc/services.hpp"
#include "base/clock.hpp"
#include "base/names.hpp"
#include "base/random.hpp"

namespace dragoman::backends::irc {

/// What all sessions of a network share; outlives them.
struct Shared {
  Names& names;
  Random& random;
  std::function<std::string(std::string_view nickname)> occupant_resource;
  std::function<std::string(std::string_view identity)> occupant_id;
  std::string software;  ///< for CTCP VERSION
  Encodings encodings;
  /// What may leave when the server answers nothing any more; SendWindow says how it is while it does.
  struct Flood {
    bool limited = true;
    std::size_t burst = 10;
    Duration interval = std::chrono::seconds{2};
    bool operator==(const Flood&) const = default;
  } flood;
  bool rename_when_taken = true;  ///< false: a nickname that is taken is told to who wants to join
  /// Lines of one message.
  struct Lines {
    std::size_t paste = 8;   ///< over so many the text is better uploaded; 0: never
    std::size_t most = 400;  ///< over so many it is not said line by line either
  } lines;
  bool formatting = true;                     ///< bold, colours ... go both ways; false: the text alone
  const ServicesDialect* services = nullptr;  ///< how services are spoken to; nullptr: they are not
  std::string suffix{};                       ///< of the ids of this server (address.hpp)
  /// What clients of others are told when they ask by CTCP.
  struct Ctcp {
    bool on = true;
    std::string source;  ///< where this software is to be had; empty: nothing is said
  } ctcp{};
  RealmRef realm{};                  ///< of its nicknames
  mutable IsupportBook isupports{};  ///< what its links were told
  bool typing_in_channels = false;   ///< that somebody writes there is told and heard
};

}  // namespace dragoman::backends::irc
