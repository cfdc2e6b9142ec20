#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/clock.hpp"
#include "base/token_bucket.hpp"

namespace dragoman::admin {

/// How often each caller may try to log in: ten times at once, then once in six seconds. The secret of a link cannot be
/// guessed; this keeps who tries all the same out of the log, which an operator wants to read.
class Attempts {
 public:
  static constexpr int at_once = 10;
  static constexpr std::chrono::seconds interval{6};

  explicit Attempts(const Clock& clock) : clock_(clock) {}

  /// Counts an attempt of this caller (an address); false: one too many.
  bool take(const std::string& caller) {
    const Instant now = clock_.now();
    // Whose bucket is full again is as good as unknown.
    std::erase_if(callers_, [now](auto& known) { return now - known.second.last >= at_once * interval; });
    const auto known = callers_.find(caller);
    // So many at a time are one who tries: newcomers wait until others have gone.
    const bool full = known == callers_.end() && callers_.size() >= most_callers;
    if (!full) {
      Caller& entry = known != callers_.end() ? known->second : callers_.try_emplace(caller).first->second;
      entry.last = now;
      if (entry.bucket.take(now)) return true;
    }
    ++refused_;
    return false;
  }
  std::uint64_t refused() const { return refused_; }

 private:
  static constexpr std::size_t most_callers = 1024;
  struct Caller {
    TokenBucket bucket{at_once, interval};
    Instant last{};
  };

  const Clock& clock_;
  std::map<std::string, Caller> callers_;
  std::uint64_t refused_ = 0;
};

}  // namespace dragoman::admin
