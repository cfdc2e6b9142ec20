#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/clock.hpp"
#include "base/token_bucket.hpp"
#include "net/address_ranges.hpp"

namespace dragoman::net {

/// How often each caller of a listener may try something: so often at once, then once in an interval.
class Attempts {
 public:
  Attempts(const Clock& clock, int at_once, Duration interval)
      : clock_(clock), at_once_(at_once), interval_(interval) {}

  /// Counts an attempt of this caller (an address; those of one subscriber are one); false: one too many.
  bool take(const std::string& address) {
    const std::string caller = subscriber_of(address);
    const Instant now = clock_.now();
    // Whose bucket is full again is as good as unknown.
    std::erase_if(callers_, [this, now](auto& known) { return now - known.second.last >= at_once_ * interval_; });
    const auto known = callers_.find(caller);
    // So many at a time are one who tries: newcomers wait until others have gone.
    const bool full = known == callers_.end() && callers_.size() >= most_callers;
    if (!full) {
      Caller& entry =
          known != callers_.end() ? known->second : callers_.try_emplace(caller, at_once_, interval_).first->second;
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
    Caller(int at_once, Duration interval) : bucket(at_once, interval) {}
    TokenBucket bucket;
    Instant last{};
  };

  const Clock& clock_;
  int at_once_;
  Duration interval_;
  std::map<std::string, Caller> callers_;
  std::uint64_t refused_ = 0;
};

}  // namespace dragoman::net
