#pragma once

#include <string_view>

#include "xmpp/element.hpp"

// XEP-0333: up to which message somebody has read. `received` and `acknowledged` of older versions are read by nobody.
//   <markable xmlns='urn:xmpp:chat-markers:0'/>          in a message
//   <displayed xmlns='urn:xmpp:chat-markers:0' id='28482'/>   in a room its stanza-id, else its id
namespace dragoman::xmpp {

inline constexpr std::string_view markers_ns = "urn:xmpp:chat-markers:0";

/// The id of the message up to which all is read, or an empty text. A view into `message`.
inline std::string_view read_displayed(const Element& message) {
  const Element* displayed = message.child("displayed", markers_ns);
  return displayed == nullptr ? std::string_view{} : displayed->get("id");
}
inline Element make_displayed(std::string_view id) {
  Element displayed{"displayed", markers_ns};
  displayed.set("id", id);
  return displayed;
}
inline Element make_markable() { return Element{"markable", markers_ns}; }

}  // namespace dragoman::xmpp
