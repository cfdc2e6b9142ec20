#include "backends/matrix/api.hpp"

#include <utility>

#include "backends/matrix/json.hpp"
#include "base/text.hpp"

namespace dragoman::backends::matrix {

Result<net::Url> parse_base_url(std::string_view text) {
  auto url = net::parse_url(text::trim(text));
  if (!url) return url.error();
  if (url->target.find('?') != std::string::npos) {
    return failure(Fault::malformed, "the address of a homeserver has no question mark");
  }
  while (url->target.ends_with('/')) url->target.pop_back();
  return *url;
}

std::string to_text(const Homeserver& homeserver) {
  std::string text = net::to_string(homeserver.base);
  while (text.ends_with('/')) text.pop_back();
  return text;
}

net::HttpRequest make_request(const Homeserver& homeserver, const std::string& method, const std::string& path,
                              std::string body, const Secret<std::string>& token) {
  net::HttpRequest request;
  request.method = method;
  request.url = homeserver.base;
  request.url.target += path;
  request.fields.add("Accept", "application/json");
  if (!token.empty()) request.fields.add("Authorization", "Bearer " + token.reveal());
  // A POST or PUT without a body would have no length, which proxies refuse.
  if (body.empty() && (method == "POST" || method == "PUT")) body = "{}";
  if (!body.empty()) request.fields.add("Content-Type", "application/json");
  request.body = std::move(body);
  return request;
}

Reply read_reply(const Result<net::HttpResponse>& response, Timestamp now) {
  Reply reply;
  reply.body = nlohmann::json::object();
  if (!response) {
    reply.refusal.error = response.error();
    return reply;
  }
  reply.status = response->status;
  auto body = parse_json(response->body);
  const bool is_object = body && body->is_object();
  if (is_object) reply.body = std::move(*body);
  reply.ok = is_object && response->status >= 200 && response->status < 300;
  if (reply.ok) return reply;
  reply.refusal = read_refusal(*response, reply.body, now);
  if (response->status >= 200 && response->status < 300) {
    reply.refusal.error = {Fault::unavailable, "what answers there is no Matrix homeserver"};
  }
  return reply;
}

net::Task<Reply> ask(net::HttpClient& http, const Clock& clock, Homeserver homeserver, Question question) {
  net::HttpRequest request =
      make_request(homeserver, question.method, question.path, std::move(question.body), question.token);
  if (!request.body.empty()) request.fields.set("Content-Type", question.type);
  net::HttpLimits limits;
  limits.timeout = question.timeout;
  limits.public_addresses_only = homeserver.public_only;
  const auto response = co_await http.send(std::move(request), limits);
  co_return read_reply(response, clock.utc());
}

}  // namespace dragoman::backends::matrix
