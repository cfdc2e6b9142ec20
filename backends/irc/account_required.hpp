#pragma once

#include <string>

#include "backends/irc/state.hpp"

namespace dragoman::backends::irc {

/// The server has said that it lets nobody in without a login (soju.im/account-required, draft/ACCOUNTREQUIRED), and
/// there is nothing to log in with.
bool lacks_account(const State& state);
/// Why that is the end, and what the person can do. `words`: the server's own; may be empty.
Ending account_is_required(const State& state, std::string words);

}  // namespace dragoman::backends::irc
