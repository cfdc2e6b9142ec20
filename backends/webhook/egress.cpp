#include "backends/webhook/egress.hpp"

#include <utility>
#include <vector>

#include "net/address.hpp"
#include "net/own_address.hpp"
#include "net/public_address.hpp"
#include "net/resolver.hpp"

namespace dragoman::backends::webhook {

namespace {

constexpr Duration resolve_patience = std::chrono::seconds{10};

Error not_there(std::string text) { return {Fault::forbidden, std::move(text)}; }

bool may_be_sent_to(const net::Address& address, const Egress& egress) {
  const bool fits = net::is_public(address) && !net::is_own(address);
  return fits || egress.private_ranges.contains(net::plain_address(net::to_string(address)));
}

constexpr const char* not_public =
    "hooks may send to public addresses only; whoever runs this gateway can allow others (allow_private)";

}  // namespace

Result<net::Url> check_target(std::string_view text, const Egress& egress) {
  auto url = net::parse_url(text);
  if (!url) return url.error();
  if (!url->tls && !egress.plain_http) return not_there("the address has to begin with https://");
  if (!egress.ports.contains(url->port)) {
    std::string allowed;
    for (const std::uint16_t port : egress.ports) allowed += (allowed.empty() ? "" : ", ") + std::to_string(port);
    return not_there("hooks may send to these ports only: " + allowed);
  }
  if (const auto own = net::parse_url(egress.own_url); own && own->host == url->host && own->port == url->port) {
    return not_there("this is the gateway itself: hooks may not send to one another");
  }
  // Numbers are no names: 2130706433 and 0x7f.1 are what some resolvers take for addresses of this machine.
  const auto address = net::parse_address(url->host, url->port);
  const std::size_t dot = url->host.find_last_not_of('.');
  const std::size_t label = dot == std::string::npos ? 0 : url->host.find_last_of('.', dot);
  const std::string last = url->host.substr(label == std::string::npos ? 0 : label + 1);
  const bool numeric = !last.empty() && last.front() >= '0' && last.front() <= '9';
  if (!address && numeric) return failure(Fault::malformed, "the host is neither a name nor an IP address");
  if (address && !may_be_sent_to(*address, egress)) return not_there(not_public);
  return url;
}

net::Task<Result<net::Url>> resolve_target(net::Loop& loop, std::string text, Egress egress) {
  auto url = check_target(text, egress);
  if (!url) co_return url.error();
  const Instant deadline = loop.clock().now() + resolve_patience;
  const auto addresses = co_await loop.resolver().resolve(url->host, url->port, deadline);
  if (!addresses) co_return addresses.error();
  for (const net::Address& each : *addresses) {
    if (!may_be_sent_to(each, egress)) co_return not_there(not_public);
  }
  co_return std::move(*url);
}

}  // namespace dragoman::backends::webhook
