#include <unicode/uchar.h>

#include "base/text.hpp"
#include "xmpp/jid.hpp"
#include "xmpp/stringprep.hpp"

namespace dragoman::xmpp {

namespace {

constexpr std::size_t limit = 1023;  // bytes, RFC 7622 3.4

bool is_printable_ascii(std::string_view text) {
  for (const char c : text) {
    if (c < ' ' || c > '~') return false;
  }
  return true;
}

bool is_blank(std::string_view text) { return text.find_first_not_of(' ') == std::string_view::npos; }

// As ICU's Stringprep sees it: RandALCat and LCat of RFC 3454 6.
bool is_right_to_left(char32_t c) {
  const UCharDirection direction = u_charDirection(static_cast<UChar32>(c));
  return direction == U_RIGHT_TO_LEFT || direction == U_RIGHT_TO_LEFT_ARABIC;
}
bool is_left_to_right(char32_t c) { return u_charDirection(static_cast<UChar32>(c)) == U_LEFT_TO_RIGHT; }

template <class Visit>
void each_character(std::string_view text, Visit&& visit) {
  for (std::size_t at = 0; at < text.size();) {
    const text::Decoded decoded = text::decode(text.substr(at));
    const std::size_t size = decoded.size == 0 ? 1 : decoded.size;
    visit(decoded, text.substr(at, size));
    at += size;
  }
}

/// Every character for itself: prepared, or "_" where Resourceprep forbids it.
std::string keep_allowed(std::string_view text) {
  std::string kept;
  each_character(text, [&kept](const text::Decoded& decoded, std::string_view bytes) {
    if (kept.size() > 2 * limit) return;
    const bool fits =
        decoded.size != 0 && append_prepared(kept, bytes, Prep::resource, Unassigned::refused) == PrepResult::ok;
    if (!fits) kept += '_';
  });
  return kept;
}

/// RFC 3454 6: with right-to-left characters there may be no left-to-right ones, and the first and last must be of
/// them.
std::string one_direction(const std::string& text) {
  bool left = false;
  std::size_t first = text.size(), end = 0, at = 0;
  each_character(text, [&](const text::Decoded& decoded, std::string_view bytes) {
    left = left || is_left_to_right(decoded.code_point);
    if (is_right_to_left(decoded.code_point)) {
      if (first == text.size()) first = at;
      end = at + bytes.size();
    }
    at += bytes.size();
  });
  if (end == 0) return text;
  if (!left) return text.substr(first, end - first);
  std::string kept;
  each_character(text, [&kept](const text::Decoded& decoded, std::string_view bytes) {
    if (is_right_to_left(decoded.code_point)) {
      kept += '_';
    } else {
      kept += bytes;
    }
  });
  return kept;
}

}  // namespace

std::string safe_resource(std::string_view text) {
  if (is_printable_ascii(text)) {
    return is_blank(text) ? std::string{"_"} : std::string{text.substr(0, limit)};
  }
  std::string candidate{text::cut(text, limit)};
  // NFKC may make the text longer than the limit, and what is cut then may be what held one direction together.
  for (int attempt = 0; attempt < 3; ++attempt) {
    std::string prepared;
    const PrepResult result = append_prepared(prepared, candidate, Prep::resource, Unassigned::refused);
    const bool passed = result == PrepResult::ok;
    if (passed && prepared.size() <= limit) return is_blank(prepared) ? std::string{"_"} : prepared;
    const std::string kept = keep_allowed(passed ? prepared : candidate);
    candidate = one_direction(std::string{text::cut(kept, limit)});
  }
  return "_";
}

}  // namespace dragoman::xmpp
