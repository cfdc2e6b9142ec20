#include "backends/matrix/probe.hpp"

#include <utility>

#include "backends/matrix/appservice.hpp"
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

net::Task<> Probe::try_service(Homeserver homeserver) {
  const std::string subject = "application service";
  const auto registration = load_registration(hub_.config().service->registration);
  if (!registration) {
    found(Grade::failed, subject,
          registration.error().text + ". dragoman matrix registration --config FILE makes it and prints it");
    co_return;
  }
  ServiceDesk desk{hub_.http(), hub_.clock()};
  ServiceAccess access{std::move(homeserver), registration->as_token};
  const auto user = co_await who_am_i(desk, access);
  if (!user) {
    found(Grade::failed, subject, user.error().text);
    co_return;
  }
  found(Grade::ok, subject, "the homeserver knows it as " + *user);
  const std::string ours = '@' + registration->sender + ':' + hub_.config().service->server_name;
  if (*user != ours) found(Grade::failed, subject, "it should be " + ours + ": is server_name right?");
  std::string transaction = hub_.services().random.hex(8);
  const Pinged pinged = co_await ping_back(desk, access, registration->id, std::move(transaction));
  if (pinged.reached) {
    found(Grade::ok, subject, "the homeserver reaches it in " + std::to_string(pinged.duration_ms) + " ms");
  } else if (pinged.unknown) {
    found(Grade::warning, subject, "the homeserver is too old to say whether it reaches it");
  } else {
    found(Grade::warning, subject,
          "the homeserver does not reach it: " + pinged.error.text +
              ". While no gateway runs that is so; else look at the url in the registration");
  }
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
      if (hub_.service() != nullptr) co_await try_service(facts->homeserver);
      co_await ask_ways(hub_.http(), hub_.clock(), *facts);
      const auto oauth = co_await ask_oauth_server(hub_.http(), hub_.clock(), facts->homeserver);
      found(Grade::ok, "logging in", ways_of(*facts, oauth && oauth->has_device_grant()));
    }
  }
  hub_.loop().post([this] { tasks_.stop(); });  // done() comes when the group is empty, so `this` is still there
}

}  // namespace dragoman::backends::matrix
