#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "base/clock.hpp"
#include "base/timers.hpp"
#include "net/http.hpp"
#include "net/stream.hpp"

namespace dragoman::net {

/// Whom a connection is with, and how it was made: requests that differ in this cannot share one.
struct HttpOrigin {
  bool tls = true;
  std::string host;
  std::uint16_t port = 443;
  bool public_addresses_only = false;

  bool operator<(const HttpOrigin& other) const {
    return std::tie(tls, host, port, public_addresses_only) <
           std::tie(other.tls, other.host, other.port, other.public_addresses_only);
  }
};

/// Connections that wait for their next request. Nothing is read from one meanwhile: that the other side has closed it
/// is seen when it is taken.
class HttpPool {
 public:
  static constexpr std::size_t most_of_an_origin = 8, most = 128;
  /// Most servers and proxies close after 60 s or more.
  static constexpr Duration longest = std::chrono::seconds{55};

  explicit HttpPool(Timers& timers) : timers_(timers), cleaning_(timers) {}

  /// The connection that was used last, if one is open still and has been idle for at most `longest_idle`.
  std::unique_ptr<Stream> take(const HttpOrigin& origin, Duration longest_idle);
  /// Closed after `lasts`, or before, when there are too many.
  void put(const HttpOrigin& origin, std::unique_ptr<Stream> stream, Duration lasts = longest);
  std::size_t size() const { return size_; }

 private:
  struct Idle {
    std::unique_ptr<Stream> stream;
    Instant since, until;
  };
  void clean();

  Timers& timers_;
  std::map<HttpOrigin, std::vector<Idle>> idle_;  // of each the newest last
  std::size_t size_ = 0;
  Timer cleaning_;
};

}  // namespace dragoman::net
