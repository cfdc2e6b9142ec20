#include "report.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <string_view>

#include <nlohmann/json.hpp>

#include "../common/text.hpp"

namespace bench {
namespace {

/// Counts that must be 0 are shown to people only when they are not.
bool boring(std::string_view key, const nlohmann::ordered_json& value) {
  for (const std::string_view fault : {"lost", "dup", "reordered", "misrouted", "unknown", "repeated"})
    if (key == fault) return value == 0;
  return value.is_object();
}

}  // namespace

Mark mark_now(const Gateway& gateway) { return {gateway.stat(), own_cpu(), now_ns()}; }

double seconds_between(const Mark& before, const Mark& after) {
  return static_cast<double>(after.ns - before.ns) * 1e-9;
}

double rounded(double value, int digits) {
  if (!std::isfinite(value)) return 0;
  const double scale = std::pow(10., digits);
  return std::round(value * scale) / scale;
}

void add_cpu(nlohmann::ordered_json& result, const Mark& before, const Mark& after, double count) {
  const double cpu = after.gateway.cpu - before.gateway.cpu;
  const double user = after.gateway.user - before.gateway.user;
  const double system = after.gateway.system - before.gateway.system;
  result["gw_cpu_us_per"] = rounded(cpu / count * 1e6, 2);
  result["gw_cpu_util"] = rounded(cpu / seconds_between(before, after));
  result["gw_sys_share"] = rounded(system / (user + system), 2);
  result["harness_cpu_us_per"] = rounded((after.own_cpu - before.own_cpu) / count * 1e6, 2);
}

Report::Report(const Options& options, const std::string& gateway)
    : options_(options), gateway_(gateway), label_(options.label.empty() ? gateway : options.label) {}

void Report::emit(const nlohmann::ordered_json& result) const {
  nlohmann::ordered_json full{{"gateway", gateway_}, {"label", label_}, {"users", options_.users}};
  full.update(result);
  const std::string line = full.dump();
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
  if (!options_.json_out.empty()) std::ofstream(options_.json_out, std::ios::app) << line << "\n";

  std::string text;
  for (const auto& [key, value] : result.items())
    if (key != "scenario" && !boring(key, value)) text += "  " + key + "=" + value.dump();
  const std::string scenario = result.at("scenario");
  std::fprintf(stderr, "%-22s U=%-5zu %-12s%s\n", label_.c_str(), options_.users, scenario.c_str(), text.c_str());
}

}  // namespace bench
