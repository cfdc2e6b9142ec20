#pragma once

#include <cstdint>
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

}  // namespace dragoman::xmpp
