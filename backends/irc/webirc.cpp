#include "backends/irc/webirc.hpp"

#include <arpa/inet.h>
#include <cstring>

#include "base/hmac.hpp"

namespace dragoman::backends::irc {

Result<std::string> parse_prefix(std::string_view text) {
  const auto slash = text.find('/');
  const std::string address{text.substr(0, slash)};
  in6_addr bytes{};
  const bool is_prefix = slash != std::string_view::npos && text.substr(slash) == "/64";
  if (!is_prefix || inet_pton(AF_INET6, address.c_str(), &bytes) != 1) {
    return failure(Fault::malformed, "an IPv6 prefix of 64 bits is needed, for example \"fd12:3456:789a:1::/64\"");
  }
  return std::string{reinterpret_cast<const char*>(&bytes), 8};
}

std::string address_for(std::string_view prefix, std::string_view key, std::string_view owner) {
  // Not the HMAC of the ident, of which it would give bits away.
  const auto hash = hmac_sha256(key, "webirc " + std::string{owner});
  in6_addr bytes{};
  std::memcpy(&bytes, prefix.data(), 8);
  std::memcpy(reinterpret_cast<char*>(&bytes) + 8, hash.data(), 8);
  char written[INET6_ADDRSTRLEN] = "";
  inet_ntop(AF_INET6, &bytes, written, sizeof written);
  // An address that begins with a colon would be a last parameter.
  return *written == ':' ? "0" + std::string{written} : std::string{written};
}

}  // namespace dragoman::backends::irc
