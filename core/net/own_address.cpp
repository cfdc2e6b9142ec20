#include "net/own_address.hpp"

#include <cstring>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace dragoman::net {

namespace {

bool same_host(const Address& a, const Address& b) {
  if (a.family() != b.family()) return false;
  if (a.family() == AF_INET) {
    return reinterpret_cast<const sockaddr_in*>(&a.storage)->sin_addr.s_addr ==
           reinterpret_cast<const sockaddr_in*>(&b.storage)->sin_addr.s_addr;
  }
  return std::memcmp(&reinterpret_cast<const sockaddr_in6*>(&a.storage)->sin6_addr,
                     &reinterpret_cast<const sockaddr_in6*>(&b.storage)->sin6_addr, sizeof(in6_addr)) == 0;
}

}  // namespace

bool is_own(const Address& address) {
  // A datagram socket is "connected" without a packet; its own address is then the one that the route begins with.
  const int socket = ::socket(address.family(), SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return false;
  Address local;
  local.size = sizeof local.storage;
  const bool known =
      ::connect(socket, address.get(), address.size) == 0 && ::getsockname(socket, local.get(), &local.size) == 0;
  ::close(socket);
  return known && same_host(local, address);
}

}  // namespace dragoman::net
