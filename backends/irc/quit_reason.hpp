#pragma once

#include <string_view>

namespace dragoman::backends::irc {

/// "hub.example.org leaf.example.org": what servers give as the reason when they lose each other.
bool is_netsplit(std::string_view reason);
/// A QUIT that nobody wanted: the words of a server about a connection that it lost or closed. Example:
/// "Ping timeout: 240 seconds".
bool is_involuntary(std::string_view reason);

}  // namespace dragoman::backends::irc
