#pragma once

#include <deque>
#include <string>
#include <unordered_map>

#include "backends/webhook/journal.hpp"

namespace dragoman::backends::webhook {

/// Which message stands for what a sender calls by a key (an alert, an issue), so that its end answers or replaces it.
/// Over restarts; the oldest of some hundred are forgotten.
class KnownKeys {
 public:
  KnownKeys(Services& services, const std::string& hook) : journal_(services, "keys " + hook, 32, 16) {}

  void load();
  void set(const std::string& key, const std::string& message);
  /// Empty: not known (any more).
  std::string find(const std::string& key) const;
  void erase() { journal_.erase(); }

 private:
  void remember(const std::string& hash, const std::string& message);

  static constexpr std::size_t most = 512;  // as many as are on disk
  Journal journal_;
  std::unordered_map<std::string, std::string> messages_;
  std::deque<std::string> order_;  // of messages_, oldest first
};

}  // namespace dragoman::backends::webhook
