#include "net/pressure.hpp"

namespace dragoman::net {

void Pressure::set(bool high) {
  if (high_ == high) return;
  high_ = high;
  if (!high_) wakeup_.wake();
}

Task<> Pressure::released() {
  while (high_) {
    const bool woken = co_await wakeup_.wait();
    if (!woken) throw_stopped();
  }
}

}  // namespace dragoman::net
