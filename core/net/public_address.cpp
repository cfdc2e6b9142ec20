#include "net/public_address.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <iterator>
#include <netinet/in.h>

namespace dragoman::net {

namespace {

/// The first `bits` of an IPv4 address in host order.
struct Block {
  std::uint32_t begin;
  int bits;
};

constexpr Block special_blocks[] = {
    {0x00000000, 8},   // "this network"
    {0x0a000000, 8},   // private
    {0x64400000, 10},  // carrier-grade NAT
    {0x7f000000, 8},   // loopback
    {0xa9fe0000, 16},  // link-local, where clouds keep their metadata
    {0xac100000, 12},  // private
    {0xc0000000, 24},  // protocol assignments
    {0xc0000200, 24},  // documentation
    {0xc0586300, 24},  // 6to4 relays
    {0xc0a80000, 16},  // private
    {0xc6120000, 15},  // benchmarks
    {0xc6336400, 24},  // documentation
    {0xcb007100, 24},  // documentation
    {0xe0000000, 4},   // multicast
    {0xf0000000, 4},   // reserved, broadcast
};

bool is_public_4(std::uint32_t address) {
  return std::none_of(std::begin(special_blocks), std::end(special_blocks),
                      [address](Block block) { return (address ^ block.begin) >> (32 - block.bits) == 0; });
}

using Bytes = std::array<std::uint8_t, 16>;

bool begins(const Bytes& address, std::initializer_list<std::uint8_t> bytes) {
  return std::equal(bytes.begin(), bytes.end(), address.begin());
}

bool is_public_6(const Bytes& address) {
  const bool mapped = begins(address, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff});
  const bool translated = begins(address, {0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0});
  if (mapped || translated) {
    std::uint32_t inner = 0;
    for (std::size_t i = 12; i < 16; ++i) inner = inner << 8 | address[i];
    return is_public_4(inner);
  }
  if (address[0] >> 5 != 1) return false;  // all global unicast that is given out is in 2000::/3
  const bool protocols = address[0] == 0x20 && address[1] == 0x01 && address[2] < 2;  // 2001::/23, with Teredo
  const bool documentation =
      begins(address, {0x20, 0x01, 0x0d, 0xb8}) || (begins(address, {0x3f, 0xff}) && address[2] < 0x10);
  return !protocols && !documentation && !begins(address, {0x20, 0x02});
}

}  // namespace

bool is_public(const Address& address) {
  if (address.family() == AF_INET) {
    return is_public_4(ntohl(reinterpret_cast<const sockaddr_in*>(&address.storage)->sin_addr.s_addr));
  }
  if (address.family() != AF_INET6) return false;
  Bytes bytes{};
  std::memcpy(bytes.data(), &reinterpret_cast<const sockaddr_in6*>(&address.storage)->sin6_addr, bytes.size());
  return is_public_6(bytes);
}

}  // namespace dragoman::net
