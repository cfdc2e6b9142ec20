#pragma once

#include <cstdint>
#include <string>

namespace dragoman::store {

/// With less free than this, new messages are refused.
inline constexpr std::uint64_t room_for_messages = 64 << 20;

/// Free bytes of the file system that holds `path`; the largest number when it cannot say.
std::uint64_t free_bytes(const std::string& path);

/// A file that only takes up room next to the database: given back when a commit finds the disk full, so that what is
/// already under way can still be recorded.
class Reserve {
 public:
  static constexpr std::uint64_t size = 16 << 20;
  /// Not made (again) with less free than this: the reserve must not be what fills the disk.
  static constexpr std::uint64_t room_needed = 128 << 20;

  explicit Reserve(std::string path) : path_(std::move(path)) {}

  /// Makes it unless it is there or the disk has no room for it.
  void keep();
  /// Gives the room back.
  void release();

 private:
  std::string path_;
};

}  // namespace dragoman::store
