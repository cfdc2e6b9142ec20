// One scenario's results: a line of JSON for programs, a line for people.
#pragma once

#include <cstdint>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "gateway.hpp"
#include "options.hpp"

namespace bench {

/// What had been used up to a moment; the difference of two is the price of what lay between.
struct Mark {
  ProcessStat gateway;
  double own_cpu = 0;  // seconds
  std::uint64_t ns = 0;
};

Mark mark_now(const Gateway& gateway);
double seconds_between(const Mark& before, const Mark& after);

/// `value` rounded to `digits` behind the point; 0 when it is not finite.
double rounded(double value, int digits = 3);

/// Adds the CPU figures for `count` deliveries (README.md, "Scenarios").
void add_cpu(nlohmann::ordered_json& result, const Mark& before, const Mark& after, double count);

class Report {
 public:
  Report(const Options& options, const std::string& gateway);

  /// `result` begins with its "scenario".
  void emit(const nlohmann::ordered_json& result) const;

 private:
  const Options& options_;  // lives longer
  std::string gateway_;
  std::string label_;
};

}  // namespace bench
