#include "net/http_routes.hpp"

#include <algorithm>

#include "net/http_response_head.hpp"

namespace dragoman::net {

namespace {

bool takes(const HttpRoute& route, std::string_view method) {
  const auto has = [&](std::string_view wanted) {
    return std::find(route.methods.begin(), route.methods.end(), wanted) != route.methods.end();
  };
  return has(method) || (method == "HEAD" && has("GET"));
}

HttpResponse method_not_allowed(const HttpRoute& route) {
  HttpResponse response = make_text_response(405);
  std::string allowed;
  for (const std::string& method : route.methods) {
    allowed += (allowed.empty() ? "" : ", ") + method;
    if (method == "GET") allowed += ", HEAD";
  }
  response.fields.add("Allow", allowed);
  return response;
}

}  // namespace

Result<void> HttpRoutes::add(HttpRoute route) {
  for (const auto& each : routes_) {
    if (each->path == route.path) return failure(Fault::conflict, "something else is at " + route.path);
  }
  routes_.push_back(std::make_shared<const HttpRoute>(std::move(route)));
  return {};
}

void HttpRoutes::remove(std::string_view path) {
  std::erase_if(removed_, [](const Removed& each) { return each.route.expired(); });
  std::erase_if(routes_, [&](const std::shared_ptr<const HttpRoute>& each) {
    if (each->path != path) return false;
    removed_.push_back({each->path, each});
    return true;
  });
}

std::shared_ptr<const HttpRoute> HttpRoutes::find(std::string_view path) const {
  std::shared_ptr<const HttpRoute> best;
  for (const auto& route : routes_) {
    if (route->path == path) return route;
    if (!route->path.ends_with('/') || !path.starts_with(route->path)) continue;
    if (best == nullptr || best->path.size() < route->path.size()) best = route;
  }
  return best;
}

bool HttpRoutes::busy(std::string_view path) const {
  return std::any_of(removed_.begin(), removed_.end(),
                     [path](const Removed& each) { return each.path == path && !each.route.expired(); });
}

std::optional<HttpResponse> refusal_of(const HttpRoute* route, const HttpHead& head) {
  if (route == nullptr) return make_text_response(404);
  if (!takes(*route, head.method)) return method_not_allowed(*route);
  if (route->admit) {
    if (auto refused = route->admit(head)) return refused;
  }
  return std::nullopt;
}

}  // namespace dragoman::net
