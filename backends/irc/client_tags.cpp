#include "backends/irc/client_tags.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

/// What a tag was called before it was ratified; empty: nothing else.
std::string_view old_name_of(ClientTag tag) {
  switch (tag) {
    case ClientTag::typing:
      return "+draft/typing";
    case ClientTag::reply:
      return "+draft/reply";
    case ClientTag::channel_context:
      return "+draft/channel-context";
    case ClientTag::react:
    case ClientTag::unreact:
    case ClientTag::via:
      return {};
  }
  return {};
}

}  // namespace

std::string_view name_of(ClientTag tag) {
  switch (tag) {
    case ClientTag::typing:
      return "+typing";
    case ClientTag::reply:
      return "+reply";
    case ClientTag::react:
      return "+draft/react";
    case ClientTag::unreact:
      return "+draft/unreact";
    case ClientTag::channel_context:
      return "+channel-context";
    case ClientTag::via:
      return "+dragoman/via";
  }
  return {};
}

std::string write_tag(ClientTag tag, std::string_view value) {
  std::string written{name_of(tag)};
  (written += '=') += escape_tag(value);
  // COMPAT clients of before 2026 know replies by their draft name alone.
  if (tag == ClientTag::reply) ((written += ';') += old_name_of(tag)) += '=' + escape_tag(value);
  return written;
}

std::optional<std::string> read_tag(const Message& message, ClientTag tag) {
  if (message.tags.empty()) return std::nullopt;
  auto value = message.tag(name_of(tag));
  if (!value && !old_name_of(tag).empty()) value = message.tag(old_name_of(tag));
  if (value && value->empty()) value.reset();
  return value;
}

bool passes(const Isupport& isupport, ClientTag tag) {
  const std::string_view name = name_of(tag).substr(1);
  bool denied = false;
  for (const std::string_view each : text::split(isupport.denied_tags, ',')) {
    if (each == "*" || each == name) denied = true;
    if (each.starts_with('-') && each.substr(1) == name) return true;
  }
  return !denied;
}

std::string escape_tag(std::string_view value) {
  std::string text;
  text.reserve(value.size());
  for (const char c : value) {
    switch (c) {
      case ';':
        text += "\\:";
        break;
      case ' ':
        text += "\\s";
        break;
      case '\\':
        text += "\\\\";
        break;
      case '\r':
        text += "\\r";
        break;
      case '\n':
        text += "\\n";
        break;
      case '\0':
        break;
      default:
        text += c;
        break;
    }
  }
  return text;
}

}  // namespace dragoman::backends::irc
