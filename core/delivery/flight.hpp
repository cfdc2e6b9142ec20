#pragma once

#include <cstddef>
#include <functional>
#include <utility>

namespace dragoman::delivery {

/// The messages that networks have been given and have not answered for yet, of everybody who shares it; and that no
/// more are given to them, before an orderly end. What was answered for is not said again at the next start.
class Flight {
 public:
  void took_off() { ++aloft_; }
  void landed(std::size_t count = 1) {
    aloft_ -= count;
    if (count != 0 && aloft_ == 0 && all_landed_) std::exchange(all_landed_, nullptr)();
  }
  /// Nothing is performed any more: it waits in the store. Calls `all_landed` once, when all that was performed has
  /// been answered for; at once when that is so.
  void ground(std::function<void()> all_landed) {
    grounded_ = true;
    if (aloft_ == 0) return all_landed();
    all_landed_ = std::move(all_landed);
  }
  bool grounded() const { return grounded_; }

 private:
  std::size_t aloft_ = 0;
  bool grounded_ = false;
  std::function<void()> all_landed_;
};

}  // namespace dragoman::delivery
