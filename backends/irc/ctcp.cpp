#include "backends/irc/ctcp.hpp"

namespace dragoman::backends::irc {

std::optional<Ctcp> parse_ctcp(std::string_view text) {
  if (text.size() < 2 || text.front() != '\x01' || text[1] == '\x01' || text[1] == ' ') return std::nullopt;
  text.remove_prefix(1);
  if (text.back() == '\x01') text.remove_suffix(1);
  const auto space = text.find(' ');
  Ctcp ctcp{text.substr(0, space), {}};
  if (space != std::string_view::npos) ctcp.text = text.substr(space + 1);
  return ctcp;
}

std::string make_ctcp(std::string_view command, std::string_view text) {
  std::string out;
  out += '\x01';
  out += command;
  if (!text.empty()) {
    out += ' ';
    out += text;
  }
  out += '\x01';
  return out;
}

}  // namespace dragoman::backends::irc
