#pragma once

#include "backends/irc/message.hpp"
#include "backends/irc/state.hpp"

// What a server says to a line that somebody wrote as it is (chat::Run): it is the answer, in the server's words. The
// same numerics answer questions of our own, which their handlers read in silence; these are told apart by the command
// that asks for them, and by what they are about.

namespace dragoman::backends::irc {

/// A message that a handler knows: it counts as an answer, if somebody has asked for it, and is handled all the same.
/// "WHOIS bob" -> "bob bob host.test * Bob", "bob End of /WHOIS list"
void note_raw_answer(State& state, const Message& message);

/// A numeric that no handler knows. False when nobody has asked for anything.
bool is_raw_answer(State& state, std::string_view text);

}  // namespace dragoman::backends::irc
