#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "net/http_server.hpp"

namespace dragoman::net {

/// What a server answers where.
class HttpRoutes {
 public:
  void add(HttpRoute route) { routes_.push_back(std::move(route)); }
  /// That of exactly this path, else the longest prefix; nullptr: nothing is there. Paths are compared as they were
  /// sent: a percent-encoded slash is none.
  const HttpRoute* find(std::string_view path) const;

 private:
  std::vector<HttpRoute> routes_;  // few; not added to while requests are answered
};

/// Why the route does not take the request, by the head alone; nothing: it does.
std::optional<HttpResponse> refusal_of(const HttpRoute* route, const HttpHead& head);

}  // namespace dragoman::net
