#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace dragoman::net {

/// A set of IP addresses: "192.0.2.7", "10.0.0.0/8", "2001:db8::/32". An IPv4 address and the same one mapped into
/// IPv6 are one.
class AddressRanges {
 public:
  /// Fault::malformed says what is wrong with it.
  Result<void> add(std::string_view range);
  /// Not for what is no address.
  bool contains(std::string_view address) const;
  bool empty() const { return ranges_.empty(); }

 private:
  using Bytes = std::array<std::uint8_t, 16>;
  struct Range {
    Bytes address;
    unsigned bits;  // of the 128 that count
  };
  std::vector<Range> ranges_;
};

/// An address as text without brackets, port and mapping into IPv6: "[::ffff:192.0.2.7]:80" -> "192.0.2.7"; what is no
/// address comes back empty.
std::string plain_address(std::string_view text);

/// Whom a caller counts as where strangers are limited: its address; of IPv6 the network that one subscriber has to
/// choose addresses from, "2001:db8:1:2::/64" (RFC 6177 gives nobody less). What is no address stays as it is.
std::string subscriber_of(const std::string& address);

}  // namespace dragoman::net
