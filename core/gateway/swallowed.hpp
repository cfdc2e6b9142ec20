#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "base/clock.hpp"

namespace dragoman::gateway {

/// Messages that we sent in the name of our people (XEP-0356) and that their server brings back to us, because they are
/// for an address of ours. Whoever is not told apart would say them on the network a second time, and hear them again.
class Swallowed {
 public:
  static constexpr auto remembered = std::chrono::hours{1};
  static constexpr std::size_t most = 4096;

  void expect(std::string_view person, std::string_view id, Instant now) {
    forget(now);
    if (order_.size() >= most) drop();
    std::string key = key_of(person, id);
    order_.emplace_back(now, key);
    keys_.insert(std::move(key));
  }
  /// True once for each message that is expected; `person` is a bare address.
  bool take(std::string_view person, std::string_view id, Instant now) {
    if (keys_.empty() || id.empty()) return false;
    forget(now);
    return keys_.erase(key_of(person, id)) > 0;
  }

 private:
  static std::string key_of(std::string_view person, std::string_view id) {
    std::string key{person};
    key += '\n';
    key += id;
    return key;
  }
  void forget(Instant now) {
    while (!order_.empty() && now - order_.front().first >= remembered) drop();
  }
  void drop() {
    keys_.erase(order_.front().second);
    order_.pop_front();
  }

  std::deque<std::pair<Instant, std::string>> order_;  // some of them taken already
  std::unordered_set<std::string> keys_;
};

}  // namespace dragoman::gateway
