#pragma once

#include <string>
#include <utility>

#include "base/result.hpp"
#include "store/files.hpp"

namespace dragoman::store {

/// Holds a file for this process alone, as long as it lives: two gateways on one database would send everything twice.
/// The file stays behind (removing it would let two processes lock two files of one name); the lock ends with the
/// process however it ends.
class Lock {
 public:
  /// Fault::conflict names the process that holds it.
  static Result<Lock> acquire(const std::string& path);
  /// As acquire(), but makes no file: for who only has a look while no gateway runs.
  /// Fault::not_found: there is none, so no gateway has ever run here.
  static Result<Lock> acquire_existing(const std::string& path);

 private:
  explicit Lock(File file) : file_(std::move(file)) {}
  File file_;
};

}  // namespace dragoman::store
