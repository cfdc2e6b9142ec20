#pragma once

#include <cstdint>
#include <map>
#include <string_view>

namespace dragoman::xmpp {

/// Stanzas that went one way since the start.
struct StanzaCounts {
  std::uint64_t messages = 0, presences = 0, iqs = 0;

  /// `name` of a stanza; anything else is none.
  void add(std::string_view name) {
    if (name == "message") ++messages;
    if (name == "presence") ++presences;
    if (name == "iq") ++iqs;
  }
};

/// Stanzas of type error by their condition (condition_of), those that came up.
using ErrorCounts = std::map<std::string_view, std::uint64_t>;

}  // namespace dragoman::xmpp
