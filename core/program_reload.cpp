#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "config_changes.hpp"
#include "program.hpp"

// SIGHUP: the difference between the configuration that was applied last and the file as it is now.

namespace dragoman {

void Program::reload() {
  manager_.reloading();
  Config config = read_config(path_);
  auto built = build(config);
  const std::vector<std::string> mistakes = config.file.problems();
  if (mistakes.empty()) {
    apply(std::move(config), std::move(built));
    config_taken_ = clock_.utc();
    config_note_.clear();
  } else {
    for (const std::string& mistake : mistakes) LOG_ERROR("the configuration has a mistake", mistake);
    LOG_ERROR("configuration not reloaded, nothing was changed", path_);
    config_note_ = "; the configuration has mistakes and was not reloaded";
  }
  manager_.ready();
  tell_state();
}

void Program::apply(Config config, std::vector<std::unique_ptr<Instance>> built) {
  const ConfigChanges changes = compare(started_with_, config_, config);
  log_.configure(config.level);
  for (const std::string& warning : config.warnings) LOG_WARN("allowed by the configuration", warning);
  if (changes.log_level) LOG_INFO("the log level has changed");
  if (changes.server) {
    const std::string server = net::to_string(config.server);
    LOG_INFO("the XMPP server has changed", server);
  }
  if (changes.releases) LOG_INFO("what autoupdate tells has changed");
  for (const std::string& key : changes.at_restart) LOG_WARN("a restart is needed for a changed key", key);

  config_ = std::move(config);
  bridges_are_due_ = false;  // those of the file before this one
  std::vector<std::string> jids;
  for (const auto& each : built) jids.push_back(each->jid());
  end_those_without(jids);
  for (auto& each : built) apply(std::move(each), changes.server || changes.releases);
  bridges_are_due_ = true;
  land_leaving();
}

void Program::apply_bridges() {
  bridges_->apply(config_.bridges, config_.link);
  LOG_INFO("configuration reloaded", path_);
}

void Program::end_those_without(const std::vector<std::string>& jids) {
  const auto is_gone = [&jids](const std::unique_ptr<Instance>& instance) {
    return instance && std::find(jids.begin(), jids.end(), instance->jid()) == jids.end();
  };
  for (Leaving& each : leaving_) {
    if (is_gone(each.successor)) each.successor.reset();
  }
  const auto gone = std::stable_partition(instances_.begin(), instances_.end(),
                                          [&is_gone](const auto& instance) { return !is_gone(instance); });
  std::vector<std::unique_ptr<Instance>> ending{std::make_move_iterator(gone),
                                                std::make_move_iterator(instances_.end())};
  instances_.erase(gone, instances_.end());
  for (auto& instance : ending) {
    const std::string& network = instance->jid();
    LOG_INFO("network removed", network);
    end(std::move(instance));
  }
}

void Program::apply(std::unique_ptr<Instance> built, bool all_change) {
  const std::string network = built->jid();
  const auto running = std::find_if(instances_.begin(), instances_.end(),
                                    [&network](const auto& instance) { return instance->jid() == network; });
  if (running == instances_.end()) {
    LOG_INFO("network added", network);
    return begin(std::move(built));
  }
  const std::vector<std::string> keys = changed_keys((*running)->entry(), built->entry());
  if (keys.empty() && !all_change) return;
  const std::string changed = listed(keys);
  if ((*running)->take_configuration(*built, config_.server)) {
    if (!keys.empty()) LOG_INFO("network changed", network, changed);
    return;
  }
  LOG_INFO("network changed, it is started anew", network, changed);
  std::unique_ptr<Instance> old = std::move(*running);
  instances_.erase(running);
  end(std::move(old), std::move(built));
}

}  // namespace dragoman
