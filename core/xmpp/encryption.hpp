#pragma once

#include "xmpp/element.hpp"

// Text that is encrypted from end to end: OMEMO (XEP-0384), OpenPGP (XEP-0373, XEP-0027), and what XEP-0380 marks.
//   <encryption xmlns='urn:xmpp:eme:0' namespace='eu.siacs.conversations.axolotl' name='OMEMO'/>
namespace dragoman::xmpp {

/// Whether what the message says is encrypted; its body is then a hint for who cannot read it. False for messages that
/// only exchange keys.
bool is_encrypted(const Element& message);

}  // namespace dragoman::xmpp
