#include "backends/matrix/oauth.hpp"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "backends/matrix/address.hpp"
#include "backends/matrix/json.hpp"

namespace dragoman::backends::matrix {

namespace {

constexpr const char* form_type = "application/x-www-form-urlencoded";
constexpr const char* device_grant = "urn:ietf:params:oauth:grant-type:device_code";

std::string form_body(std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
  std::string body;
  for (const auto& [name, value] : fields) {
    if (!body.empty()) body += '&';
    body += std::string{name} + '=' + percent_encode(value);
  }
  return body;
}

/// Endpoints are full URLs, and need not be on the homeserver.
net::Task<Reply> ask_endpoint(net::HttpClient& http, const Clock& clock, Homeserver homeserver, std::string endpoint,
                              std::string type, std::string body) {
  Reply reply;
  reply.body = nlohmann::json::object();
  const auto url = net::parse_url(endpoint);
  if (!url || (homeserver.public_only && !url->tls)) {
    reply.refusal.error = {Fault::unsupported, "the homeserver's OAuth server has no usable address"};
    co_return reply;
  }
  homeserver.base = *url;
  Question question;
  question.method = "POST";
  question.body = std::move(body);
  question.type = std::move(type);
  reply = co_await ask(http, clock, homeserver, std::move(question));
  co_return reply;
}

/// RFC 6749 5.2.
std::string oauth_error(const Reply& reply) { return text_at(reply.body, "error"); }

Error oauth_failure(const Reply& reply) {
  if (reply.status == 0) return reply.refusal.error;
  const std::string code = oauth_error(reply);
  if (code == "access_denied") return {Fault::forbidden, "the login was refused there"};
  if (code == "expired_token") return {Fault::timeout, "the code was not entered in time"};
  return {reply.status >= 500 || code.empty() ? Fault::unavailable : Fault::forbidden,
          "the homeserver's OAuth server refuses" + (code.empty() ? std::string{} : ": " + code.substr(0, 100))};
}

}  // namespace

net::Task<Result<OauthServer>> ask_oauth_server(net::HttpClient& http, const Clock& clock, Homeserver homeserver) {
  OauthServer server;
  // COMPAT homeservers before v1.15 of the specification have it at the second path (MSC2965).
  for (const char* path :
       {"/_matrix/client/v1/auth_metadata", "/_matrix/client/unstable/org.matrix.msc2965/auth_metadata"}) {
    Question question;
    question.path = path;
    const Reply reply = co_await ask(http, clock, homeserver, std::move(question));
    if (!reply.ok && reply.status == 0) co_return reply.refusal.error;
    if (!reply.ok) continue;
    server.issuer = text_at(reply.body, "issuer");
    server.registration_endpoint = text_at(reply.body, "registration_endpoint");
    server.device_endpoint = text_at(reply.body, "device_authorization_endpoint");
    server.token_endpoint = text_at(reply.body, "token_endpoint");
    server.revocation_endpoint = text_at(reply.body, "revocation_endpoint");
    co_return server;
  }
  co_return failure(Fault::unsupported, "this homeserver has no login with a code (OAuth)");
}

net::Task<Result<std::string>> register_client(net::HttpClient& http, const Clock& clock, Homeserver homeserver,
                                               OauthServer server, OauthClient client) {
  nlohmann::json body;
  body["client_name"] = client.name;
  body["client_uri"] = client.uri;
  body["application_type"] = "native";
  body["token_endpoint_auth_method"] = "none";
  body["grant_types"] = nlohmann::json::array({device_grant, "refresh_token"});
  body["response_types"] = nlohmann::json::array();
  const std::string text = dump_json(body);
  const Reply reply =
      co_await ask_endpoint(http, clock, homeserver, server.registration_endpoint, "application/json", text);
  const std::string id = text_at(reply.body, "client_id");
  if (!reply.ok || id.empty()) co_return oauth_failure(reply);
  co_return id;
}

net::Task<Result<DeviceCode>> ask_device_code(net::HttpClient& http, const Clock& clock, Homeserver homeserver,
                                              OauthServer server, std::string client_id, std::string device_id) {
  const std::string scope = "urn:matrix:client:api:* urn:matrix:client:device:" + device_id;
  const std::string text = form_body({{"client_id", client_id}, {"scope", scope}});
  const Reply reply = co_await ask_endpoint(http, clock, homeserver, server.device_endpoint, form_type, text);
  DeviceCode code;
  code.device_code = Secret<std::string>{text_at(reply.body, "device_code")};
  code.user_code = text_at(reply.body, "user_code");
  code.uri = text_at(reply.body, "verification_uri");
  code.complete_uri = text_at(reply.body, "verification_uri_complete");
  if (!reply.ok || code.device_code.empty() || code.user_code.empty() || code.uri.empty()) {
    co_return oauth_failure(reply);
  }
  code.interval = std::chrono::seconds{std::clamp<std::int64_t>(number_at(reply.body, "interval").value_or(5), 1, 60)};
  code.lifetime =
      std::chrono::seconds{std::clamp<std::int64_t>(number_at(reply.body, "expires_in").value_or(600), 10, 1800)};
  co_return code;
}

net::Task<Result<Tokens>> ask_for_tokens(net::HttpClient& http, const Clock& clock, Homeserver homeserver,
                                         OauthServer server, std::string client_id, std::string device_id,
                                         Secret<std::string> device_code) {
  const std::string text =
      form_body({{"grant_type", device_grant}, {"device_code", device_code.reveal()}, {"client_id", client_id}});
  const Timestamp asked = clock.utc();
  const Reply reply = co_await ask_endpoint(http, clock, homeserver, server.token_endpoint, form_type, text);
  if (!reply.ok) {
    const std::string code = oauth_error(reply);
    if (code == "authorization_pending") co_return failure(Fault::absent, code);
    if (code == "slow_down") co_return failure(Fault::limited, code);
    // Somebody who did not answer once may the next time.
    if (reply.status == 0 || reply.status >= 500) co_return failure(Fault::limited, reply.refusal.error.text);
    co_return oauth_failure(reply);
  }
  Tokens tokens;
  tokens.homeserver = homeserver;
  if (!take_grant(tokens, reply.body, asked)) co_return oauth_failure(reply);
  // Whose they are is not said by OAuth.
  auto known = co_await log_in_with_access_token(http, clock, homeserver, tokens.access);
  if (!known) co_return known.error();
  tokens.user_id = known->user_id;
  tokens.device_id = known->device_id.empty() ? device_id : known->device_id;
  tokens.token_endpoint = server.token_endpoint;
  tokens.revocation_endpoint = server.revocation_endpoint;
  tokens.client_id = client_id;
  co_return tokens;
}

net::Task<Renewal> renew_by_oauth(net::HttpClient& http, const Clock& clock, Tokens tokens) {
  const std::string text = form_body(
      {{"grant_type", "refresh_token"}, {"refresh_token", tokens.refresh.reveal()}, {"client_id", tokens.client_id}});
  const Timestamp asked = clock.utc();
  const Reply reply = co_await ask_endpoint(http, clock, tokens.homeserver, tokens.token_endpoint, form_type, text);
  Renewal renewal;
  if (reply.ok && take_grant(tokens, reply.body, asked)) {
    renewal.tokens = std::move(tokens);
    co_return renewal;
  }
  renewal.error = oauth_failure(reply);
  renewal.again = reply.status == 0 || reply.status >= 500 || reply.status == 429;
  co_return renewal;
}

net::Task<bool> revoke_by_oauth(net::HttpClient& http, const Clock& clock, Tokens tokens) {
  if (tokens.revocation_endpoint.empty()) co_return true;
  const bool refreshes = !tokens.refresh.empty();
  const Secret<std::string>& token = refreshes ? tokens.refresh : tokens.access;
  const std::string text = form_body({{"token", token.reveal()},
                                      {"token_type_hint", refreshes ? "refresh_token" : "access_token"},
                                      {"client_id", tokens.client_id}});
  // RFC 7009 2.2: 200 without a body.
  const Reply reply =
      co_await ask_endpoint(http, clock, tokens.homeserver, tokens.revocation_endpoint, form_type, text);
  co_return reply.status != 0 && reply.status < 500 && reply.status != 429;
}

}  // namespace dragoman::backends::matrix
