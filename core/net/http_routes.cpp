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

const HttpRoute* HttpRoutes::find(std::string_view path) const {
  const HttpRoute* best = nullptr;
  for (const HttpRoute& route : routes_) {
    if (route.path == path) return &route;
    if (!route.path.ends_with('/') || !path.starts_with(route.path)) continue;
    if (best == nullptr || best->path.size() < route.path.size()) best = &route;
  }
  return best;
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
