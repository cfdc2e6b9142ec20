#include "backends/irc/servers.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "net/address.hpp"
#include "net/public_address.hpp"

namespace dragoman::backends::irc {

namespace {

std::string suffix_of(const std::string& server) { return server.empty() ? std::string{} : '%' + server; }

std::string join(const std::vector<std::string>& names) {
  std::string all;
  for (const std::string& name : names) {
    if (!all.empty()) all += ", ";
    all += name;
  }
  return all;
}

}  // namespace

Result<std::string> canonical_host(std::string_view typed) {
  if (typed.ends_with('.')) typed.remove_suffix(1);
  std::string host = text::ascii_lower(typed);
  const bool address = host.find(':') != std::string::npos && net::parse_address(host, 0);
  const bool bracketed = host.starts_with('[');
  if (bracketed && host.ends_with(']')) return canonical_host(std::string_view{host}.substr(1, host.size() - 2));
  if (address) return host;
  if (host.empty() || host.find(':') != std::string::npos || bracketed || !net::parse_endpoint(host, 1)) {
    return failure(Fault::malformed, "\"" + text::without_controls(typed, false) + "\" is no name of a server");
  }
  return host;
}

Servers::Servers(std::string jid, Config config, Services& services, Names& names)
    : jid_(std::move(jid)), config_(std::move(config)), services_(services), names_(names), identd_(services, jid_) {
  if (!several()) hubs_.emplace(std::string{}, std::make_unique<Hub>(jid_, config_, services_, names_));
  for (const Listed& each : config_.networks) static_cast<void>(hub(each.server.host));
}

Config Servers::settings_of(const Config& config, const std::string& server) const {
  if (!config.in_parts()) return config;
  for (const Listed& each : config.networks) {
    if (each.server.host == server) return config_for(config, each, true);
  }
  constexpr std::uint16_t port = 6697;
  return config_for(config, {{server, port}, true}, false);
}

Hub& Servers::hub(const std::string& server) {
  const auto known = hubs_.find(server);
  if (known != hubs_.end()) return *known->second;
  forget_unused();
  auto made = std::make_unique<Hub>(jid_, settings_of(config_, server), services_, names_, suffix_of(server));
  if (!is_listed(server)) made->start();
  return *hubs_.emplace(server, std::move(made)).first->second;
}

const Hub* Servers::find(const std::string& server) const {
  const auto known = hubs_.find(server);
  return known == hubs_.end() ? nullptr : known->second.get();
}

void Servers::forget_unused() {
  std::erase_if(hubs_,
                [this](const auto& each) { return several() && !is_listed(each.first) && each.second->unused(); });
}

std::vector<std::string> Servers::listed() const {
  std::vector<std::string> names;
  for (const Listed& each : config_.networks) names.push_back(each.server.host);
  return names;
}

bool Servers::is_listed(const std::string& server) const {
  return std::any_of(config_.networks.begin(), config_.networks.end(),
                     [&](const Listed& each) { return each.server.host == server; });
}

Result<void> Servers::serves(const std::string& server) const {
  if (is_listed(server)) return {};
  if (!config_.any_server) {
    return failure(Fault::not_found, server + " is not served by this gateway; it serves " + join(listed()) + '.');
  }
  const auto address = net::parse_address(server, 1);
  if (address && !net::is_public(*address)) {
    return failure(Fault::forbidden, server + " is no public address; this gateway connects to no other.");
  }
  return {};
}

std::string Servers::part_of(std::string_view id) const {
  const auto sign = several() ? id.rfind('%') : std::string_view::npos;
  return sign == std::string_view::npos ? std::string{} : std::string{id.substr(sign + 1)};
}

void Servers::start() {
  identd_.listen(config_.identd);
  for (auto& [server, hub] : hubs_) hub->start();
}

bool Servers::take_settings(const Config& newer) {
  if (newer.in_parts() != several()) return false;
  if (!several()) {
    if (!hubs_.begin()->second->take_settings(newer)) return false;
    config_ = newer;
    identd_.listen(config_.identd);
    return true;
  }
  const bool all_stay = std::all_of(config_.networks.begin(), config_.networks.end(), [&](const Listed& each) {
    return std::find(newer.networks.begin(), newer.networks.end(), each) != newer.networks.end();
  });
  if (!all_stay || (config_.any_server && !newer.any_server) ||
      newer.tls_options.ca_file != config_.tls_options.ca_file ||
      newer.tls_options.fingerprints != config_.tls_options.fingerprints) {
    return false;
  }
  // One that people named may be listed now, and is then reached otherwise.
  for (const Listed& each : newer.networks) {
    const Hub* known = find(each.server.host);
    if (known != nullptr && !is_listed(each.server.host) && known->sessions > 0) return false;
  }
  forget_unused();
  for (auto& [server, hub] : hubs_) static_cast<void>(hub->take_settings(settings_of(newer, server)));
  config_ = newer;
  identd_.listen(config_.identd);
  for (const Listed& each : config_.networks) {
    const bool fresh = find(each.server.host) == nullptr;
    Hub& known = hub(each.server.host);
    if (fresh) known.start();
  }
  return true;
}

bool Servers::idle() const {
  return identd_.idle() &&
         std::all_of(hubs_.begin(), hubs_.end(), [](const auto& each) { return each.second->idle(); });
}

}  // namespace dragoman::backends::irc
