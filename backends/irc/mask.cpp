#include "backends/irc/mask.hpp"

#include <string>

#include "base/text.hpp"

namespace dragoman::backends::irc {

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
  return text::matches(fold(casemap, pattern), fold(casemap, text));
}

bool is_specific(std::string_view pattern) { return pattern.find_first_not_of('*') != std::string_view::npos; }

}  // namespace dragoman::backends::irc
