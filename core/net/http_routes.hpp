#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "net/http_server.hpp"

namespace dragoman::net {

/// What a server answers where.
class HttpRoutes {
 public:
  /// Fault::conflict: there is something at exactly this path.
  Result<void> add(HttpRoute route);
  /// Nothing is found there from now on.
  void remove(std::string_view path);
  /// That of exactly this path, else the longest prefix; nullptr: nothing is there. Paths are compared as they were
  /// sent: a percent-encoded slash is none. Shared with the request that is in its handler when it is removed.
  std::shared_ptr<const HttpRoute> find(std::string_view path) const;
  /// Whether a request is still in the handler of what was removed from this path.
  bool busy(std::string_view path) const;

 private:
  struct Removed {
    std::string path;
    std::weak_ptr<const HttpRoute> route;
  };
  std::vector<std::shared_ptr<const HttpRoute>> routes_;  // few
  std::vector<Removed> removed_;
};

/// Why the route does not take the request, by the head alone; nothing: it does.
std::optional<HttpResponse> refusal_of(const HttpRoute* route, const HttpHead& head);

}  // namespace dragoman::net
