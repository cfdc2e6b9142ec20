#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "xmpp/element.hpp"

// XEP-0080: where somebody or something is. In messages, beside or instead of a "geo:" URI (RFC 5870).
//   <geoloc xmlns='http://jabber.org/protocol/geoloc'><lat>51.5</lat><lon>-0.12</lon><accuracy>20</accuracy></geoloc>
namespace dragoman::xmpp {

inline constexpr std::string_view geoloc_ns = "http://jabber.org/protocol/geoloc";

/// A place as a URI: "geo:51.5,-0.12;u=20". Nothing when the message has no place, or one without both coordinates in
/// degrees that exist.
std::optional<std::string> read_geoloc(const Element& message);
/// The place of the first "geo:" URI in a text; nothing when there is none.
std::optional<Element> make_geoloc(std::string_view text);

}  // namespace dragoman::xmpp
