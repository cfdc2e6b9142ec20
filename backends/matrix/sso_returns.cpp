#include "backends/matrix/sso_returns.hpp"

#include <algorithm>
#include <utility>

#include "backends/matrix/appservice_requests.hpp"
#include "backends/matrix/html_write.hpp"
#include "base/log.hpp"
#include "net/http_response_head.hpp"

namespace dragoman::backends::matrix {

namespace {

constexpr auto return_patience = std::chrono::minutes{10};  // as long as a command waits for its next step
constexpr std::size_t most_returns = 1000;
constexpr int strays_at_once = 20;
constexpr auto stray_interval = std::chrono::seconds{3};

/// For whoever looks at the browser. The address has the token in it: it is kept and handed on nowhere, and no other
/// page shows this one within itself to have it clicked unseen.
net::HttpResponse say_in_browser(net::HttpResponse response) {
  response.fields.set("Cache-Control", "no-store");
  response.fields.set("Referrer-Policy", "no-referrer");
  response.fields.set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; frame-ancestors 'none'");
  return response;
}

net::HttpResponse say_in_browser(int status, std::string_view text) {
  return say_in_browser(net::make_text_response(status, text));
}

net::HttpResponse page_that_asks(std::string_view owner, std::string_view go) {
  net::HttpResponse response;
  response.status = 200;
  response.fields.set("Content-Type", "text/html; charset=utf-8");
  response.body =
      "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"robots\" content=\"noindex\">"
      "<title>Log in to Matrix</title><h1>Is this your XMPP address?</h1><p><strong>";
  response.body += escape_html(owner);
  response.body +=
      "</strong> will read and write with the Matrix account with which you have just logged in.</p>"
      "<p><a href=\"?go=";
  response.body += escape_html(go);
  response.body +=
      "\">Yes, go on</a></p>"
      "<p>If it is not yours, close this page: whoever gave you the link wants your account.</p></html>\n";
  return say_in_browser(std::move(response));
}

}  // namespace

SsoReturns::SsoReturns(Services& services, std::string jid)
    : services_(services), jid_(std::move(jid)), strays_(services.loop.clock(), strays_at_once, stray_interval) {}

void SsoReturns::start() {
  if (!services_.route || services_.public_url.empty()) return;
  const auto taken =
      services_.route({path(), {"GET"}, net::answer_with([this](const net::HttpHead& head) { return answer(head); })});
  listening_ = taken.has_value();
  if (listening_) return;
  const std::string &network = jid_, &reason = taken.error().text;
  LOG_ERROR("single sign-on has no path of the public listener, people paste its end", network, reason);
}

std::string SsoReturns::await(std::string owner, Came came) {
  drop_old();
  if (awaited_.size() >= most_returns) {
    awaited_.erase(std::min_element(awaited_.begin(), awaited_.end(),
                                    [](const auto& a, const auto& b) { return a.second.until < b.second.until; }));
  }
  const std::string key = services_.random.hex(16);
  awaited_[key] = {std::move(owner), std::move(came), services_.loop.clock().now() + return_patience, {}, {}};
  return services_.public_url + path() + key;
}

void SsoReturns::forget(const std::string& address) { awaited_.erase(address.substr(address.rfind('/') + 1)); }

void SsoReturns::drop_old() {
  const Instant now = services_.loop.clock().now();
  std::erase_if(awaited_, [now](const auto& each) { return each.second.until <= now; });
}

net::HttpResponse SsoReturns::answer(const net::HttpHead& head) {
  drop_old();
  const auto found = awaited_.find(head.path.substr(path().size()));
  if (found == awaited_.end()) {
    if (!strays_.take(head.caller)) return say_in_browser(429, "Too many requests. Try again in a minute.");
    return say_in_browser(404, "This login has ended, or took too long. Begin it again in your XMPP client.");
  }
  auto fields = read_query(head.query);
  // A token is never gone on with at once, whatever else the address says: its beginning may be somebody else's.
  if (std::string& token = fields["loginToken"]; !token.empty()) return ask_whether(found->second, std::move(token));
  if (fields["go"].empty()) {
    return say_in_browser(400,
                          "The homeserver has not said who you are. Log in again at the link that you were given.");
  }
  if (found->second.go != fields["go"]) {
    return say_in_browser(400, "Another page of this login was opened after that one: go on there, or log in again.");
  }
  // Who only looks whether there is something does not go on.
  if (head.method == "GET") {
    const Awaited awaited = std::move(awaited_.extract(found).mapped());
    awaited.came(awaited.token);
  }
  return say_in_browser(200, "Go back to your XMPP client: it says how the login has ended. This page can be closed.");
}

net::HttpResponse SsoReturns::ask_whether(Awaited& awaited, std::string token) {
  awaited.go = services_.random.hex(16);
  awaited.token = Secret<std::string>{std::move(token)};
  return page_that_asks(awaited.owner, awaited.go);
}

}  // namespace dragoman::backends::matrix
