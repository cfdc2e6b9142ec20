#pragma once

#include <optional>
#include <string_view>

#include "xmpp/element.hpp"

// XEP-0085: what somebody does in a conversation. Only composing has a meaning elsewhere; the others end it.
//   <composing xmlns='http://jabber.org/protocol/chatstates'/>   active, paused, inactive, gone
namespace dragoman::xmpp {

inline constexpr std::string_view chat_states_ns = "http://jabber.org/protocol/chatstates";

/// Whether the sender is writing; nothing when the message does not say.
inline std::optional<bool> read_typing(const Element& message) {
  const Element* state = message.child_of(chat_states_ns);
  if (state == nullptr) return std::nullopt;
  return state->name == "composing";
}
inline Element make_typing(bool typing) { return Element{typing ? "composing" : "paused", chat_states_ns}; }

}  // namespace dragoman::xmpp
