#include "backends/webhook/config.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "net/address_ranges.hpp"

namespace dragoman::backends::webhook {

namespace {

constexpr std::int64_t kibibyte = 1024, mebibyte = 1024 * kibibyte;

void read_limits(Settings table, Config& config) {
  const auto bytes = [&](const char* key, std::uint64_t usual, std::int64_t most) {
    return static_cast<std::uint64_t>(table.number(key, static_cast<std::int64_t>(usual), kibibyte, most));
  };
  config.body = bytes("body", config.body, 16 * mebibyte);
  config.github_body = bytes("github_body", config.github_body, 25 * mebibyte);
  config.multipart_body = bytes("multipart_body", config.multipart_body, 100 * mebibyte);
  config.inflated_body = bytes("inflated_body", config.inflated_body, 16 * mebibyte);
  config.burst = static_cast<int>(table.number("burst", config.burst, 1, 100'000));
  config.interval = table.duration("interval", config.interval);
  config.owner_per_second = static_cast<int>(table.number("owner_per_second", config.owner_per_second, 1, 100'000));
  config.bad_tokens_per_minute =
      static_cast<int>(table.number("bad_tokens_per_minute", config.bad_tokens_per_minute, 1, 100'000));
  config.digest = table.duration("digest", config.digest);
  config.hooks_per_owner = static_cast<std::size_t>(
      table.number("hooks_per_owner", static_cast<std::int64_t>(config.hooks_per_owner), 0, 100'000));
  config.files_per_owner = static_cast<std::uint64_t>(
      table.number("files_per_owner", static_cast<std::int64_t>(config.files_per_owner), 0, 1'000'000'000'000));
  if (config.digest <= Duration{}) table.problem("digest", "must be above zero, e.g. \"60s\"");
  table.finish();
}

void read_outgoing_rules(Settings table, Config& config) {
  config.allow_private = table.texts("allow_private");
  net::AddressRanges ranges;
  for (const std::string& range : config.allow_private) {
    if (const auto added = ranges.add(range); !added) table.problem("allow_private", added.error().text);
  }
  config.allow_http = table.flag("allow_http", config.allow_http);
  std::vector<std::string> ports = table.texts("ports", {"443", "8443"});
  config.ports.clear();
  for (const std::string& port : ports) {
    const bool digits = !port.empty() && port.size() <= 5 && port.find_first_not_of("0123456789") == std::string::npos;
    const int number = digits ? std::stoi(port) : 0;
    if (number < 1 || number > 65535) table.problem("ports", "write ports as texts, e.g. [\"443\", \"8443\"]");
    config.ports.push_back(number);
  }
  table.finish();
}

}  // namespace

Config read_config(Settings& settings) {
  Config config;
  config.path = settings.text("path", config.path);
  const bool whole = config.path.size() > 2 && config.path.front() == '/' && config.path.back() == '/';
  if (!whole || config.path.find_first_of("?#% \t") != std::string::npos) {
    settings.problem("path", "it begins and ends with a slash and has something between, e.g. \"/h/\"");
  }
  config.create = settings.texts("create", config.create);
  config.actor_idle = settings.duration("actor_idle", config.actor_idle);
  read_limits(settings.table("limits"), config);
  read_outgoing_rules(settings.table("outgoing"), config);
  settings.finish();
  return config;
}

bool is_listed(const std::vector<std::string>& list, const std::string& jid) {
  const std::string domain = jid.substr(jid.find('@') + 1);
  return std::any_of(list.begin(), list.end(),
                     [&](const std::string& each) { return each == "*" || each == jid || each == domain; });
}

}  // namespace dragoman::backends::webhook
