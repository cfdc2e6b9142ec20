#pragma once

#include <string>
#include <string_view>

#include "xmpp/element.hpp"
#include "xmpp/writer.hpp"

// XEP-0421: who an occupant is, whatever they are called.
//   <occupant-id xmlns='urn:xmpp:occupant-id:0' id='Zl1bTWjyl3mIzK0pIrrUEA'/>
namespace dragoman::xmpp {

/// The id of somebody whom the network of `domain` knows by `identity`: HMAC-SHA256 under `key`, a secret of this
/// installation, cut to 128 bits and written as base64url. Always the same, not reversible.
std::string make_occupant_id(std::string_view key, std::string_view domain, std::string_view identity);

void write_occupant_id(Writer& writer, std::string_view id);

}  // namespace dragoman::xmpp
