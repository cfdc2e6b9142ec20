#pragma once

#include <string>

#include "base/result.hpp"
#include "xmpp/element.hpp"

// XEP-0049: whatever a client wants kept, one element of a namespace of its own a query.
//   <query xmlns='jabber:iq:private'><winjab xmlns='winjab:prefs'><defaultnick>Hamlet</defaultnick></winjab></query>
namespace dragoman::xmpp {

inline constexpr std::string_view private_ns = "jabber:iq:private";

/// The one element that a query is about. Fault::unacceptable: none, several, or one without its own namespace.
Result<const Element*> read_private(const Element& query);
/// What data are told apart by: name and namespace of their root element, "winjab winjab:prefs".
std::string private_key(const Element& root);
/// The result of reading: `root` as it was stored, or empty when nothing is there.
Element make_private(const Element& iq, Element root);

}  // namespace dragoman::xmpp
