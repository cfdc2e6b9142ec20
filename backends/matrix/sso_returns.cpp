#include "backends/matrix/sso_returns.hpp"

#include <algorithm>
#include <utility>

#include "backends/matrix/appservice_requests.hpp"
#include "base/log.hpp"
#include "net/http_response_head.hpp"

namespace dragoman::backends::matrix {

namespace {

constexpr auto return_patience = std::chrono::minutes{10};  // as long as a command waits for its next step
constexpr std::size_t most_returns = 1000;
constexpr int strays_at_once = 20;
constexpr auto stray_interval = std::chrono::seconds{3};

/// For whoever looks at the browser. The address has the token in it: it is kept and handed on nowhere.
net::HttpResponse say_in_browser(int status, std::string_view text) {
  net::HttpResponse response = net::make_text_response(status, text);
  response.fields.set("Cache-Control", "no-store");
  response.fields.set("Referrer-Policy", "no-referrer");
  return response;
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

std::string SsoReturns::await(Came came) {
  drop_old();
  if (awaited_.size() >= most_returns) {
    awaited_.erase(std::min_element(awaited_.begin(), awaited_.end(),
                                    [](const auto& a, const auto& b) { return a.second.until < b.second.until; }));
  }
  const std::string key = services_.random.hex(16);
  awaited_[key] = {std::move(came), services_.loop.clock().now() + return_patience};
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
  const auto fields = read_query(head.query);
  const auto token = fields.find("loginToken");
  if (token == fields.end() || token->second.empty()) {
    return say_in_browser(400,
                          "The homeserver has not said who you are. Log in again at the link that you were given.");
  }
  // Who only looks whether there is something has not come back.
  if (head.method == "GET") {
    const Awaited awaited = std::move(awaited_.extract(found).mapped());
    awaited.came(Secret<std::string>{token->second});
  }
  return say_in_browser(200, "Go back to your XMPP client: it says how the login has ended. This page can be closed.");
}

}  // namespace dragoman::backends::matrix
