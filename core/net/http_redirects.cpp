#include "net/http_redirects.hpp"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "base/text.hpp"

namespace dragoman::net {

namespace {

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/// What may be said to anybody.
bool is_impersonal(std::string_view name) {
  static constexpr std::string_view names[] = {
      "Accept",   "Accept-Language", "Content-Type", "If-Modified-Since", "If-None-Match",
      "If-Range", "Range",           "User-Agent",   "Content-Language",  "Accept-Encoding"};
  return std::any_of(std::begin(names), std::end(names),
                     [name](std::string_view each) { return text::ascii_iequals(each, name); });
}

/// RFC 3986 5.2.4, of a path that begins with '/'.
std::string without_dots(std::string_view path) {
  std::vector<std::string_view> kept;
  bool folder = false;
  for (const std::string_view segment : text::split(path.substr(1), '/')) {
    folder = segment == "." || segment == "..";
    if (segment == ".." && !kept.empty()) kept.pop_back();
    if (!folder) kept.push_back(segment);
  }
  std::string clean;
  for (const std::string_view segment : kept) clean.append("/").append(segment);
  return folder || clean.empty() ? clean + '/' : clean;
}

Error too_many_redirects(const std::string& host) {
  return {Fault::unavailable, host + ": one redirect leads to the next"};
}

}  // namespace

Result<Url> resolve_url(const Url& base, std::string_view reference) {
  const std::size_t delimiter = reference.find_first_of(":/?#");
  if (delimiter != std::string_view::npos && delimiter > 0 && reference[delimiter] == ':') return parse_url(reference);
  const std::string scheme = base.tls ? "https:" : "http:";
  if (reference.starts_with("//")) return parse_url(scheme + std::string{reference});
  reference = reference.substr(0, reference.find('#'));
  const std::string_view path = std::string_view{base.target}.substr(0, base.target.find('?'));
  Url origin = base;
  origin.target.clear();
  std::string target;
  if (reference.empty()) {
    target = base.target;
  } else if (reference.front() == '?') {
    target = std::string{path} + std::string{reference};
  } else {
    const std::string_view query = reference.substr(std::min(reference.find('?'), reference.size()));
    std::string_view named = reference.substr(0, reference.size() - query.size());
    std::string whole = named.starts_with('/') ? "" : std::string{path.substr(0, path.rfind('/') + 1)};
    whole += named;
    target = without_dots(whole) + std::string{query};
  }
  return parse_url(to_string(origin) + target);
}

Result<std::optional<HttpRequest>> next_request(const HttpRequest& request, const HttpResponse& answer) {
  const std::string_view location = answer.fields.get("Location");
  if (!is_redirect(answer.status) || location.empty()) return std::optional<HttpRequest>{};
  auto url = resolve_url(request.url, location);
  if (!url) return url.error();
  if (request.url.tls && !url->tls) {
    return failure(Fault::forbidden, request.url.host + " sends us on without encryption");
  }
  HttpRequest next = request;
  next.url = std::move(*url);
  const bool same =
      next.url.tls == request.url.tls && next.url.host == request.url.host && next.url.port == request.url.port;
  // RFC 9110 15.4: 303 asks for another thing; after 301 and 302 everybody turns POST into GET.
  const bool asks_anew = answer.status == 303 || (answer.status <= 302 && request.method == "POST");
  if (asks_anew && request.method != "HEAD") {
    next.method = "GET";
    next.body.clear();
    next.upload = {};
  }
  if (next.upload.read) return failure(Fault::unsupported, request.url.host + " sends an upload elsewhere");
  HttpFields fields;
  for (const auto& [name, value] : request.fields) {
    const bool of_the_body = next.method != request.method && text::ascii_lower(name).starts_with("content-");
    if ((same || is_impersonal(name)) && !of_the_body) fields.add(name, value);
  }
  next.fields = std::move(fields);
  return std::optional<HttpRequest>{std::move(next)};
}

Task<Result<std::unique_ptr<HttpIncoming>>> open_following(HttpClient& client, HttpRequest request, HttpLimits limits) {
  for (int redirects = 0;; ++redirects) {
    auto opened = co_await client.open(request, limits);
    if (!opened) co_return opened.error();
    auto next = next_request(request, (*opened)->head());
    if (!next) co_return next.error();
    if (!*next) co_return std::move(*opened);
    if (redirects == most_redirects) co_return too_many_redirects(request.url.host);
    request = std::move(**next);
  }
}

Task<Result<HttpResponse>> send_following(HttpClient& client, HttpRequest request, HttpLimits limits) {
  for (int redirects = 0;; ++redirects) {
    auto answer = co_await client.send(request, limits);
    if (!answer) co_return answer.error();
    auto next = next_request(request, *answer);
    if (!next) co_return next.error();
    if (!*next) co_return std::move(*answer);
    if (redirects == most_redirects) co_return too_many_redirects(request.url.host);
    request = std::move(**next);
  }
}

}  // namespace dragoman::net
