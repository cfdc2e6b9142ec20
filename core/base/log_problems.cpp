#include "base/log_problems.hpp"

#include <algorithm>
#include <mutex>

namespace dragoman::log {

namespace {

constexpr std::size_t most_details = 400;  // bytes of a line

struct Kept {
  std::mutex mutex;             // lines come from the writer's and the reader's thread too
  std::vector<Problem> groups;  // the one that came last is the last
  ProblemCounts counts;
};

Kept& kept() {
  static Kept kept;
  return kept;
}

/// Takes a word or a quoted value off the front, as Line writes it; escapes of quotes are undone.
std::string take_value(std::string_view& text) {
  std::string value;
  if (!text.starts_with('"')) {
    const std::size_t end = std::min(text.find(' '), text.size());
    value = text.substr(0, end);
    text.remove_prefix(end);
    return value;
  }
  std::size_t at = 1;
  for (; at < text.size() && text[at] != '"'; ++at) {
    // \x0a stays as it is: it must not become a line of its own again.
    if (text[at] == '\\' && at + 1 < text.size() && (text[at + 1] == '"' || text[at + 1] == '\\')) ++at;
    value += text[at];
  }
  text.remove_prefix(std::min(at + 1, text.size()));
  return value;
}

/// Cut at the limit, not inside a character.
std::string shortened(std::string text) {
  if (text.size() <= most_details) return text;
  std::size_t end = most_details;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  text.resize(end);
  return text + "...";
}

/// What a line says, behind its level.
Problem read_line(std::string_view line) {
  Problem problem;
  while (!line.empty()) {
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) break;
    const std::string_view key = line.substr(0, equals);
    line.remove_prefix(equals + 1);
    const std::string value = take_value(line);
    if (key == "msg") {
      problem.message = value;
    } else if (key == "network" && problem.network.empty()) {
      problem.network = value;
    } else {
      problem.details += (problem.details.empty() ? "" : "; ") + std::string{key} + ": " + value;
    }
  }
  problem.details = shortened(std::move(problem.details));
  return problem;
}

}  // namespace

void note_problem(std::string_view line) {
  if (line.size() > 3 && line[0] == '<' && line[2] == '>') line.remove_prefix(3);  // of systemd
  const bool is_error = line.starts_with("level=error ");
  if (!is_error && !line.starts_with("level=warn ")) return;
  Problem problem = read_line(line.substr(line.find(' ')));
  problem.is_error = is_error;
  problem.count = 1;
  problem.first = problem.last = std::chrono::system_clock::now();
  Kept& all = kept();
  const std::lock_guard lock{all.mutex};
  ++(is_error ? all.counts.errors : all.counts.warnings);
  const auto same = std::find_if(all.groups.begin(), all.groups.end(), [&](const Problem& each) {
    return each.is_error == is_error && each.message == problem.message && each.network == problem.network;
  });
  if (same != all.groups.end()) {
    problem.count += same->count;
    problem.first = same->first;
    all.groups.erase(same);
  } else if (all.groups.size() >= most_problems) {
    all.groups.erase(all.groups.begin());
  }
  all.groups.push_back(std::move(problem));
}

std::vector<Problem> problems() {
  Kept& all = kept();
  const std::lock_guard lock{all.mutex};
  return {all.groups.rbegin(), all.groups.rend()};
}

ProblemCounts problem_counts() {
  Kept& all = kept();
  const std::lock_guard lock{all.mutex};
  return all.counts;
}

void forget_problems() {
  Kept& all = kept();
  const std::lock_guard lock{all.mutex};
  all.groups.clear();
  all.counts = {};
}

}  // namespace dragoman::log
