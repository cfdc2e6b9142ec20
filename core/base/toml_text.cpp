#include "base/toml_text.hpp"

#include "base/text.hpp"

namespace dragoman {

std::string toml_quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text::without_controls(text::to_valid_utf8(text), false)) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

}  // namespace dragoman
