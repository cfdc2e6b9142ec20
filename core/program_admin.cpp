#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "program.hpp"

// [admin]: what the program shows of itself over HTTP.

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
  admin::Facts facts{loop_, random_, *store_, software(), networks, is_admin, config};
  admin::AdminServer::Options options{{*config_.admin.listen}, config_.admin.url, config_.admin.trusted_proxies};
  auto opened = admin::AdminServer::open(std::move(facts), std::move(options));
  if (!opened) return opened.error();
  admin_ = std::move(*opened);
  return {};
}

void Program::leave_loop() {
  if (!admin_) return loop_.stop();
  // Called once more while it stops: the first call is the one that counts.
  if (std::exchange(leaving_loop_, true)) return;
  admin_->stop([this] { loop_.stop(); });
}

}  // namespace dragoman
