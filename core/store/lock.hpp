#pragma once

#include <string>

#include "base/result.hpp"

namespace dragoman::store {

/// Holds a file for this process alone, as long as it lives: two gateways on one database would send everything twice.
/// The file stays behind (removing it would let two processes lock two files of one name); the lock ends with the
/// process however it ends.
class Lock {
 public:
  /// Fault::conflict names the process that holds it.
  static Result<Lock> acquire(const std::string& path);
  Lock(Lock&& other) noexcept;
  Lock& operator=(Lock&& other) noexcept;
  ~Lock();

 private:
  explicit Lock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_ = -1;
};

}  // namespace dragoman::store
