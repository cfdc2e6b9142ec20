#include "backends/irc/line_writer.hpp"

#include <algorithm>

#include "base/byte_set.hpp"

namespace dragoman::backends::irc {

namespace {

using namespace std::string_view_literals;

/// ircv3.net: message-tags, "Size limit": 4094 bytes of a client's tags, of which our label needs some.
constexpr std::size_t most_client_tags = 4000;

constexpr ByteSet line_ends{"\0\r\n"sv};
constexpr ByteSet word_ends{"\0\r\n "sv};

bool is_middle(std::string_view text) { return !text.empty() && text.front() != ':' && word_ends.none_in(text); }

bool is_word(std::string_view text, bool digits_only_too) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [digits_only_too](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (digits_only_too && c >= '0' && c <= '9');
  });
}

}  // namespace

Result<void> write_line(std::string& out, std::string_view command, std::span<const std::string_view> middles,
                        std::optional<std::string_view> text, LineOptions options) {
  if (!is_word(command, true)) return failure(Fault::malformed, "not an IRC command");
  if (!options.label.empty() && !is_word(options.label, true)) return failure(Fault::malformed, "not an IRC label");
  if (!word_ends.none_in(options.tags) || options.tags.size() > most_client_tags) {
    return failure(Fault::malformed, "IRC cannot carry these tags");
  }
  std::size_t size = command.size() + 2;
  for (const std::string_view middle : middles) {
    if (!is_middle(middle)) return failure(Fault::malformed, "IRC cannot carry this text as a parameter of a command");
    size += 1 + middle.size();
  }
  if (text) {
    if (!line_ends.none_in(*text)) return failure(Fault::malformed, "line breaks are not possible in this IRC command");
    size += 2 + text->size();
  }
  if (size > options.limit) return failure(Fault::too_long, "too long for one IRC line");
  if (!options.label.empty()) {
    out += "@label=";
    out += options.label;
  }
  if (!options.tags.empty()) {
    out += options.label.empty() ? '@' : ';';
    out += options.tags;
  }
  if (!options.label.empty() || !options.tags.empty()) out += ' ';
  out += command;
  for (const std::string_view middle : middles) {
    out += ' ';
    out += middle;
  }
  if (text) {
    out += " :";
    out += *text;
  }
  out += "\r\n";
  return {};
}

std::string single_line(std::string_view text) {
  std::string line;
  line.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\0') continue;
    if (c != '\r' && c != '\n') {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  while (line.ends_with(' ')) line.pop_back();
  return line;
}

}  // namespace dragoman::backends::irc
