#pragma once

#include <string_view>

#include "backends/irc/address.hpp"

namespace dragoman::backends::irc {

/// True for "irc:" and "ircs:" (and "irc6:"), in any case.
bool is_url(std::string_view text);

/// "irc://irc.example.org:6697/tea" -> "irc.example.org"; empty: it names none.
std::string_view host_of_url(std::string_view url);
/// Servers are of one network when they are the same, or the last two parts of their names are.
bool is_same_network(std::string_view host, std::string_view server);

/// Who or what of the network with this server an IRC URL means (draft-butcher-irc-url): "irc://irc.example.org/tea",
/// "ircs://irc.example.org:6697/%23tea?key", "irc://irc.example.org/bob,isnick". A channel may stand without its "#".
/// Fault::malformed: no such URL, one that names nothing, or the server is one of another network. Servers are of one
/// network when the last two parts of their names are the same.
Result<Target> parse_url(std::string_view url, std::string_view server);

}  // namespace dragoman::backends::irc
