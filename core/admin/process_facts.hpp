#pragma once

#include <cstdint>
#include <optional>

namespace dragoman::admin {

/// What the kernel says of this process (proc(5)).
struct ProcessFacts {
  double cpu_seconds = 0;  ///< user and system
  std::uint64_t virtual_bytes = 0;
  std::uint64_t resident_bytes = 0;
  double started = 0;  ///< seconds since the epoch
  std::uint64_t threads = 0;
  std::uint64_t open_files = 0, most_files = 0;
};
/// Nothing when /proc is not there to be read.
std::optional<ProcessFacts> read_process_facts();

}  // namespace dragoman::admin
