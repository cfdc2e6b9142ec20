#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backends/services.hpp"
#include "backends/webhook/posting.hpp"
#include "base/timers.hpp"

namespace dragoman::backends::webhook {

/// What came over a hook's rate, gathered to be told as one message a while later: "+17 more in 60 s" and the first
/// line of each. On disk with the turn, so that a restart forgets none of it.
class Overflow {
 public:
  using Tell = std::function<void(Posting)>;
  Overflow(Services& services, const std::string& hook, Tell tell);

  /// What was not told before the restart is told soon.
  void load();
  /// Gathers for so long, from the first one on.
  void add(const Posting& posting, Duration gather);
  void erase();

 private:
  void keep();
  void told();

  Services& services_;
  std::string key_;
  Tell tell_;
  std::size_t count_ = 0;
  std::optional<Timestamp> since_;
  std::vector<std::string> lines_;  // of the first of them
  Timer timer_;
};

}  // namespace dragoman::backends::webhook
