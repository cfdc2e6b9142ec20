#include <array>

#include "xmpp/jid.hpp"

namespace dragoman::xmpp {

namespace {

struct Escape {
  char character;
  char code[2];
};
// XEP-0106 table 1, in lower case because Nodeprep would make it so.
constexpr std::array<Escape, 10> escapes{{{' ', {'2', '0'}},
                                          {'"', {'2', '2'}},
                                          {'&', {'2', '6'}},
                                          {'\'', {'2', '7'}},
                                          {'/', {'2', 'f'}},
                                          {':', {'3', 'a'}},
                                          {'<', {'3', 'c'}},
                                          {'>', {'3', 'e'}},
                                          {'@', {'4', '0'}},
                                          {'\\', {'5', 'c'}}}};

/// The escape whose code stands behind a backslash at the front of `text`, or nullptr. Upper case counts: "\2F" is
/// "\2f" after Nodeprep.
const Escape* escape_at(std::string_view text) {
  if (text.size() < 3 || text[0] != '\\') return nullptr;
  const char last = text[2] >= 'A' && text[2] <= 'F' ? static_cast<char>(text[2] | 0x20) : text[2];
  for (const Escape& escape : escapes) {
    if (escape.code[0] == text[1] && escape.code[1] == last) return &escape;
  }
  return nullptr;
}

}  // namespace

std::string escape_local(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const Escape* found = nullptr;
    for (const Escape& escape : escapes) {
      if (escape.character == text[i]) found = &escape;
    }
    const bool lone_backslash = text[i] == '\\' && escape_at(text.substr(i)) == nullptr;
    if (found == nullptr || lone_backslash) {
      escaped += text[i];
    } else {
      escaped += '\\';
      escaped.append(found->code, 2);
    }
  }
  return escaped;
}

namespace {

/// Percent-encodes everything but letters, digits and the signs of `plain`.
void append_encoded(std::string& uri, std::string_view text, std::string_view plain) {
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter || plain.find(c) != std::string_view::npos) {
      uri += c;
    } else {
      constexpr char digits[] = "0123456789ABCDEF";
      const auto byte = static_cast<unsigned char>(c);
      uri += {'%', digits[byte >> 4], digits[byte & 15]};
    }
  }
}

}  // namespace

std::string to_uri(std::string_view bare) {
  std::string uri = "xmpp:";
  append_encoded(uri, bare, "-._~!$'()*+,;=:@/");  // unreserved and sub-delims, less "&"; "@" and "/" divide
  return uri;
}

std::string to_command_uri(std::string_view service, std::string_view node) {
  std::string uri = to_uri(service) + "?command;node=";
  append_encoded(uri, node, "-._~:/@");
  return uri + ";action=execute";
}

std::string unescape_local(std::string_view local) {
  std::string text;
  text.reserve(local.size());
  for (std::size_t i = 0; i < local.size(); ++i) {
    const Escape* escape = escape_at(local.substr(i));
    if (escape == nullptr) {
      text += local[i];
    } else {
      text += escape->character;
      i += 2;
    }
  }
  return text;
}

}  // namespace dragoman::xmpp
