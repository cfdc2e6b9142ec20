#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <sys/socket.h>

namespace dragoman::net {

/// An IP address and a port, as the kernel takes it.
struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;

  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
  int family() const { return storage.ss_family; }
  std::uint16_t port() const;
};

/// "192.0.2.7", "2001:db8::7", "fe80::1%eth0"; nothing when it is no address. Never asks a name server.
std::optional<Address> parse_address(std::string_view text, std::uint16_t port);
/// "192.0.2.7:6697", "[2001:db8::7]:6697".
std::string to_string(const Address& address);

}  // namespace dragoman::net
