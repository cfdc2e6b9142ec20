#include "backends/webhook/request_read.hpp"

#include <algorithm>

#include "backends/webhook/inflate.hpp"
#include "base/text.hpp"

namespace dragoman::backends::webhook {

std::string media_type_of(std::string_view content_type) {
  return text::ascii_lower(text::trim(content_type.substr(0, content_type.find(';'))));
}

std::uint64_t most_body(const net::HttpHead& head, const IngressPath& path, const Config& config) {
  if (media_type_of(head.fields.get("Content-Type")) == "multipart/form-data") return config.multipart_body;
  const bool github = path.forced == Format::github || head.fields.has("X-GitHub-Event");
  return github ? std::max(config.github_body, config.body) : config.body;
}

Result<Request> read_request(const net::HttpHead& head, const IngressPath& path, std::string body,
                             const Config& config) {
  Request request;
  request.method = head.method;
  request.rest = path.rest;
  request.query = head.query;
  request.caller = head.caller;
  for (const auto& [name, value] : head.fields) {
    std::string& all = request.headers[text::ascii_lower(name)];
    all += all.empty() ? value : ", " + value;
  }
  request.content_type = media_type_of(head.fields.get("Content-Type"));
  const std::string coding = text::ascii_lower(text::trim(request.header("content-encoding")));
  if (coding.empty() || coding == "identity") {
    request.body = std::move(body);
    return request;
  }
  InflateLimits limits;
  limits.most = static_cast<std::size_t>(std::max(config.inflated_body, config.body));
  auto inflated = inflate_body(coding, body, limits);
  if (!inflated) return inflated.error();
  request.body = std::move(*inflated);
  request.packed = std::move(body);
  request.headers.erase("content-encoding");  // it has none any more
  return request;
}

bool query_flag(std::string_view query, std::string_view name) {
  for (const std::string_view each : text::split(query, '&')) {
    const auto equals = each.find('=');
    if (each.substr(0, equals) != name || equals == std::string_view::npos) continue;
    const std::string_view value = each.substr(equals + 1);
    return value == "true" || value == "1";
  }
  return false;
}

}  // namespace dragoman::backends::webhook
