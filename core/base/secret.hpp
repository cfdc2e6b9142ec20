#pragma once

#include <utility>

namespace dragoman {

/// A value that cannot be printed, logged or compared by accident; `reveal()` marks each place that uses it.
template <class T>
class Secret {
 public:
  Secret() = default;
  explicit Secret(T value) : value_(std::move(value)) {}

  const T& reveal() const { return value_; }
  bool empty() const { return value_.empty(); }

  template <class Stream>
  friend Stream& operator<<(Stream&, const Secret&) = delete;
  friend bool operator==(const Secret&, const Secret&) = delete;

 private:
  T value_;
};

}  // namespace dragoman
