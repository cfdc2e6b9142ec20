#pragma once

#include <string>
#include <string_view>

#include "xmpp/element.hpp"
#include "xmpp/writer.hpp"

// Text that is encrypted from end to end: OMEMO (XEP-0384), OpenPGP (XEP-0373, XEP-0027), and what XEP-0380 marks.
//   <encryption xmlns='urn:xmpp:eme:0' namespace='eu.siacs.conversations.axolotl' name='OMEMO'/>
namespace dragoman::xmpp {

/// Whether what the message says is encrypted; its body is then a hint for who cannot read it. False for messages that
/// only exchange keys.
bool is_encrypted(const Element& message);
/// Its namespace, as <encryption/> says it, else that of the element that holds what is encrypted; empty: none.
std::string encryption_of(const Element& message);
/// Marks a message whose body is such a hint. `method`: as whoever encrypted it calls it, which may be no namespace.
void write_encryption(Writer& writer, std::string_view method);

}  // namespace dragoman::xmpp
