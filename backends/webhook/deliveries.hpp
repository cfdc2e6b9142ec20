#pragma once

#include <deque>
#include <map>
#include <string>

#include "backends/webhook/journal.hpp"
#include "base/clock.hpp"

namespace dragoman::backends::webhook {

/// Which deliveries a hook has had, so that the same one sent again (by a caller who did not hear the answer, or by
/// somebody who listened) is said once. Over restarts; a delivery is known once it is on disk, so that one that failed
/// can be sent again.
class Deliveries {
 public:
  struct Known {
    Timestamp until{};
    std::string body;  ///< digest
    std::string id;    ///< of the request that was first
  };
  Deliveries(Services& services, const std::string& hook) : journal_(services, "seen " + hook, 32, 128) {}

  void load(Timestamp now);
  /// Nothing: it is new.
  const Known* find(const std::string& key, Timestamp now) const;
  void add(const std::string& key, Known known);
  void erase() { journal_.erase(); }

 private:
  static constexpr std::size_t most = 4096;  // as many as are on disk
  Journal journal_;
  std::map<std::string, Known> known_;  // by the hash of the key
  std::deque<std::string> order_;       // of known_, oldest first
};

}  // namespace dragoman::backends::webhook
