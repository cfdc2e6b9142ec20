#include "backends/matrix/login.hpp"

#include <utility>

#include "backends/matrix/address.hpp"
#include "backends/matrix/json.hpp"
#include "backends/matrix/oauth.hpp"
#include "base/text.hpp"

namespace dragoman::backends::matrix {

namespace {

/// What is wrong with a login, as the person who filled in the form has to know it.
Error why_no_login(const Refusal& refusal, const char* field) {
  const std::string at = std::string{field} + ": ";
  const std::string& code = refusal.errcode;
  if (refusal.error.fault == Fault::limited) {
    const std::string pause = in_words(refusal.retry_after.value_or(std::chrono::seconds{1}));
    return {Fault::limited, "the homeserver takes no more logins now; try again in " + pause};
  }
  if (code == "M_USER_DEACTIVATED") return {Fault::forbidden, "this account was deactivated"};
  if (code == "M_USER_LOCKED" || code == "M_USER_SUSPENDED") return {Fault::forbidden, refusal.error.text};
  if (code == "M_FORBIDDEN" || code == "M_UNAUTHORIZED" || code == "M_UNKNOWN_TOKEN") {
    const bool password = std::string_view{field} == "password";
    return {Fault::unacceptable, at + (password ? "wrong username or password" : "the homeserver does not take it")};
  }
  if (code == "M_UNKNOWN" || code == "M_INVALID_PARAM" || code == "M_BAD_JSON" || code == "M_INVALID_USERNAME") {
    if (refusal.error.fault == Fault::unacceptable) return {Fault::unacceptable, at + refusal.error.text};
  }
  return refusal.error;
}

Result<Tokens> read_grant(const Reply& reply, Tokens tokens, Timestamp asked) {
  tokens.user_id = text_at(reply.body, "user_id");
  if (const std::string device = text_at(reply.body, "device_id"); !device.empty()) tokens.device_id = device;
  if (!is_user_id(tokens.user_id) || !take_grant(tokens, reply.body, asked)) {
    return failure(Fault::unavailable, "the homeserver answers a login with something that is none");
  }
  return tokens;
}

/// A login may say that the homeserver is elsewhere (client-server API, POST /login: well_known); it must not lead from
/// a public address to one that is not, and is checked with the first request there.
void follow_well_known(const Reply& reply, Homeserver& homeserver) {
  const std::string base = text_at(object_at(object_at(reply.body, "well_known"), "m.homeserver"), "base_url");
  const auto url = parse_base_url(base);
  if (url && url->tls && homeserver.public_only) homeserver.base = *url;
}

nlohmann::json login_body(const char* type, const Credentials& credentials) {
  nlohmann::json body;
  body["type"] = type;
  body["device_id"] = credentials.device_id;
  body["initial_device_display_name"] = credentials.device_name;
  body["refresh_token"] = true;
  return body;
}

net::Task<Result<Tokens>> send_login(net::HttpClient& http, const Clock& clock, Homeserver homeserver, std::string body,
                                     std::string device_id, const char* field) {
  Question question;
  question.method = "POST";
  question.path = "/_matrix/client/v3/login";
  question.body = std::move(body);
  // Longer than anybody waits for it: an answer that comes too late names a device, which is ended then. Cut off, it
  // would stay in the person's list.
  question.timeout = std::chrono::minutes{5};
  const Timestamp asked = clock.utc();
  const Reply reply = co_await ask(http, clock, homeserver, std::move(question));
  if (!reply.ok && reply.status == 0) co_return reply.refusal.error;
  if (!reply.ok) co_return why_no_login(reply.refusal, field);
  Tokens tokens;
  tokens.homeserver = homeserver;
  follow_well_known(reply, tokens.homeserver);
  tokens.device_id = device_id;
  co_return read_grant(reply, std::move(tokens), asked);
}

}  // namespace

net::Task<Result<Tokens>> log_in_with_password(net::HttpClient& http, const Clock& clock, Homeserver homeserver,
                                               Credentials credentials) {
  nlohmann::json body = login_body("m.login.password", credentials);
  body["identifier"]["type"] = "m.id.user";
  body["identifier"]["user"] = credentials.username;
  body["password"] = credentials.password.reveal();
  return send_login(http, clock, std::move(homeserver), dump_json(body), credentials.device_id, "password");
}

net::Task<Result<Tokens>> log_in_with_login_token(net::HttpClient& http, const Clock& clock, Homeserver homeserver,
                                                  Credentials credentials) {
  nlohmann::json body = login_body("m.login.token", credentials);
  body["token"] = credentials.token.reveal();
  return send_login(http, clock, std::move(homeserver), dump_json(body), credentials.device_id, "token");
}

net::Task<Result<Tokens>> log_in_with_access_token(net::HttpClient& http, const Clock& clock, Homeserver homeserver,
                                                   Secret<std::string> token) {
  Question question;
  question.path = "/_matrix/client/v3/account/whoami";
  question.token = token;
  const Reply reply = co_await ask(http, clock, homeserver, std::move(question));
  if (!reply.ok && reply.status == 0) co_return reply.refusal.error;
  if (!reply.ok) co_return why_no_login(reply.refusal, "token");
  Tokens tokens;
  tokens.homeserver = homeserver;
  tokens.user_id = text_at(reply.body, "user_id");
  tokens.device_id = text_at(reply.body, "device_id");
  tokens.access = token;
  if (!is_user_id(tokens.user_id))
    co_return failure(Fault::unavailable, "the homeserver does not say whose token it is");
  co_return tokens;
}

std::string sso_link(const Homeserver& homeserver, const std::string& back) {
  return to_text(homeserver) + "/_matrix/client/v3/login/sso/redirect?redirectUrl=" + percent_encode(back);
}

std::string read_login_token(std::string_view pasted) {
  pasted = text::trim(pasted);
  constexpr std::string_view name = "loginToken=";
  const auto at = pasted.find(name);
  if (at == std::string_view::npos) return std::string{pasted};
  pasted.remove_prefix(at + name.size());
  return std::string{pasted.substr(0, pasted.find_first_of("&# \n"))};
}

net::Task<Renewal> renew(net::HttpClient& http, const Clock& clock, Tokens tokens) {
  if (tokens.by_oauth()) co_return co_await renew_by_oauth(http, clock, std::move(tokens));
  nlohmann::json body;
  body["refresh_token"] = tokens.refresh.reveal();
  const std::string text = dump_json(body);
  Renewal renewal;
  // COMPAT Synapse 1.67 (Debian 12 has older ones) knows the second path only.
  for (const char* path : {"/_matrix/client/v3/refresh", "/_matrix/client/v1/refresh"}) {
    Question question;
    question.method = "POST";
    question.path = path;
    question.body = text;
    const Timestamp asked = clock.utc();
    const Reply reply = co_await ask(http, clock, tokens.homeserver, std::move(question));
    if (reply.ok && take_grant(tokens, reply.body, asked)) {
      renewal.tokens = std::move(tokens);
      co_return renewal;
    }
    renewal.error = reply.refusal.error;
    renewal.again = reply.status == 0 || reply.status >= 500 || reply.status == 429;
    if (reply.refusal.errcode != "M_UNRECOGNIZED") break;
  }
  co_return renewal;
}

net::Task<bool> log_out(net::HttpClient& http, const Clock& clock, Tokens tokens) {
  if (tokens.by_oauth()) co_return co_await revoke_by_oauth(http, clock, std::move(tokens));
  Question question;
  question.method = "POST";
  question.path = "/_matrix/client/v3/logout";
  question.token = tokens.access;
  const Reply reply = co_await ask(http, clock, tokens.homeserver, std::move(question));
  // A token that has expired meanwhile does not end the device: it is renewed for that.
  if (!reply.ok && reply.refusal.soft_logout && !tokens.refresh.empty()) {
    const Renewal renewal = co_await renew(http, clock, tokens);
    if (!renewal.tokens) co_return !renewal.again;
    Tokens fresh = *renewal.tokens;
    fresh.refresh = Secret<std::string>{};
    co_return co_await log_out(http, clock, std::move(fresh));
  }
  co_return reply.ok || (reply.status >= 400 && reply.status < 500 && reply.status != 429);
}

}  // namespace dragoman::backends::matrix
