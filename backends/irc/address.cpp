#include "backends/irc/address.hpp"

#include <algorithm>

#include <unicode/uchar.h>
#include <unicode/unorm2.h>

#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

constexpr char digits[] = "0123456789abcdef";

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_escape(std::string_view text) {
  return text.size() >= 3 && text[0] == '=' && hex_value(text[1]) >= 0 && hex_value(text[2]) >= 0;
}

/// Letters and digits that Nodeprep (RFC 3920 A) leaves as they are wherever they stand: assigned in Unicode 3.2,
/// stable under folding and normalisation, written from left to right.
bool is_stable(char32_t code_point, std::string_view bytes) {
  const auto c = static_cast<UChar32>(code_point);
  if (!u_isalnum(c)) return false;
  UVersionInfo age;
  u_charAge(c, age);
  if (age[0] > 3 || (age[0] == 3 && age[1] > 2)) return false;
  const UCharDirection direction = u_charDirection(c);
  if (direction == U_RIGHT_TO_LEFT || direction == U_RIGHT_TO_LEFT_ARABIC || direction == U_ARABIC_NUMBER) return false;
  if (u_getIntPropertyValue(c, UCHAR_NFKC_QUICK_CHECK) != UNORM_YES) return false;
  return text::fold_case(bytes) == bytes && static_cast<UChar32>(u_tolower(c)) == c;
}

void escape(std::string_view bytes, std::string& out) {
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += '=';
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
}

}  // namespace

std::string encode(std::string_view name) {
  std::string out;
  out.reserve(name.size());
  for (std::size_t i = 0; i < name.size();) {
    const char c = name[i];
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80) {
      const auto decoded = text::decode(name.substr(i));
      const std::string_view bytes = name.substr(i, std::max<std::size_t>(decoded.size, 1));
      if (decoded.size != 0 && is_stable(decoded.code_point, bytes)) {
        out += bytes;
      } else {
        escape(bytes, out);
      }
      i += bytes.size();
      continue;
    }
    // A SPACE is in no name of IRC; escaped, so that encode is injective for any bytes.
    if (byte <= ' ' || byte == 0x7f || is_escape(name.substr(i))) {
      escape(name.substr(i, 1), out);
    } else {
      out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    ++i;
  }
  return out;
}

std::string decode(std::string_view localpart) {
  std::string out;
  out.reserve(localpart.size());
  for (std::size_t i = 0; i < localpart.size(); ++i) {
    if (is_escape(localpart.substr(i))) {
      out += static_cast<char>(hex_value(localpart[i + 1]) * 16 + hex_value(localpart[i + 2]));
      i += 2;
    } else {
      out += localpart[i];
    }
  }
  return out;
}

bool looks_like_channel(std::string_view name) {
  return !name.empty() && std::string_view{"#&+!"}.find(name.front()) != std::string_view::npos;
}

namespace {

using namespace std::string_view_literals;

/// RFC 2812 1.3: a channel contains no NUL, BELL, CR, LF, space or comma. Other control codes are legal there.
constexpr std::string_view not_in_channels = "\0\a\r\n ,"sv;
// "!", "@", "*", "?": masks; ",": lists; "$" in front: server masks.
constexpr std::string_view not_in_nicknames = " ,!@*?"sv;

}  // namespace

Result<void> check_channel(std::string_view name) {
  if (!looks_like_channel(name)) return failure(Fault::malformed, "a channel begins with #, &, + or !");
  if (name.size() < 2) return failure(Fault::malformed, "the name of a channel is missing after its first sign");
  if (name.find_first_of(not_in_channels) != std::string_view::npos) {
    return failure(Fault::malformed, "a channel may not contain spaces, commas or line breaks");
  }
  if (name.size() > 200) return failure(Fault::malformed, "no IRC channel has more than 200 bytes");
  return {};
}

Result<void> check_nickname(std::string_view name) {
  if (name.empty()) return failure(Fault::malformed, "the nickname is empty");
  const bool control =
      std::any_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; });
  if (control || name.find_first_of(not_in_nicknames) != std::string_view::npos || name.front() == ':' ||
      name.front() == '$' || looks_like_channel(name)) {
    return failure(Fault::malformed, "not a nickname on IRC");
  }
  if (name.size() > 100) return failure(Fault::malformed, "no IRC nickname has more than 100 bytes");
  return {};
}

Result<Target> parse_target(std::string_view text) {
  const std::string name = decode(text::trim(text));
  if (looks_like_channel(name)) {
    if (const auto valid = check_channel(name); !valid) return valid.error();
    return Target{room_id(name)};
  }
  if (const auto valid = check_nickname(name); !valid) return valid.error();
  return Target{person_id(name)};
}

}  // namespace dragoman::backends::irc
