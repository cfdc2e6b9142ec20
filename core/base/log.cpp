#include "base/log.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <unistd.h>

#include "base/log_problems.hpp"
#include "base/text.hpp"

namespace dragoman::log {

namespace {

constexpr std::array<std::string_view, 5> names{"error", "warn", "info", "debug", "trace"};
// sd-daemon(3): syslog levels, so that journalctl -p works.
constexpr std::array<std::string_view, 5> priorities{"<3>", "<4>", "<6>", "<7>", "<7>"};

bool under_systemd() {
  static const bool yes = std::getenv("JOURNAL_STREAM") != nullptr;
  return yes;
}

void append_escaped(std::string& line, std::string_view bytes) {
  static constexpr char hex[] = "0123456789abcdef";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    line += "\\x";
    line += hex[byte >> 4];
    line += hex[byte & 15];
  }
}

/// Code points that begin a new line or steer a terminal: C0, DEL, C1, and the separators U+2028 and U+2029.
bool steers(char32_t c) { return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x2028 || c == 0x2029; }

/// A value of letters, digits and a few signs stands bare; everything else is quoted, and what steers or is not UTF-8
/// is escaped, so that one fact stays one line whatever a stranger put into a name.
void append_value(std::string& line, std::string_view value) {
  const auto plain = [](char c) { return c > ' ' && c < 0x7f && c != '"' && c != '=' && c != '\\'; };
  if (!value.empty() && std::all_of(value.begin(), value.end(), plain)) {
    line += value;
    return;
  }
  line += '"';
  while (!value.empty()) {
    const text::Decoded decoded = text::decode(value);
    const std::string_view bytes = value.substr(0, std::max<std::size_t>(decoded.size, 1));
    if (decoded.size == 0 || steers(decoded.code_point)) {
      append_escaped(line, bytes);
    } else {
      if (bytes == "\"" || bytes == "\\") line += '\\';
      line += bytes;
    }
    value.remove_prefix(bytes.size());
  }
  line += '"';
}

}  // namespace

bool parse_level(std::string_view name, Level& level) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] != name) continue;
    level = static_cast<Level>(i);
    return true;
  }
  return false;
}

std::string_view to_string(Level level) { return names[static_cast<std::size_t>(level)]; }

bool detail::is_watched(std::string_view owner) {
  return std::find(watched.begin(), watched.end(), owner) != watched.end();
}

void watch(std::string_view owner, bool yes) {
  std::erase(detail::watched, owner);
  if (yes) detail::watched.emplace_back(owner);
}

Line::Line(Level level, std::string_view message) {
  const auto index = static_cast<std::size_t>(level);
  if (under_systemd()) text_ += priorities[index];
  text_ += "level=";
  text_ += names[index];
  text_ += " msg=";
  append_value(text_, message);
}

Line::~Line() {
  note_problem(text_);
  text_ += '\n';
  // A log that cannot be written (closed stderr, full disk) must not stop the gateway.
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text_.data(), text_.size());
}

namespace {

/// The last name of an expression, without what it is a member of: "context_.policy" -> "policy", "error()" -> "error".
std::string_view name_of(std::string_view expression) {
  const auto is_word = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  std::size_t end = expression.size();
  while (end > 0 && (!is_word(expression[end - 1]) || expression[end - 1] == '_')) --end;
  std::size_t begin = end;
  while (begin > 0 && is_word(expression[begin - 1])) --begin;
  return expression.substr(begin, end - begin);
}

}  // namespace

void Line::add(std::string_view key, std::string_view value) {
  text_ += ' ';
  text_ += name_of(key);
  text_ += '=';
  append_value(text_, value);
}

void Line::add(std::string_view key, const Error& error) {
  add(key, to_string(error.fault));
  add("text", error.text);
}

}  // namespace dragoman::log
