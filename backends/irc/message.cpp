#include "backends/irc/message.hpp"

#include <charconv>

namespace dragoman::backends::irc {

namespace {

void skip_spaces(std::string_view& rest) {
  const auto at = rest.find_first_not_of(' ');
  rest.remove_prefix(at == std::string_view::npos ? rest.size() : at);
}

std::string_view take_word(std::string_view& rest) {
  const auto at = rest.find(' ');
  const std::string_view word = rest.substr(0, at);
  rest.remove_prefix(word.size());
  skip_spaces(rest);
  return word;
}

}  // namespace

Source split_source(std::string_view source) {
  Source parts;
  const auto at = source.find('@');
  if (at != std::string_view::npos) {
    parts.host = source.substr(at + 1);
    source = source.substr(0, at);
  }
  const auto mark = source.find('!');
  if (mark != std::string_view::npos) {
    parts.user = source.substr(mark + 1);
    source = source.substr(0, mark);
  }
  parts.nick = source;
  return parts;
}

bool parse(std::string_view line, Message& message) {
  message.tags = message.source = {};
  message.count = 0;
  message.batch_label = 0;
  skip_spaces(line);
  if (line.starts_with('@')) {
    line.remove_prefix(1);
    message.tags = take_word(line);
  }
  if (line.starts_with(':')) {
    line.remove_prefix(1);
    message.source = take_word(line);
  }
  message.command = take_word(line);
  while (!line.empty()) {
    if (line.front() == ':' || message.count + 1 == Message::most_params) {
      if (line.front() == ':') line.remove_prefix(1);
      message.params[message.count++] = line;
      break;
    }
    message.params[message.count++] = take_word(line);
  }
  return !message.command.empty();
}

std::optional<std::string_view> Message::raw_tag(std::string_view key) const {
  std::optional<std::string_view> found;
  for (std::string_view rest = tags; !rest.empty();) {
    const auto end = rest.find(';');
    const std::string_view tag = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (!tag.starts_with(key)) continue;
    if (tag.size() == key.size()) {
      found = std::string_view{};
    } else if (tag[key.size()] == '=') {
      found = tag.substr(key.size() + 1);
    }
  }
  return found;
}

std::optional<std::string> Message::tag(std::string_view key) const {
  const auto raw = raw_tag(key);
  if (!raw) return std::nullopt;
  return unescape_tag(*raw);
}

std::optional<std::uint32_t> label_of(const Message& message) {
  if (message.tags.empty()) return std::nullopt;
  const auto text = message.raw_tag("label");
  std::uint32_t label = 0;
  const bool own = text && std::from_chars(text->data(), text->data() + text->size(), label).ec == std::errc{};
  if (own) return label;
  return message.batch_label == 0 ? std::nullopt : std::optional{message.batch_label};
}

std::string unescape_tag(std::string_view value) {
  std::string text;
  text.reserve(value.size());
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] != '\\') {
      text += value[i];
      continue;
    }
    if (++i == value.size()) break;
    switch (value[i]) {
      case ':':
        text += ';';
        break;
      case 's':
        text += ' ';
        break;
      case 'r':
        text += '\r';
        break;
      case 'n':
        text += '\n';
        break;
      default:
        text += value[i];
        break;
    }
  }
  return text;
}

}  // namespace dragoman::backends::irc
