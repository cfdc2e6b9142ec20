#include "base/log.hpp"

#include <unistd.h>

#include <array>
#include <cstdlib>

namespace dragoman::log {

namespace {

constexpr std::array<std::string_view, 5> names{"error", "warn", "info", "debug", "trace"};
// sd-daemon(3): syslog levels, so that journalctl -p works.
constexpr std::array<std::string_view, 5> priorities{"<3>", "<4>", "<6>", "<7>", "<7>"};

bool under_systemd() {
  static const bool yes = std::getenv("JOURNAL_STREAM") != nullptr;
  return yes;
}

/// A value of letters, digits and a few signs stands bare; everything else is quoted, control characters escaped, so that
/// one fact stays one line whatever a stranger put into a name.
void append_value(std::string& text, std::string_view value) {
  static constexpr char hex[] = "0123456789abcdef";
  bool bare = !value.empty();
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= ' ' || byte == 0x7f || c == '"' || c == '=' || c == '\\') bare = false;
  }
  if (bare) {
    text += value;
    return;
  }
  text += '"';
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      text += '\\';
      text += c;
    } else if (byte < ' ' || byte == 0x7f) {
      text += "\\x";
      text += hex[byte >> 4];
      text += hex[byte & 15];
    } else {
      text += c;
    }
  }
  text += '"';
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

Line::Line(Level level, std::string_view message) {
  const auto index = static_cast<std::size_t>(level);
  if (under_systemd()) text_ += priorities[index];
  text_ += "level=";
  text_ += names[index];
  text_ += " msg=";
  append_value(text_, message);
}

Line::~Line() {
  text_ += '\n';
  // A log that cannot be written (closed stderr, full disk) must not stop the gateway.
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text_.data(), text_.size());
}

void Line::add(std::string_view key, std::string_view value) {
  text_ += ' ';
  for (std::string_view rest = key; !rest.empty(); rest.remove_prefix(1)) {
    const char c = rest.front();
    const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
    if (word) text_ += c;
  }
  text_ += '=';
  append_value(text_, value);
}

void Line::add(std::string_view key, const Error& error) {
  add(key, to_string(error.fault));
  add("text", error.text);
}

}  // namespace dragoman::log
