#include "backends/irc/split.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

/// Where to cut a line that is longer than the budget.
std::size_t cut_at(std::string_view line, std::size_t budget) {
  const std::string_view window = text::cut(line, budget);
  const auto space = window.rfind(' ');
  if (space != std::string_view::npos && space > 0) {
    // A word that fits nowhere may as well begin here, unless little would be gained by it.
    const auto next = line.find(' ', space + 1);
    const std::size_t word = (next == std::string_view::npos ? line.size() : next) - space - 1;
    if (word <= budget || space >= budget / 2) return space + 1;
  }
  // One more character than fits shows whether the last cluster of the window goes on behind it.
  const auto more = text::decode(line.substr(window.size()));
  const std::string_view sample = line.substr(0, window.size() + more.size);
  std::size_t best = 0;
  for (const std::size_t end : text::grapheme_ends(sample)) {
    if (end <= window.size()) best = end;
  }
  if (best > 0) return best;
  return window.empty() ? std::min<std::size_t>(budget, line.size()) : window.size();
}

}  // namespace

std::vector<std::string_view> split_text(std::string_view text, std::size_t budget) {
  budget = std::max(budget, least_budget);
  std::vector<std::string_view> pieces;
  while (!text.empty()) {
    const auto end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    while (line.size() > budget) {
      const std::size_t at = cut_at(line, budget);
      pieces.push_back(line.substr(0, at));
      line.remove_prefix(at);
    }
    if (!line.empty()) pieces.push_back(line);
  }
  return pieces;
}

std::size_t text_budget(std::size_t limit, std::size_t prefix, std::size_t command, std::size_t target) {
  const std::size_t around = 1 + prefix + 1 + command + 1 + target + 2 + 2;
  return limit > around + least_budget ? limit - around : least_budget;
}

}  // namespace dragoman::backends::irc
