#include "verbs/words.hpp"

#include <cstdio>
#include <ctime>

#include "exit_code.hpp"

namespace dragoman::verbs {

namespace {

std::string format_utc(Timestamp time, const char* format) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[64];
  return {text, std::strftime(text, sizeof text, format, &parts)};
}

}  // namespace

bool read_for_verb(const std::string& path, Config& config) {
  config = read_config(path);
  const auto problems = config.file.problems();
  for (const std::string& problem : problems) std::fprintf(stderr, "%s\n", problem.c_str());
  return problems.empty();
}

int report(const Error& error) {
  std::fprintf(stderr, "%s\n", error.text.c_str());
  switch (error.fault) {
    case Fault::unsupported:
    case Fault::unauthorized:
    case Fault::unacceptable:
    case Fault::malformed:
    case Fault::forbidden:
      return exit_code::config;
    case Fault::internal:
      return exit_code::software;
    case Fault::too_long:
    case Fault::not_found:
    case Fault::absent:
    case Fault::conflict:
    case Fault::members_only:
    case Fault::not_allowed:
    case Fault::limited:
    case Fault::full:
    case Fault::timeout:
    case Fault::unavailable:
    case Fault::closed:
    case Fault::storage:
      break;
  }
  return exit_code::unavailable;
}

std::string time_text(Timestamp time) { return format_utc(time, "%Y-%m-%d %H:%M:%S UTC"); }

std::string replaced_stamp(Timestamp time) { return format_utc(time, ".replaced-%Y%m%dT%H%M%SZ"); }

std::string counted(std::int64_t number, std::string_view noun) {
  return std::to_string(number) + " " + std::string{noun} + (number == 1 ? "" : "s");
}

std::string size_text(std::uint64_t bytes) {
  constexpr double mebi = 1024.0 * 1024.0;
  const double size = static_cast<double>(bytes);
  char text[32];
  if (size >= 1024 * mebi) {
    std::snprintf(text, sizeof text, "%.1f GiB", size / (1024 * mebi));
  } else {
    std::snprintf(text, sizeof text, "%.1f MiB", size / mebi);
  }
  return text;
}

}  // namespace dragoman::verbs
