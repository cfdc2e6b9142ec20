#pragma once

#include "xmpp/element.hpp"
#include "xmpp/vcard.hpp"

// XEP-0292: the same card in the XML of RFC 6351.
//   <vcard
//   xmlns='urn:ietf:params:xml:ns:vcard-4.0'><fn><text>Bob</text></fn><nickname><text>bob</text></nickname></vcard>
namespace dragoman::xmpp {

inline constexpr std::string_view vcard4_ns = "urn:ietf:params:xml:ns:vcard-4.0";
inline constexpr std::string_view vcard4_node = "urn:xmpp:vcard4";  ///< of XEP-0163

Element make_vcard4(const VCard& card);

}  // namespace dragoman::xmpp
