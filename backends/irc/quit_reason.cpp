#include "backends/irc/quit_reason.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

// Lower case. Read from the sources of ngIRCd, InspIRCd, UnrealIRCd, hybrid, solanum and Ergo; who says QUIT is quoted
// by most of them ("Quit: ...").
constexpr auto beginnings = std::to_array<std::string_view>({
    "ping timeout",
    "no ping response",
    "connection reset",
    "connection closed",
    "connection timed out",
    "connection timeout",
    "connection lost",
    "connection aborted",
    "connection error",
    "remote host closed the connection",
    "client closed connection",
    "read error",
    "write error",
    "socket error",
    "ssl error",
    "tls error",
    "broken pipe",
    "no route to host",
    "host is unreachable",
    "network is unreachable",
    "operation timed out",
    "eof from client",
    "excess flood",
    "sendq exceeded",
    "max sendq exceeded",
    "recvq exceeded",
    "max recvq exceeded",
    "request too long",
    "killed (",
    "killed by ",
    "local kill by",
    "nickname collision",
    "nick collision",
    "k-lined",
    "g-lined",
    "z-lined",
    "d-lined",
    "k-line:",
    "g-line:",
    "z-line:",
    "autokilled",
    "user has been banned",
    "server shutdown",
    "server shutting down",
    "server going down",
    "server closing",
});

bool is_server(std::string_view name) {
  return name.size() > 3 && name.find('.') != std::string_view::npos && name.front() != '.' && name.back() != '.' &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-*") ==
             std::string_view::npos;
}

}  // namespace

bool is_netsplit(std::string_view reason) {
  const auto space = reason.find(' ');
  return space != std::string_view::npos && is_server(reason.substr(0, space)) && is_server(reason.substr(space + 1));
}

bool is_involuntary(std::string_view reason) {
  return std::any_of(beginnings.begin(), beginnings.end(), [reason](std::string_view beginning) {
    return text::ascii_iequals(reason.substr(0, beginning.size()), beginning);
  });
}

}  // namespace dragoman::backends::irc
