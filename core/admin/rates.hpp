#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "admin/facts.hpp"
#include "base/timers.hpp"

namespace dragoman::admin {

/// Messages of the last minutes, so that a page that is opened now has a past.
class Rates {
 public:
  static constexpr std::chrono::seconds step{5};
  static constexpr std::size_t steps = 60;

  explicit Rates(Timers& timers) : timer_(timers) {}
  /// Looks every step from now on.
  void start(const Facts& facts);
  void stop() { timer_.clear(); }

  struct History {
    std::vector<std::uint64_t> to_network, to_people;  ///< messages in each step, the newest last
  };
  /// Of the network with this JID.
  History history(const std::string& network) const;
  /// For tests and start(): takes what there is now.
  void look(const std::vector<NetworkFacts>& networks);

 private:
  struct Counters {
    std::uint64_t to_network, to_people;
  };
  Timer timer_;
  std::map<std::string, std::deque<Counters>> seen_;  // one more than steps, for the differences
};

}  // namespace dragoman::admin
