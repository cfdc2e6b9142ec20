#include <algorithm>
#include <charconv>

#include "net/address.hpp"
#include "net/connect.hpp"

namespace dragoman::net {

namespace {

Error bad(std::string_view text, std::string_view why) {
  return Error{Fault::malformed, '"' + std::string{text} + "\" is not host:port: " + std::string{why}};
}

/// Names and addresses; an underscore stands in the names of some private networks, a '%' before an interface.
bool is_host_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

}  // namespace

Result<Endpoint> parse_endpoint(std::string_view text, std::uint16_t default_port) {
  constexpr auto npos = std::string_view::npos;
  std::string_view host = text, port;
  bool has_port = false, is_v6 = false;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == npos) return bad(text, "a closing ] is missing");
    host = text.substr(1, end - 1);
    is_v6 = true;
    const std::string_view rest = text.substr(end + 1);
    if (!rest.empty() && rest.front() != ':') return bad(text, "only :port may follow the ]");
    has_port = !rest.empty();
    if (has_port) port = rest.substr(1);
  } else if (std::count(text.begin(), text.end(), ':') > 1) {
    is_v6 = true;
  } else if (const std::size_t colon = text.find(':'); colon != npos) {
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
    has_port = true;
  }
  if (host.empty()) return bad(text, "the host is missing");
  if (is_v6) {
    const auto address = parse_address(host, 0);
    if (!address || address->family() != AF_INET6)
      return bad(text, "this is no IPv6 address; with a port: [address]:port");
  } else if (host.size() > 253 || !std::all_of(host.begin(), host.end(), is_host_char)) {
    return bad(text, "a host consists of letters, digits, '.' and '-'");
  }
  std::uint16_t number = default_port;
  if (has_port) {
    const auto [end, failure] = std::from_chars(port.data(), port.data() + port.size(), number);
    if (failure != std::errc{} || end != port.data() + port.size() || number == 0) {
      return bad(text, "a port is a number from 1 to 65535");
    }
  }
  if (number == 0) return bad(text, "the port is missing");
  return Endpoint{std::string{host}, number};
}

std::string to_string(const Endpoint& endpoint) {
  const bool v6 = endpoint.host.find(':') != std::string::npos;
  return (v6 ? '[' + endpoint.host + ']' : endpoint.host) + ':' + std::to_string(endpoint.port);
}

}  // namespace dragoman::net
