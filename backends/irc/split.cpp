#include "backends/irc/split.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

std::size_t size_of(std::string_view text, const Measure& measure) { return measure ? measure(text) : text.size(); }

/// The longest beginning of a line that fits the budget, at least one character.
std::string_view fitting(std::string_view line, std::size_t budget, const Measure& measure) {
  if (!measure) return text::cut(line, budget);
  std::size_t fits = text::decode(line).size, too_much = line.size() + 1;
  while (fits + 1 < too_much) {
    const std::string_view tried = text::cut(line, fits + (too_much - fits) / 2);
    // Cut back to what is known to fit: the next character begins there and ends behind the middle.
    const std::size_t size = tried.size() > fits ? tried.size() : fits + text::decode(line.substr(fits)).size;
    if (size <= fits || size >= too_much) break;
    (measure(line.substr(0, size)) <= budget ? fits : too_much) = size;
  }
  return line.substr(0, fits);
}

/// Where to cut a line that is longer than the budget.
std::size_t cut_at(std::string_view line, std::size_t budget, const Measure& measure) {
  const std::string_view window = fitting(line, budget, measure);
  const auto space = window.rfind(' ');
  if (space != std::string_view::npos && space > 0) {
    // A word that fits nowhere may as well begin here, unless little would be gained by it.
    const auto next = line.find(' ', space + 1);
    const std::string_view word = line.substr(space + 1, next == std::string_view::npos ? next : next - space - 1);
    if (space >= window.size() / 2 || size_of(word, measure) <= budget) return space + 1;
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

std::vector<std::string_view> split_text(std::string_view text, std::size_t budget, const Measure& measure) {
  budget = std::max(budget, least_budget);
  std::vector<std::string_view> pieces;
  while (!text.empty()) {
    const auto end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    while (size_of(line, measure) > budget) {
      const std::size_t at = cut_at(line, budget, measure);
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
