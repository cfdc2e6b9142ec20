#pragma once

#include <string_view>

#include "xmpp/element.hpp"

// XEP-0308: this message stands in place of an earlier one of the same sender.
//   <replace xmlns='urn:xmpp:message-correct:0' id='bad1'/>
namespace dragoman::xmpp {

inline constexpr std::string_view correction_ns = "urn:xmpp:message-correct:0";

/// The id attribute of the message that is replaced, or an empty text. A view into `message`.
inline std::string_view read_correction(const Element& message) {
  const Element* replace = message.child("replace", correction_ns);
  return replace == nullptr ? std::string_view{} : replace->get("id");
}
inline Element make_correction(std::string_view id) {
  Element replace{"replace", correction_ns};
  replace.set("id", id);
  return replace;
}

}  // namespace dragoman::xmpp
