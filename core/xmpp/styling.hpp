#pragma once

#include <string_view>

#include "xmpp/element.hpp"

// XEP-0393: signs in a body that clients show as *bold*, _italic_, ~struck~, `code`, blocks and > quotations. They are
// read and written in gateway/styling.
//   <unstyled xmlns='urn:xmpp:styling:0'/>   the signs in this body mean nothing
namespace dragoman::xmpp {

inline constexpr std::string_view styling_ns = "urn:xmpp:styling:0";

inline bool is_unstyled(const Element& message) { return message.child("unstyled", styling_ns) != nullptr; }
inline Element make_unstyled() { return Element{"unstyled", styling_ns}; }

}  // namespace dragoman::xmpp
