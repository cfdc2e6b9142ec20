#include "backends/irc/casemap.hpp"

#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

char fold_byte(Casemap casemap, char c) {
  if (c >= 'A' && c <= 'Z') return static_cast<char>(c - 'A' + 'a');
  if (casemap != Casemap::rfc1459 && casemap != Casemap::rfc1459_strict) return c;
  switch (c) {
    case '[':
      return '{';
    case ']':
      return '}';
    case '\\':
      return '|';
    case '^':
      return casemap == Casemap::rfc1459 ? '~' : c;
    default:
      return c;
  }
}

}  // namespace

Casemap parse_casemap(std::string_view name) {
  if (name == "rfc1459") return Casemap::rfc1459;
  if (name == "rfc1459-strict" || name == "strict-rfc1459") return Casemap::rfc1459_strict;
  if (name == "rfc7613" || name == "precis" || name == "rfc8265") return Casemap::unicode;
  return Casemap::ascii;
}

void fold(Casemap casemap, std::string_view name, std::string& into) {
  if (casemap == Casemap::unicode) {
    into = text::fold_case(name);
    return;
  }
  into.resize(name.size());
  for (std::size_t i = 0; i < name.size(); ++i) into[i] = fold_byte(casemap, name[i]);
}

std::string fold(Casemap casemap, std::string_view name) {
  std::string folded;
  fold(casemap, name, folded);
  return folded;
}

bool same(Casemap casemap, std::string_view a, std::string_view b) {
  if (a == b) return true;
  if (casemap == Casemap::unicode) return text::fold_case(a) == text::fold_case(b);
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (fold_byte(casemap, a[i]) != fold_byte(casemap, b[i])) return false;
  }
  return true;
}

}  // namespace dragoman::backends::irc
