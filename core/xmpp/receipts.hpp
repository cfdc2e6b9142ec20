#pragma once

#include <string_view>

#include "xmpp/element.hpp"
#include "xmpp/writer.hpp"

// XEP-0184: <request xmlns='urn:xmpp:receipts'/> in a message, <received xmlns='urn:xmpp:receipts' id='its id'/> back.
namespace dragoman::xmpp {

/// Whether the sender wants a receipt that we may send: with an id, no error, not in a room, and not a receipt itself
/// (XEP-0184 5.3, 5.5).
bool wants_receipt(const Element& message);
/// The id of the message that this one acknowledges, or an empty text.
std::string_view read_receipt(const Element& message);
/// Writes <request/> into the message that is open.
void write_receipt_request(Writer& writer);
/// Writes <received/> and the hint to keep it into a message that is open and has no body.
void write_receipt(Writer& writer, std::string_view id);

}  // namespace dragoman::xmpp
