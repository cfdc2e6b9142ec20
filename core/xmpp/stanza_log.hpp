#pragma once

#include <string_view>

#include "xmpp/element.hpp"
#include "xmpp/jid.hpp"

namespace dragoman::xmpp {

// Lines of debug about stanzas: who, to whom, of what type and with what in it by name. Never what people say, and no
// value but those of the stanza's own attributes: children carry passwords, of rooms too.

/// To be called when log::enabled(Level::debug, from.bare_view()).
void log_received(std::string_view network, const Element& stanza, const Jid& from);
/// `written`: a stanza as it stands in the buffer. Writes a line if its receiver is looked at.
void log_sent(std::string_view network, std::string_view written);

}  // namespace dragoman::xmpp
