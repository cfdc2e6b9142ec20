#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace dragoman {

/// How long something took, counted in steps that suit everything from a commit to an outage. For one thread.
class Histogram {
 public:
  /// Upper limits in seconds, each included; what took longer is only in count() and sum().
  static constexpr std::array<double, 12> limits{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 60, 3600};

  template <class Rep, class Period>
  void add(std::chrono::duration<Rep, Period> took) {
    // A clock that was set back must not make the sum of a counter fall.
    const double seconds = std::max(0.0, std::chrono::duration<double>(took).count());
    const auto step = std::lower_bound(limits.begin(), limits.end(), seconds);
    if (step != limits.end()) ++steps_[static_cast<std::size_t>(step - limits.begin())];
    ++count_;
    sum_ += seconds;
  }

  /// What took longer than the limit before and at most this one.
  std::uint64_t in_step(std::size_t step) const { return steps_[step]; }
  std::uint64_t count() const { return count_; }
  double sum() const { return sum_; }  ///< seconds

 private:
  std::array<std::uint64_t, limits.size()> steps_{};
  std::uint64_t count_ = 0;
  double sum_ = 0;
};

}  // namespace dragoman
