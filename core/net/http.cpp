#include "net/http.hpp"

#include <algorithm>

#include "net/connect.hpp"

namespace dragoman::net {

namespace {

bool same_name(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

/// An answer that is there already.
class WholeAnswer final : public HttpIncoming {
 public:
  explicit WholeAnswer(HttpResponse response) : head_(std::move(response)), body_(std::exchange(head_.body, {})) {}
  const HttpResponse& head() const override { return head_; }
  Task<Result<std::string>> read() override { co_return std::exchange(body_, {}); }

 private:
  HttpResponse head_;
  std::string body_;
};

Error not_a_url(std::string_view why) { return failure(Fault::malformed, "not a usable URL: " + std::string{why}); }

}  // namespace

std::string_view HttpFields::get(std::string_view name) const {
  for (const auto& [key, value] : fields_) {
    if (same_name(key, name)) return value;
  }
  return {};
}

bool HttpFields::has(std::string_view name) const {
  return std::any_of(fields_.begin(), fields_.end(), [&](const auto& field) { return same_name(field.first, name); });
}

void HttpFields::set(std::string_view name, std::string value) {
  std::erase_if(fields_, [&](const auto& field) { return same_name(field.first, name); });
  fields_.emplace_back(name, std::move(value));
}

Task<Result<std::unique_ptr<HttpIncoming>>> HttpClient::open(HttpRequest request, HttpLimits limits) {
  auto response = co_await send(std::move(request), limits);
  if (!response) co_return response.error();
  co_return std::make_unique<WholeAnswer>(std::move(*response));
}

Result<Url> parse_url(std::string_view text) {
  Url url;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7f) return not_a_url("it has a space or a control character");
  }
  const std::size_t colon = text.find("://");
  if (colon == std::string_view::npos) return not_a_url("it does not begin with https:// or http://");
  const std::string_view scheme = text.substr(0, colon);
  if (same_name(scheme, "https")) {
    url.tls = true;
  } else if (same_name(scheme, "http")) {
    url.tls = false;
  } else {
    return not_a_url("it does not begin with https:// or http://");
  }
  url.port = url.tls ? 443 : 80;
  text.remove_prefix(colon + 3);
  const std::size_t end = text.find_first_of("/?#");
  std::string_view authority = text.substr(0, end);
  std::string_view rest = end == std::string_view::npos ? std::string_view{} : text.substr(end);
  if (authority.find('@') != std::string_view::npos) return not_a_url("it has a user name before the host");
  if (authority.find('\\') != std::string_view::npos) return not_a_url("it has a backslash in the host");
  if (authority.ends_with(':')) authority.remove_suffix(1);
  const auto endpoint = parse_endpoint(authority, url.port);
  if (!endpoint) return not_a_url(endpoint.error().text);
  url.host = endpoint->host;
  for (char& c : url.host) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  url.port = endpoint->port;
  rest = rest.substr(0, rest.find('#'));
  url.target = rest.starts_with('/') ? std::string{rest} : "/" + std::string{rest};
  return url;
}

std::string to_string(const Url& url) {
  const bool usual = url.port == (url.tls ? 443 : 80);
  const std::string host = url.host.find(':') == std::string::npos ? url.host : "[" + url.host + "]";
  return (url.tls ? "https://" : "http://") + host + (usual ? "" : ":" + std::to_string(url.port)) + url.target;
}

}  // namespace dragoman::net
