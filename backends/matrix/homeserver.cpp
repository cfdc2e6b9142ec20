#include "backends/matrix/homeserver.hpp"

#include <utility>

#include "backends/matrix/address.hpp"
#include "backends/matrix/json.hpp"
#include "base/text.hpp"

namespace dragoman::backends::matrix {

namespace {

constexpr int most_redirects = 4;
constexpr std::size_t most_well_known = 64 * 1024;
constexpr auto discovery_patience = std::chrono::seconds{15};  // of each question

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

std::string without_port(std::string_view server) {
  const auto colon = server.rfind(':');
  const bool has_port = colon != std::string_view::npos && server.find(']', colon) == std::string_view::npos;
  return std::string{has_port ? server.substr(0, colon) : server};
}

/// The file of a server, or nothing: it has none. An error: it leads nowhere.
net::Task<Result<std::string>> fetch_well_known(net::HttpClient& http, net::Url url, bool public_only) {
  net::HttpLimits limits;
  limits.timeout = discovery_patience;
  limits.most_body = most_well_known;
  limits.public_addresses_only = public_only;
  for (int redirects = 0; redirects <= most_redirects; ++redirects) {
    net::HttpRequest request;
    request.url = url;
    request.fields.add("Accept", "application/json");
    const auto response = co_await http.send(std::move(request), limits);
    if (!response) co_return response.error();
    if (response->status == 200) co_return response->body;
    if (!is_redirect(response->status)) co_return std::string{};
    const auto next = redirect_target(url, response->fields.get("Location"));
    if (!next) co_return next.error();
    url = *next;
  }
  co_return failure(Fault::unsupported, "its /.well-known/matrix/client leads round and round");
}

/// By the name of the server.
net::Task<Result<net::Url>> look_up(net::HttpClient& http, std::string name, bool public_only) {
  const auto well_known = net::parse_url("https://" + without_port(name) + "/.well-known/matrix/client");
  if (!well_known) co_return failure(Fault::malformed, name + " is not the name of a homeserver");
  const auto file = co_await fetch_well_known(http, *well_known, public_only);
  if (file && !file->empty()) co_return read_well_known(*file);
  // Whoever has no such file, or no web server there, may be the homeserver itself.
  const bool may_be_elsewhere = file || file.error().fault == Fault::unavailable ||
                                file.error().fault == Fault::timeout || name.find(':') != std::string::npos;
  if (!may_be_elsewhere) co_return file.error();
  co_return parse_base_url("https://" + name);
}

std::vector<std::string> texts_of(const nlohmann::json& array) {
  std::vector<std::string> texts;
  for (const auto& each : array) {
    if (each.is_string()) texts.push_back(each.get<std::string>());
  }
  return texts;
}

}  // namespace

Result<net::Url> read_well_known(std::string_view body) {
  const auto read = parse_json(std::string{body}, {most_well_known, 32});
  const std::string base = read ? text_at(object_at(*read, "m.homeserver"), "base_url") : std::string{};
  const auto url = base.empty() ? failure(Fault::malformed, {}) : parse_base_url(base);
  if (!url) return failure(Fault::unsupported, "its /.well-known/matrix/client names no homeserver");
  return url;
}

Result<net::Url> redirect_target(const net::Url& from, std::string_view location) {
  net::Url to = from;
  if (location.starts_with('/') && !location.starts_with("//")) {
    const auto whole = net::parse_url((from.tls ? "https://x" : "http://x") + std::string{location});
    if (!whole) return failure(Fault::malformed, "it redirects to nowhere");
    to.target = whole->target;
    return to;
  }
  const auto url = net::parse_url(location);
  if (!url) return failure(Fault::malformed, "it redirects to nowhere");
  if (from.tls && !url->tls) return failure(Fault::malformed, "it redirects to an address without TLS");
  return *url;
}

net::Task<Result<HomeserverFacts>> find_homeserver(net::HttpClient& http, const Clock& clock, std::string name,
                                                   bool public_only) {
  name = text::trim(name);
  if (is_user_id(name)) name = server_in(name);
  Result<net::Url> base = failure(Fault::malformed, "say on which homeserver, for example \"matrix.org\"");
  if (name.find("://") != std::string::npos) {
    base = parse_base_url(name);
  } else if (is_server_name(name)) {
    base = co_await look_up(http, name, public_only);
  } else if (!name.empty()) {
    base = failure(Fault::malformed, "this is not the name of a homeserver, which looks like \"matrix.org\"");
  }
  if (!base) co_return base.error();
  if (public_only && !base->tls) co_return failure(Fault::malformed, "a homeserver is asked over https:// only");

  HomeserverFacts facts;
  facts.homeserver = Homeserver{*base, public_only};
  Question question;
  question.path = "/_matrix/client/versions";
  question.timeout = discovery_patience;
  const Reply reply = co_await ask(http, clock, facts.homeserver, std::move(question));
  if (!reply.ok && reply.status == 0) co_return reply.refusal.error;
  if (!reply.ok && (reply.status >= 500 || reply.status == 429)) {
    co_return failure(Fault::unavailable, base->host + ": " + reply.refusal.error.text);
  }
  facts.versions = texts_of(array_at(reply.body, "versions"));
  if (!reply.ok || facts.versions.empty()) {
    co_return failure(Fault::unsupported, "no Matrix homeserver answers at " + base->host);
  }
  co_return facts;
}

net::Task<> ask_ways(net::HttpClient& http, const Clock& clock, HomeserverFacts& facts) {
  Question question;
  question.path = "/_matrix/client/v3/login";
  question.timeout = discovery_patience;
  const Reply reply = co_await ask(http, clock, facts.homeserver, std::move(question));
  for (const auto& flow : array_at(reply.body, "flows")) {
    const std::string type = text_at(flow, "type");
    facts.password = facts.password || type == "m.login.password";
    facts.sso = facts.sso || type == "m.login.sso";
    facts.token = facts.token || type == "m.login.token";
  }
}

}  // namespace dragoman::backends::matrix
