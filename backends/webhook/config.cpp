#include "backends/webhook/config.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "net/address_ranges.hpp"

namespace dragoman::backends::webhook {

namespace {

constexpr std::int64_t kibibyte = 1024, mebibyte = 1024 * kibibyte;

std::uint64_t to_size(std::int64_t number) { return static_cast<std::uint64_t>(number); }

void read_limits(Settings table, Config& config) {
  const auto usual = [](std::uint64_t size) { return static_cast<std::int64_t>(size); };
  config.body = to_size(table.number("body", usual(config.body), kibibyte, 16 * mebibyte));
  config.github_body = to_size(table.number("github_body", usual(config.github_body), kibibyte, 25 * mebibyte));
  config.multipart_body =
      to_size(table.number("multipart_body", usual(config.multipart_body), kibibyte, 100 * mebibyte));
  config.inflated_body = to_size(table.number("inflated_body", usual(config.inflated_body), kibibyte, 16 * mebibyte));
  config.burst = static_cast<int>(table.number("burst", config.burst, 1, 100'000));
  config.interval = table.duration("interval", config.interval);
  config.owner_per_second = static_cast<int>(table.number("owner_per_second", config.owner_per_second, 1, 100'000));
  config.bad_tokens_per_minute =
      static_cast<int>(table.number("bad_tokens_per_minute", config.bad_tokens_per_minute, 1, 100'000));
  config.digest = table.duration("digest", config.digest);
  config.hooks_per_owner = to_size(table.number("hooks_per_owner", usual(config.hooks_per_owner), 0, 100'000));
  config.files_per_owner =
      to_size(table.number("files_per_owner", usual(config.files_per_owner), 0, 1'000'000'000'000));
  if (config.digest <= Duration{}) table.problem("digest", "must be above zero, e.g. \"60s\"");
  if (config.interval <= Duration{}) table.problem("interval", "must be above zero, e.g. \"1s\"");
  table.finish();
}

void read_outgoing_rules(Settings table, Config& config) {
  config.allow_private = table.texts("allow_private");
  net::AddressRanges ranges;
  for (const std::string& range : config.allow_private) {
    if (const auto added = ranges.add(range); !added) table.problem("allow_private", added.error().text);
  }
  config.allow_http = table.flag("allow_http", config.allow_http);
  if (const std::string proxy = table.text("proxy"); !proxy.empty()) {
    constexpr std::uint16_t usual_port = 3128;
    if (auto endpoint = net::parse_endpoint(proxy, usual_port)) {
      config.proxy = std::move(*endpoint);
    } else {
      table.problem("proxy", endpoint.error().text + "; write host:port, e.g. \"127.0.0.1:3128\"");
    }
  }
  std::vector<std::string> ports = table.texts("ports", {"443", "8443"});
  config.ports.clear();
  for (const std::string& port : ports) {
    const bool digits = !port.empty() && port.size() <= 5 && port.find_first_not_of("0123456789") == std::string::npos;
    const int number = digits ? std::stoi(port) : 0;
    if (number < 1 || number > 65535) table.problem("ports", "write ports as texts, e.g. [\"443\", \"8443\"]");
    config.ports.push_back(number);
  }
  config.max_age = table.duration("max_age", config.max_age);
  config.max_block = table.duration("max_block", config.max_block);
  config.concurrency = static_cast<unsigned>(table.number("concurrency", config.concurrency, 1, 8));
  if (config.max_age <= Duration{}) table.problem("max_age", "must be above zero, e.g. \"24h\"");
  if (config.max_block <= Duration{}) table.problem("max_block", "must be above zero, e.g. \"30m\"");
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
