#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "net/connect.hpp"

namespace dragoman::backends::irc {

/// The addresses that people connect from: one of their own each, out of a prefix or a list, so that a ban of an
/// address hits one person and limits "per address" count people.
class Sources {
 public:
  Sources() = default;
  /// Addresses, "192.0.2.7", and prefixes, "2001:db8:1:2::/64", of both kinds. Fault::malformed names what is neither.
  static Result<Sources> parse(const std::vector<std::string>& texts);

  bool empty() const { return pools_.empty(); }
  /// At most one for IPv4 and one for IPv6: the same for a person in every run, and nobody can tell who it is without
  /// the key. Out of a prefix by HMAC-SHA256; not its first and last address, which mean all of an IPv4 network.
  std::vector<net::SourceAddress> of(std::string_view key, std::string_view owner) const;
  bool operator==(const Sources&) const = default;

 private:
  struct Pool {
    std::string bytes;  ///< of the address, 4 or 16
    unsigned bits = 0;  ///< that are given; all of them: a single address
    bool operator==(const Pool&) const = default;
  };
  std::vector<Pool> pools_;
};

}  // namespace dragoman::backends::irc
