#pragma once

#include "xmpp/element.hpp"
#include "xmpp/writer.hpp"

// XEP-0334: what archives and carbons may do with a message, e.g. <no-store xmlns='urn:xmpp:hints'/>.
namespace dragoman::xmpp {

enum class Hint { no_permanent_store, no_store, no_copy, store };

bool has_hint(const Element& message, Hint hint);
void write_hint(Writer& writer, Hint hint);

}  // namespace dragoman::xmpp
