#include "backends/irc/ctcp.hpp"

#include <charconv>
#include <cstdint>

#include "base/text.hpp"

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

namespace {

/// The next word; a file name with spaces stands between quotes.
std::string_view next_word(std::string_view& text) {
  text = text::trim(text);
  if (text.starts_with('"')) {
    const auto end = text.find('"', 1);
    const std::string_view word = text.substr(1, end == std::string_view::npos ? end : end - 1);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return word;
  }
  const auto end = text.find(' ');
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end);
  return word;
}

/// "121 KiB"; nothing for what is no number.
std::string size_for_people(std::string_view digits) {
  std::uint64_t bytes = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), bytes);
  if (digits.empty() || read.ec != std::errc{} || read.ptr != digits.data() + digits.size()) return {};
  if (bytes == 1) return "1 byte";
  static constexpr std::string_view units[] = {" bytes", " KiB", " MiB", " GiB", " TiB", " PiB", " EiB"};
  std::size_t unit = 0;
  for (; bytes >= 1024; ++unit) bytes = (bytes + 512) / 1024;
  return std::to_string(bytes) + std::string{units[unit]};
}

}  // namespace

std::string describe_dcc(std::string_view text) {
  const std::string kind = text::ascii_lower(next_word(text));
  const std::string end = " by a direct connection (DCC), which is not possible here";
  if (kind == "chat" || kind == "schat") return "offers to talk" + end;
  if (kind != "send" && kind != "ssend" && kind != "tsend")
    return "offers a direct connection (DCC), which is not possible here";
  const std::string name{next_word(text)};
  next_word(text);  // address
  next_word(text);  // port
  const std::string size = size_for_people(next_word(text));
  return "offers the file \"" + name + '"' + (size.empty() ? "" : " (" + size + ')') + end + "; ask for a link";
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
