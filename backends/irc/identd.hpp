#pragma once

#include <optional>
#include <string>

#include "backends/services.hpp"
#include "net/connect.hpp"
#include "net/graveyard.hpp"

namespace dragoman::backends::irc {

/// Where the servers of one gateway may ask who is behind a connection (RFC 1413): `identd` of [network.irc]. Several
/// gateways of one process may have the same place.
class Identd {
 public:
  Identd(Services& services, std::string network) : services_(services), network_(std::move(network)) {}

  /// Listens there from now on, and nowhere else.
  void listen(const std::optional<net::Endpoint>& place);
  void close();
  bool idle() const { return graveyard_.empty(); }

 private:
  Services& services_;
  std::string network_;
  std::optional<net::Endpoint> place_;
  net::Graveyard graveyard_;
};

}  // namespace dragoman::backends::irc
