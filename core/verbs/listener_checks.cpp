#include "verbs/listener_checks.hpp"

#include <utility>

#include "net/listener.hpp"

namespace dragoman::verbs {

namespace {

using Grade = chat::Finding::Grade;

void check_listener(net::Loop& loop, const char* table, const std::optional<net::Endpoint>& endpoint,
                    chat::Findings& findings) {
  if (!endpoint) return;
  const std::string subject = "listener " + net::to_string(*endpoint) + " (" + table + ")";
  const auto listener = net::Listener::open(loop, *endpoint);
  if (listener) {
    findings.push_back({Grade::ok, subject, "it is free"});
  } else {
    findings.push_back({Grade::failed, subject, listener.error().text + ": choose another listen in " + table});
  }
}

}  // namespace

chat::Findings check_listeners(net::Loop& loop, const Config& config) {
  chat::Findings findings;
  check_listener(loop, "[admin]", config.admin.listen, findings);
  check_listener(loop, "[http]", config.http.listen, findings);
  return findings;
}

PublicUrlCheck::PublicUrlCheck(net::Loop& loop, const std::string& public_url, std::string user_agent)
    : loop_(loop), url_(public_url), http_(loop, net::TlsOptions(), std::move(user_agent)), tasks_(loop) {}

void PublicUrlCheck::start(std::function<void(chat::Findings)> done) {
  tasks_.spawn([this] { return run(); });
  tasks_.on_empty([this, done = std::move(done)] { done(std::move(findings_)); });
}

net::Task<> PublicUrlCheck::run() {
  net::HttpRequest request;
  request.url = *net::parse_url(url_ + "/media/");
  net::HttpLimits limits;
  limits.timeout = std::chrono::seconds{10};
  const auto answer = co_await http_.send(std::move(request), limits);
  const std::string subject = "public_url " + url_;
  if (answer) {
    findings_.push_back({Grade::ok, subject, "a web server answers there"});
  } else {
    findings_.push_back({Grade::warning, subject,
                         answer.error().text + ". Links to files begin with it: check the name, the reverse proxy and "
                                               "its certificate (from outside, if it cannot be reached from here)"});
  }
  loop_.post([this] { tasks_.stop(); });  // done() comes when the group is empty, so `this` is still there
}

}  // namespace dragoman::verbs
