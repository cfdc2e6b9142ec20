#pragma once

#include <string_view>

#include "xmpp/element.hpp"
#include "xmpp/writer.hpp"

// XEP-0359: ids that outlive one hop.
//   <origin-id xmlns='urn:xmpp:sid:0' id='de305d54'/>              by the client, anything
//   <stanza-id xmlns='urn:xmpp:sid:0' by='#tea@irc.example.org' id='28482-98726'/>   by the archive
namespace dragoman::xmpp {

/// The client's own id, or an empty text. A view into `stanza`.
std::string_view read_origin_id(const Element& stanza);
/// The id that `by` gave, or an empty text. Trust it only where `by` itself is the sender of the stanza or its server.
std::string_view read_stanza_id(const Element& stanza, std::string_view by);
/// XEP-0359 3.1: whoever gives an id first takes away those that somebody else gave in his name.
void remove_stanza_ids(Element& stanza, std::string_view by);
void write_origin_id(Writer& writer, std::string_view id);
void write_stanza_id(Writer& writer, std::string_view id, std::string_view by);

}  // namespace dragoman::xmpp
