#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/secret.hpp"

namespace dragoman::backends::irc {

/// ircv3.net: webirc. The server is told an address for each person, so that one ban hits one person. Components of
/// XMPP do not learn the addresses of clients: it is made up, from a prefix of the operator's own.
struct WebIrc {
  Secret<std::string> password;
  std::string gateway = "dragoman";
  std::string prefix;  ///< the first 8 bytes of an IPv6 address
  bool wanted() const { return !password.empty(); }
};

/// "2001:db8:1:2::/64" -> its 8 bytes. Fault::malformed for anything but an IPv6 prefix of 64 bits.
Result<std::string> parse_prefix(std::string_view text);
/// The same for a person in every run, and nobody can tell who it is: the prefix and 64 bits of an HMAC.
/// Example: "2001:db8:1:2:8f1c:22a9:7be0:4d11".
std::string address_for(std::string_view prefix, std::string_view key, std::string_view owner);

}  // namespace dragoman::backends::irc
