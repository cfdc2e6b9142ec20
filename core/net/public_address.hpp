#pragma once

#include "net/address.hpp"

namespace dragoman::net {

/// False for every address that a stranger's URL must not lead us to: this machine and its networks (loopback, private,
/// link-local, unique local, carrier-grade NAT), multicast, documentation, benchmarks, reserved blocks, and the forms
/// of IPv6 that hide such an IPv4 address (IANA special-purpose registries, RFC 6890). An IPv4 address inside a mapped
/// (::ffff:0:0/96) or translated one (NAT64, 64:ff9b::/96) is judged itself; 6to4 and Teredo are refused.
bool is_public(const Address& address);

}  // namespace dragoman::net
