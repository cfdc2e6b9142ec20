#include "admin/process_facts.hpp"

#include <dirent.h>
#include <fstream>
#include <sstream>
#include <string>
#include <sys/resource.h>
#include <unistd.h>

namespace dragoman::admin {

namespace {

std::string first_line(const char* path) {
  std::ifstream file{path};
  std::string line;
  std::getline(file, line);
  return line;
}

/// When the machine was started, in seconds since the epoch; 0: unknown.
double boot_time() {
  std::ifstream file{"/proc/stat"};
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("btime ")) return std::stod(line.substr(6));
  }
  return 0;
}

std::uint64_t count_open_files() {
  DIR* folder = ::opendir("/proc/self/fd");
  if (folder == nullptr) return 0;
  std::uint64_t count = 0;
  while (const dirent* entry = ::readdir(folder)) count += entry->d_name[0] == '.' ? 0 : 1;
  ::closedir(folder);
  return count - 1;  // that of the folder itself
}

}  // namespace

std::optional<ProcessFacts> read_process_facts() {
  const std::string stat = first_line("/proc/self/stat");
  const std::size_t name_end = stat.rfind(')');  // the name may hold anything
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream rest{stat.substr(name_end + 2)};
  std::string field[24];  // from the third on; [n - 3] is field n of proc(5)
  for (std::string& each : field) rest >> each;
  if (!rest) return std::nullopt;
  const auto of = [&](int n) { return std::stod(field[n - 3]); };
  const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
  ProcessFacts facts;
  facts.cpu_seconds = (of(14) + of(15)) / ticks;
  facts.threads = static_cast<std::uint64_t>(of(20));
  facts.started = boot_time() + of(22) / ticks;
  facts.virtual_bytes = static_cast<std::uint64_t>(of(23));
  facts.resident_bytes = static_cast<std::uint64_t>(of(24)) * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  facts.open_files = count_open_files();
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) facts.most_files = limit.rlim_cur;
  return facts;
}

}  // namespace dragoman::admin
