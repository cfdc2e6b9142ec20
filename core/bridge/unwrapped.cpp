#include "bridge/unwrapped.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.hpp"
#include "bridge/relay_format.hpp"

namespace dragoman::bridge {

namespace {

/// Longer ones are no names but what somebody says in brackets.
constexpr std::size_t longest_name = 64;
constexpr std::size_t most_names = 8;

struct Frame {
  std::string_view open, close;
};
// What relay bots put around a name: matterbridge "<x> ", "[irc] <x> ", go-discord-irc "(x) ", Matrix "**x**: ".
constexpr Frame frames[] = {{"<", ">"}, {"[", "]"}, {"(", ")"}, {"**", "**:"}, {"*", "*:"}, {"`", "`"}};

/// Takes one name away from the front.
std::optional<std::string> take_name(std::string_view& text) {
  for (const auto& [open, close] : frames) {
    if (!text.starts_with(open)) continue;
    const std::size_t end = text.find(close, open.size());
    if (end == std::string_view::npos || end == open.size() || end - open.size() > longest_name) continue;
    const std::string_view rest = text.substr(end + close.size());
    if (!rest.starts_with(' ')) continue;
    std::string name{text.substr(open.size(), end - open.size())};
    text = text::trim(rest);
    return name;
  }
  return std::nullopt;
}

}  // namespace

std::string comparable(std::string_view text) {
  const std::string folded = text::fold_case(without_invisible(text::without_controls(text, true)));
  std::string same;
  for (const char each : folded) {
    const bool blank = each == ' ' || each == '\n' || each == '\t';
    if (!blank) {
      same += each;
    } else if (!same.empty() && same.back() != ' ') {
      same += ' ';
    }
  }
  return std::string{text::trim(same)};
}

Unwrapped unwrap(std::string_view text) {
  Unwrapped found;
  const std::string all = comparable(text);
  std::string_view rest = all;
  while (found.names.size() < most_names) {
    auto name = take_name(rest);
    if (!name) break;
    found.names.push_back(std::move(*name));
  }
  found.text = rest;
  return found;
}

}  // namespace dragoman::bridge
