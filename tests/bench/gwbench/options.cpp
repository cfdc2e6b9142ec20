#include "options.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <sstream>
#include <stdexcept>

namespace bench {
namespace {

constexpr const char* usage_text =
    "usage: gwbench --profile FILE [--users 100] [--scenarios a,b,...] [--window 64] [--seconds 3]\n"
    "  [--fan-window 4] [--idle 10] [--members 2000] [--observers 10] [--size 80] [--join-window 64]\n"
    "  [--timeout 180] [--json FILE (appended)] [--label NAME] [--dir DIR] [--keep] [--pin GATEWAY,SELF] [--quickack]\n"
    "  [--attach 'perf record -g -p {pid} -o {scenario}.perf'] [--verbose]\n"
    "scenarios: start (always), idle0, connect_own, latency, x2i, i2x, i2x_one, direct, idle, join_all, fanout, "
    "churn\n";

[[noreturn]] void refuse(const std::string& why) {
  std::fprintf(stderr, "gwbench: %s\n%s", why.c_str(), usage_text);
  std::exit(2);
}

using Setter = std::function<void(const std::string&)>;

Setter into(std::string& target) {
  return [&target](const std::string& value) { target = value; };
}
Setter into(std::size_t& target) {
  return [&target](const std::string& value) { target = std::stoul(value); };
}
Setter into(double& target) {
  return [&target](const std::string& value) { target = std::stod(value); };
}

}  // namespace

bool Options::wants(std::string_view scenario) const {
  return scenarios.empty() || std::find(scenarios.begin(), scenarios.end(), scenario) != scenarios.end();
}

Options parse_options(int argc, char** argv) {
  Options o;
  const std::map<std::string, bool*> flags{{"--keep", &o.keep}, {"--quickack", &o.quickack}, {"--verbose", &o.verbose}};
  std::map<std::string, Setter> settings{
      {"--profile", into(o.profile)},
      {"--users", into(o.users)},
      {"--window", into(o.window)},
      {"--seconds", into(o.seconds)},
      {"--fan-window", into(o.fan_window)},
      {"--idle", into(o.idle)},
      {"--members", into(o.members)},
      {"--observers", into(o.observers)},
      {"--size", into(o.size)},
      {"--timeout", into(o.timeout)},
      {"--join-window", into(o.join_window)},
      {"--json", into(o.json_out)},
      {"--label", into(o.label)},
      {"--dir", into(o.dir)},
      {"--attach", into(o.attach)},
  };
  settings["--pin"] = [&o](const std::string& value) {
    if (std::sscanf(value.c_str(), "%d,%d", &o.pin_gateway, &o.pin_self) != 2) refuse("--pin wants GATEWAY,SELF");
  };
  settings["--scenarios"] = [&o](const std::string& value) {
    std::istringstream names(value);
    for (std::string name; std::getline(names, name, ',');) o.scenarios.push_back(name);
  };

  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    if (const auto flag = flags.find(name); flag != flags.end()) {
      *flag->second = true;
      continue;
    }
    const auto setting = settings.find(name);
    if (setting == settings.end()) refuse("unknown option " + name);
    if (i + 1 >= argc) refuse("no value for " + name);
    try {
      setting->second(argv[++i]);
    } catch (const std::logic_error&) {
      refuse(name + " wants a number, not " + argv[i]);
    }
  }
  if (o.profile.empty()) refuse("no --profile");
  if (o.users == 0) refuse("--users must be at least 1");
  o.size = std::min<std::size_t>(o.size, 400);  // an IRC line has 512 bytes
  return o;
}

}  // namespace bench
