#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "program.hpp"

// [admin] and [http]: what operators and strangers reach over HTTP.

namespace dragoman {

Result<void> Program::open_admin() {
  if (!config_.admin.listen) return {};
  const auto networks = [this] {
    std::vector<admin::NetworkFacts> facts;
    for (const auto& instance : instances_) facts.push_back(instance->facts());
    return facts;
  };
  const auto is_admin = [this](const std::string& jid) {
    return std::any_of(instances_.begin(), instances_.end(),
                       [&](const auto& instance) { return instance->has_admin(jid); });
  };
  const auto config = [this] { return admin::ConfigFacts{config_taken_, !config_note_.empty()}; };
  const auto strangers = [this] { return public_ ? std::optional{public_->counts()} : std::nullopt; };
  const auto bridges = [this] { return bridges_ ? bridges_->overview() : std::vector<bridge::BridgeOverview>{}; };
  admin::Facts facts{loop_, random_, *store_, software(), networks, is_admin, config, strangers, bridges};
  admin::AdminServer::Options options{{*config_.admin.listen}, config_.admin.url, config_.admin.trusted_proxies};
  auto opened = admin::AdminServer::open(std::move(facts), std::move(options));
  if (!opened) return opened.error();
  admin_ = std::move(*opened);
  return {};
}

Result<void> Program::open_http() {
  if (!http_.listen) return {};
  net::HttpServer::Options options;
  options.listen = {*http_.listen};
  options.trusted_proxies = http_.trusted_proxies;
  options.limits.connections = 1024;
  options.limits.connections_per_address = 64;
  auto opened = net::HttpServer::open(loop_, std::move(options));
  if (!opened) return opened.error();
  public_ = std::move(*opened);
  return {};
}

void Program::leave_loop() {
  // Called once more while it stops: the first call is the one that counts.
  if (std::exchange(leaving_loop_, true)) return;
  const auto ended = [this] {
    if (--listeners_ == 0) loop_.stop();
  };
  listeners_ = 1 + (admin_ != nullptr) + (public_ != nullptr);
  if (admin_) admin_->stop(ended);
  if (public_) public_->stop(ended);
  ended();
}

}  // namespace dragoman
