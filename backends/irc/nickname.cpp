#include "backends/irc/nickname.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>

#include <unicode/translit.h>
#include <unicode/unistr.h>

#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

/// FNV-1a: a name, not a secret.
std::uint64_t hash_of(std::string_view text, unsigned salt) {
  std::uint64_t hash = 0xcbf29ce484222325u + salt;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3u;
  }
  return hash ^ (hash >> 29);
}

std::string base36(std::uint64_t value, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i, value /= 36) out += "0123456789abcdefghijklmnopqrstuvwxyz"[value % 36];
  return out;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// Any script in Latin letters without marks. Made on first use: most people never need it.
std::string to_latin(std::string_view name) {
  static const std::unique_ptr<icu::Transliterator> latin = [] {
    UErrorCode status = U_ZERO_ERROR;
    std::unique_ptr<icu::Transliterator> made{
        icu::Transliterator::createInstance("Any-Latin; NFKD; [:M:] Remove; Latin-ASCII", UTRANS_FORWARD, status)};
    return U_SUCCESS(status) ? std::move(made) : nullptr;
  }();
  auto unicode = icu::UnicodeString::fromUTF8(icu::StringPiece{name.data(), static_cast<std::int32_t>(name.size())});
  if (latin) latin->transliterate(unicode);
  std::string out;
  unicode.toUTF8String(out);
  return out;
}

bool is_letter_or_special(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
         std::string_view{"[]\\`_^{|}"}.find(c) != std::string_view::npos;
}

bool is_of_services(std::string_view name) {
  static constexpr std::array<std::string_view, 10> names{"nickserv", "chanserv", "memoserv", "operserv", "botserv",
                                                          "hostserv", "saslserv", "global",   "services", "authserv"};
  return std::any_of(names.begin(), names.end(),
                     [name](std::string_view each) { return text::ascii_iequals(name, each); });
}

}  // namespace

std::string legal_nickname(std::string_view wish, std::string_view owner, std::size_t length) {
  const std::string latin = is_ascii(wish) ? std::string{wish} : to_latin(text::to_valid_utf8(wish));
  std::string nickname;
  bool any = false;  // a character of the wish itself
  for (std::size_t i = 0; i < latin.size(); ++i) {
    const char c = latin[i];
    const bool inside = (c >= '0' && c <= '9') || c == '-';
    if (is_letter_or_special(c)) {
      nickname += c;
      any = any || c != '_';
    } else if (inside) {
      if (nickname.empty()) nickname += '_';
      nickname += c;
      any = true;
    } else if (static_cast<unsigned char>(c) < 0x80 || (static_cast<unsigned char>(c) & 0xc0) != 0x80) {
      nickname += '_';  // one for each character, not for each byte
    }
  }
  if (!any && nickname != wish) nickname = "u" + base36(hash_of(owner, 0), 5);
  if (nickname.empty()) nickname = "u" + base36(hash_of(owner, 0), 5);
  if (nickname.size() > length) nickname.resize(length);
  if (is_of_services(nickname)) {
    if (nickname.size() == length) nickname.pop_back();
    nickname += '_';
  }
  return nickname;
}

std::string alternative_nickname(std::string_view wish, std::string_view owner, std::size_t length, unsigned attempt) {
  const std::string_view base = wish;
  if (attempt <= 2 && base.size() + attempt <= length) return std::string{base} + std::string(attempt, '_');
  const std::string suffix = base36(hash_of(owner, attempt), 2);
  std::string nickname{base.substr(0, length > 2 ? length - 2 : 1)};
  return nickname + suffix;
}

}  // namespace dragoman::backends::irc
