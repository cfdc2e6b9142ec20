#pragma once

#include <memory>
#include <utility>

namespace dragoman {

/// A value that few of many owners ever change: until then it takes a pointer, and everybody reads the same new T.
///
///     Lazy<NetJoin> net_join;
///     net_join->names.empty()           // true
///     net_join.change().names = ...     // now it has one of its own
template <class T>
class Lazy {
 public:
  Lazy() = default;
  Lazy(const Lazy& other) : own_(other.own_ ? std::make_unique<T>(*other.own_) : nullptr) {}
  Lazy(Lazy&&) noexcept = default;
  Lazy& operator=(Lazy other) noexcept {
    own_ = std::move(other.own_);
    return *this;
  }
  ~Lazy() = default;

  const T& operator*() const { return own_ ? *own_ : unchanged(); }
  const T* operator->() const { return &**this; }
  T& change() {
    if (!own_) own_ = std::make_unique<T>();
    return *own_;
  }
  /// As it was at first.
  void reset() { own_.reset(); }

 private:
  static const T& unchanged() {
    static const T value{};
    return value;
  }

  std::unique_ptr<T> own_;
};

}  // namespace dragoman
