#pragma once

#include "xmpp/element.hpp"
#include "xmpp/writer.hpp"

// XEP-0334: what archives and carbons may do with a message, e.g. <no-store xmlns='urn:xmpp:hints'/>.
namespace dragoman::xmpp {

enum class Hint { no_permanent_store, no_store, no_copy, store };

bool has_hint(const Element& message, Hint hint);
void write_hint(Writer& writer, Hint hint);
Element make_hint(Hint hint);
/// Whether the sender wants no archive to keep it.
bool is_not_to_be_stored(const Element& message);

}  // namespace dragoman::xmpp
