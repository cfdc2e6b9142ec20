#include "backends/matrix/probe.hpp"

#include <utility>

#include "backends/matrix/oauth.hpp"

namespace dragoman::backends::matrix {

namespace {

using Grade = chat::Finding::Grade;

std::string ways_of(const HomeserverFacts& facts, bool code) {
  std::string ways;
  const auto add = [&ways](bool has, const char* name) {
    if (has) ways += (ways.empty() ? "" : ", ") + std::string{name};
  };
  add(facts.password, "password");
  add(facts.sso, "single sign-on");
  add(code, "code for the browser (OAuth)");
  add(true, "access token");
  return ways;
}

}  // namespace

void Probe::start(std::function<void(chat::Findings)> done) {
  tasks_.spawn([this] { return run(); });
  tasks_.on_empty([this, done = std::move(done)] { done(std::move(findings_)); });
}

void Probe::found(Grade grade, std::string subject, std::string text) {
  findings_.push_back({grade, std::move(subject), std::move(text)});
}

net::Task<> Probe::run() {
  const std::string& name = hub_.config().homeserver;
  if (name.empty()) {
    found(Grade::ok, "homeserver", "each person names theirs; it is asked when they register");
  } else {
    auto facts = co_await find_homeserver(hub_.http(), hub_.clock(), name, false);
    if (!facts) {
      found(Grade::failed, "homeserver " + name,
            facts.error().text + ". Check homeserver in [network.matrix], and whether it runs");
    } else {
      const std::string where = to_text(facts->homeserver);
      found(Grade::ok, "homeserver " + name, where + " answers, version " + facts->versions.back());
      if (hub_.config().in_clear()) {
        found(Grade::warning, "homeserver " + name,
              "passwords and messages go there in the clear: use its https:// address");
      }
      co_await ask_ways(hub_.http(), hub_.clock(), *facts);
      const auto oauth = co_await ask_oauth_server(hub_.http(), hub_.clock(), facts->homeserver);
      found(Grade::ok, "logging in", ways_of(*facts, oauth && oauth->has_device_grant()));
    }
  }
  hub_.loop().post([this] { tasks_.stop(); });  // done() comes when the group is empty, so `this` is still there
}

}  // namespace dragoman::backends::matrix
