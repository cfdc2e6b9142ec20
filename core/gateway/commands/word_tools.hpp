#pragma once

#include "gateway/commands/word.hpp"
#include "gateway/context.hpp"
#include "xmpp/jid.hpp"

// What several words have in common.
namespace dragoman::gateway::commands {

/// The bare JID of a person; "jid" is what messages about it call it.
Result<xmpp::Jid> read_person_jid(const std::string& text);
/// "2d", "12h", "5m"; Fault::unacceptable says how to write it.
Result<Duration> read_time(const std::string& text);
/// A text of somebody for others: one line of at most 500 bytes.
Result<std::string> read_reason(const std::string& text);
/// Until it is over, rounded down; "3 d", "5 h", "12 min", "4 s".
std::string duration_text(Duration duration);

}  // namespace dragoman::gateway::commands
