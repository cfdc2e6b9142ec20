#include "bridge/status_lines.hpp"

#include <algorithm>
#include <utility>

namespace dragoman::bridge {

namespace {

constexpr Duration gather_for = std::chrono::minutes{1};
constexpr Duration gather_all_for = std::chrono::seconds{1};  // a netsplit comes in pieces
constexpr std::size_t lines_at_once = 5;                      // of one room within that
constexpr Duration is_recent = std::chrono::hours{1};
constexpr std::size_t most_speakers = 5000;
constexpr std::size_t most_listed = 10;

/// Who came and went within the minute did neither.
bool take(std::vector<std::string>& names, const std::string& name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return false;
  names.erase(found);
  return true;
}

std::string names_text(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < most_listed; ++i) text += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > most_listed) text += " and " + std::to_string(names.size() - most_listed) + " more";
  return text;
}

}  // namespace

void ComingAndGoing::wait(Duration time) {
  if (std::exchange(waits_, true)) return;
  timer_.set_after(time, [this] { say_all(); });
}

void ComingAndGoing::end_line(Gathered& gathered) {
  const auto add = [&gathered](std::string_view what, std::vector<std::string>& names) {
    if (!names.empty()) gathered.lines.push_back(std::string{what} + names_text(std::exchange(names, {})));
  };
  add("joined: ", gathered.came);
  add("left: ", gathered.left);
  add("", gathered.renamed);
}

void ComingAndGoing::break_line(Gathered& gathered, const std::vector<std::string>& goes_on) {
  // Who comes and goes all the time makes no more than so many lines: the rest of the second is told together.
  if (goes_on.empty() && gathered.lines.size() + 1 < lines_at_once) end_line(gathered);
}

void ComingAndGoing::renamed(const std::string& place, const std::string& label, const std::string& from,
                             const std::string& to) {
  if (how_ != StatusLines::all) return;
  Gathered& gathered = gathered_[place];
  gathered.label = label;
  break_line(gathered, gathered.renamed);
  gathered.renamed.push_back(from + " is now " + to);
  wait(gather_all_for);
}

void ComingAndGoing::spoke(const std::string& place, const std::string& name) {
  if (how_ == StatusLines::all && gathered_.contains(place)) return say_all();
  if (how_ != StatusLines::smart) return;
  const Instant now = clock_.now();
  if (spoken_.size() >= most_speakers) {
    std::erase_if(spoken_, [now](const auto& each) { return now - each.second > is_recent; });
    if (spoken_.size() >= most_speakers) spoken_.clear();
  }
  spoken_[{place, name}] = now;
}

void ComingAndGoing::note(const std::string& place, const std::string& label, const std::string& name, bool here) {
  if (how_ == StatusLines::off) return;
  if (how_ == StatusLines::smart) {
    const auto spoken = spoken_.find({place, name});
    if (spoken == spoken_.end() || clock_.now() - spoken->second > is_recent) return;
  }
  Gathered& gathered = gathered_[place];
  gathered.label = label;
  if (how_ == StatusLines::all) {
    auto& names = here ? gathered.came : gathered.left;
    break_line(gathered, names);
    names.push_back(name);
    return wait(gather_all_for);
  }
  if (!take(here ? gathered.left : gathered.came, name)) (here ? gathered.came : gathered.left).push_back(name);
  wait(gather_for);
}

void ComingAndGoing::say_all() {
  waits_ = false;
  timer_.clear();
  for (auto& [place, gathered] : std::exchange(gathered_, {})) {
    if (how_ == StatusLines::all) end_line(gathered);
    for (const std::string& line : gathered.lines) say_(place, gathered.label + ": " + line);
    std::string text;
    if (!gathered.came.empty()) text = "joined: " + names_text(gathered.came);
    if (!gathered.left.empty()) text += (text.empty() ? "left: " : "; left: ") + names_text(gathered.left);
    if (!text.empty()) say_(place, gathered.label + ": " + text);
  }
}

}  // namespace dragoman::bridge
