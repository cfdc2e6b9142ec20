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
    if (count != 0 && aloft_ == 0 && when_landed_) std::exchange(when_landed_, nullptr)();
  }
  /// Nothing is performed any more: it waits in the store. Calls `when_landed` once, when all that was performed has
  /// been answered for; at once when that is so.
  void ground(std::function<void()> when_landed) {
    grounded_ = true;
    if (aloft_ == 0) return when_landed();
    when_landed_ = std::move(when_landed);
  }
  void ground() { grounded_ = true; }
  bool grounded() const { return grounded_; }
  /// All that was performed has been answered for.
  bool all_landed() const { return aloft_ == 0; }

 private:
  std::size_t aloft_ = 0;
  bool grounded_ = false;
  std::function<void()> when_landed_;
};

}  // namespace dragoman::delivery
