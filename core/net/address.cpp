#include "net/address.hpp"

#include <algorithm>
#include <cstring>

#include <netdb.h>
#include <netinet/in.h>

namespace dragoman::net {

std::uint16_t Address::port() const {
  if (family() == AF_INET) return ntohs(reinterpret_cast<const sockaddr_in*>(&storage)->sin_port);
  if (family() == AF_INET6) return ntohs(reinterpret_cast<const sockaddr_in6*>(&storage)->sin6_port);
  return 0;
}

std::optional<Address> parse_address(std::string_view text, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  // getaddrinfo also takes forms such as "127.1" and "1": only the usual ones are addresses here.
  const bool dotted = text.find_first_not_of("0123456789.") == std::string_view::npos;
  if (dotted && std::count(text.begin(), text.end(), '.') != 3) return std::nullopt;
  if (getaddrinfo(std::string{text}.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) return std::nullopt;
  Address address;
  std::memcpy(&address.storage, found->ai_addr, found->ai_addrlen);
  address.size = found->ai_addrlen;
  freeaddrinfo(found);
  return address;
}

std::string to_string(const Address& address) {
  char host[NI_MAXHOST] = "?";
  getnameinfo(address.get(), address.size, host, sizeof host, nullptr, 0, NI_NUMERICHOST);
  const std::string port = ':' + std::to_string(address.port());
  return address.family() == AF_INET6 ? '[' + std::string{host} + ']' + port : host + port;
}

}  // namespace dragoman::net
