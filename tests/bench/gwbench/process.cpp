#include "process.hpp"

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <sstream>
#include <string>
#include <unistd.h>

#include "../common/text.hpp"

namespace bench {
namespace {

double clock_seconds(clockid_t clock) {
  timespec used{};
  if (clock_gettime(clock, &used) != 0) return 0;
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) * 1e-9;
}

/// The number after "Key:" in a /proc status file.
std::int64_t status_field(const std::string& status, const std::string& key) {
  const std::size_t at = status.find("\n" + key + ":");
  return at == std::string::npos ? 0 : std::atoll(status.c_str() + at + key.size() + 2);
}

void add_ticks(const std::string& folder, ProcessStat& sum) {
  const std::string stat = read_file(folder + "/stat");
  const std::size_t name_end = stat.rfind(')');
  if (name_end == std::string::npos) return;
  unsigned long user = 0;
  unsigned long system = 0;
  std::sscanf(stat.c_str() + name_end + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system);
  const auto ticks_per_second = static_cast<double>(sysconf(_SC_CLK_TCK));
  sum.user += static_cast<double>(user) / ticks_per_second;
  sum.system += static_cast<double>(system) / ticks_per_second;
}

void add_process(pid_t pid, int depth, ProcessStat& sum) {
  const std::string folder = "/proc/" + std::to_string(pid);
  std::string children;
  std::error_code gone;
  for (const auto& task : std::filesystem::directory_iterator(folder + "/task", gone)) {
    children += read_file(task.path() / "children") + " ";
    const std::string status = read_file(task.path() / "status");
    sum.voluntary += static_cast<std::uint64_t>(status_field(status, "voluntary_ctxt_switches"));
    ++sum.threads;
  }
  clockid_t clock{};
  if (clock_getcpuclockid(pid, &clock) == 0) sum.cpu += clock_seconds(clock);
  add_ticks(folder, sum);
  const std::string status = read_file(folder + "/status");
  sum.rss_kb += status_field(status, "VmRSS");
  sum.anon_kb += status_field(status, "RssAnon");
  if (depth == 0) return;
  std::istringstream list(children);
  for (pid_t child = 0; list >> child;) add_process(child, depth - 1, sum);
}

}  // namespace

ProcessStat read_process_tree(pid_t pid) {
  ProcessStat sum;
  if (pid > 0) add_process(pid, 4, sum);
  return sum;
}

double own_cpu() { return clock_seconds(CLOCK_PROCESS_CPUTIME_ID); }

}  // namespace bench
