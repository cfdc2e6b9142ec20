#include "backends/irc/mask.hpp"

#include <string>

namespace dragoman::backends::irc {

namespace {

/// Goes back to the last star when it is stuck: never more than |pattern| * |text| steps.
bool glob(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star = std::string_view::npos, resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

}  // namespace

Mask split_mask(std::string_view text) {
  Mask mask;
  const auto colon = text.find(':');
  if (text.starts_with('~') || text.starts_with('$') || (colon != std::string_view::npos && colon < text.find('!'))) {
    mask.extended = true;
    return mask;
  }
  const auto at = text.rfind('@');
  const std::string_view before = text.substr(0, at);
  const auto mark = before.find('!');
  if (at != std::string_view::npos) mask.host = text.substr(at + 1);
  if (mark != std::string_view::npos) {
    mask.nick = before.substr(0, mark);
    mask.user = before.substr(mark + 1);
  } else if (at != std::string_view::npos) {
    mask.user = before;
  } else {
    mask.nick = before;
  }
  return mask;
}

bool fits(Casemap casemap, std::string_view pattern, std::string_view text) {
  return glob(fold(casemap, pattern), fold(casemap, text));
}

bool is_specific(std::string_view pattern) { return pattern.find_first_not_of('*') != std::string_view::npos; }

}  // namespace dragoman::backends::irc
