#include "net/address_ranges.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <cstring>
#include <netinet/in.h>
#include <optional>
#include <string>

#include "net/address.hpp"

namespace dragoman::net {

namespace {

constexpr unsigned mapped_bits = 96;  // ::ffff:0:0/96 (RFC 4291 2.5.5.2)

/// All in IPv6, IPv4 mapped into it. `mapped`: it was written as IPv4.
std::optional<std::array<std::uint8_t, 16>> bytes_of(std::string_view text, bool& mapped) {
  const auto address = parse_address(text, 0);
  if (!address) return std::nullopt;
  std::array<std::uint8_t, 16> bytes{};
  mapped = address->family() == AF_INET;
  if (mapped) {
    const auto* v4 = reinterpret_cast<const sockaddr_in*>(&address->storage);
    bytes[10] = bytes[11] = 0xff;
    std::memcpy(bytes.data() + 12, &v4->sin_addr, 4);
  } else {
    const auto* v6 = reinterpret_cast<const sockaddr_in6*>(&address->storage);
    std::memcpy(bytes.data(), &v6->sin6_addr, 16);
  }
  return bytes;
}

}  // namespace

Result<void> AddressRanges::add(std::string_view range) {
  const std::size_t slash = range.find('/');
  bool mapped = false;
  const auto bytes = bytes_of(range.substr(0, slash), mapped);
  if (!bytes) return failure(Fault::malformed, "'" + std::string{range} + "' is no IP address or range of them");
  const unsigned most = mapped ? 32 : 128;
  unsigned bits = most;
  if (slash != std::string_view::npos) {
    const std::string_view digits = range.substr(slash + 1);
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
    if (read.ec != std::errc{} || read.ptr != digits.data() + digits.size() || bits > most) {
      return failure(Fault::malformed,
                     "'" + std::string{range} + "': behind the slash belongs a number up to " + std::to_string(most));
    }
  }
  ranges_.push_back({*bytes, mapped ? bits + mapped_bits : bits});
  return {};
}

bool AddressRanges::contains(std::string_view address) const {
  bool mapped = false;
  const auto bytes = bytes_of(address, mapped);
  if (!bytes) return false;
  return std::any_of(ranges_.begin(), ranges_.end(), [&](const Range& range) {
    const std::size_t whole = range.bits / 8;
    if (!std::equal(bytes->begin(), bytes->begin() + static_cast<std::ptrdiff_t>(whole), range.address.begin())) {
      return false;
    }
    if (range.bits % 8 == 0) return true;
    const auto mask = static_cast<std::uint8_t>(0xff << (8 - range.bits % 8));
    return ((*bytes)[whole] & mask) == (range.address[whole] & mask);
  });
}

std::string plain_address(std::string_view text) {
  if (text.starts_with('[')) {
    text = text.substr(1, text.find(']') - 1);
  } else if (std::count(text.begin(), text.end(), ':') == 1) {
    text = text.substr(0, text.find(':'));
  }
  bool mapped = false;
  const auto bytes = bytes_of(text, mapped);
  if (!bytes) return {};
  const bool v4 = mapped || (std::all_of(bytes->begin(), bytes->begin() + 10, [](auto byte) { return byte == 0; }) &&
                             (*bytes)[10] == 0xff && (*bytes)[11] == 0xff);
  char shown[INET6_ADDRSTRLEN] = "";
  inet_ntop(v4 ? AF_INET : AF_INET6, bytes->data() + (v4 ? 12 : 0), shown, sizeof shown);
  return shown;
}

std::string subscriber_of(const std::string& address) {
  constexpr std::size_t kept = 8;
  if (address.find(':') == std::string::npos) return address;
  std::string plain = plain_address('[' + address + ']');
  bool mapped = false;
  auto bytes = plain.find(':') == std::string::npos ? std::nullopt : bytes_of(plain, mapped);
  if (!bytes) return plain.empty() ? address : plain;
  std::fill(bytes->begin() + kept, bytes->end(), std::uint8_t{0});
  char shown[INET6_ADDRSTRLEN] = "";
  inet_ntop(AF_INET6, bytes->data(), shown, sizeof shown);
  return std::string{shown} + "/64";
}

}  // namespace dragoman::net
