// What a process and its children have used so far, from /proc.
#pragma once

#include <cstdint>
#include <sys/types.h>

namespace bench {

struct ProcessStat {
  double cpu = 0;     // seconds; nanosecond resolution, threads that ended included
  double user = 0;    // seconds in ticks of 10 ms: only good for a share
  double system = 0;  // the same
  std::int64_t rss_kb = 0;
  std::int64_t anon_kb = 0;
  std::int64_t threads = 0;
  std::uint64_t voluntary = 0;  // context switches: how often it went to sleep
};

/// All zero when there is no such process.
ProcessStat read_process_tree(pid_t pid);

/// Seconds of CPU this process has used.
double own_cpu();

}  // namespace bench
