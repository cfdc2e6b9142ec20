#include "irc_line.hpp"

namespace bench {
namespace {

std::string_view take_word(std::string_view& line) {
  const std::size_t end = line.find(' ');
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(end == std::string_view::npos ? line.size() : end);
  while (!line.empty() && line.front() == ' ') line.remove_prefix(1);
  return word;
}

}  // namespace

std::string_view IrcLine::tag(std::string_view key) const {
  for (std::string_view rest = tags; !rest.empty();) {
    const std::size_t end = rest.find(';');
    const std::string_view one = rest.substr(0, end);
    if (one.size() > key.size() && one.starts_with(key) && one[key.size()] == '=') return one.substr(key.size() + 1);
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
  return {};
}

IrcLine parse_irc_line(std::string_view line) {
  IrcLine parsed;
  if (line.starts_with('@')) parsed.tags = take_word(line).substr(1);
  if (line.starts_with(':')) parsed.prefix = take_word(line).substr(1);
  while (!line.empty() && parsed.count < parsed.words.size()) {
    if (parsed.count > 0 && line.front() == ':') {
      parsed.words[parsed.count++] = line.substr(1);
      break;
    }
    parsed.words[parsed.count++] = take_word(line);
  }
  return parsed;
}

}  // namespace bench
