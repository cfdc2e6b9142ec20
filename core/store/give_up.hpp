#pragma once

#include "base/error.hpp"

namespace dragoman::store {

/// EX_TEMPFAIL: systemd starts the gateway again, and what was accepted goes on from there.
inline constexpr int exit_storage = 75;

/// Ends the process at once, with the reason and what to do in the log. The only honest answer to a commit that fails:
/// what the turn said has not left, and whoever sent it will send it again or was never told that it was accepted.
[[noreturn]] void give_up(const Error& error);

}  // namespace dragoman::store
