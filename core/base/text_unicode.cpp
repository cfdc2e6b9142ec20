// What of text.hpp needs the Unicode tables: the only file that includes ICU.
#include <memory>

#include <unicode/bytestream.h>
#include <unicode/casemap.h>
#include <unicode/normalizer2.h>
#include <unicode/ubrk.h>
#include <unicode/utext.h>

#include "base/text.hpp"

namespace dragoman::text {

namespace {

bool is_ascii(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) return false;
  }
  return true;
}

icu::StringPiece piece(const std::string& text) { return {text.data(), static_cast<std::int32_t>(text.size())}; }

struct CloseBreaks {
  void operator()(UBreakIterator* breaks) const { ubrk_close(breaks); }
};

/// Opening one costs 20 us, so each thread keeps its own.
UBreakIterator* character_breaks() {
  thread_local const std::unique_ptr<UBreakIterator, CloseBreaks> breaks = [] {
    UErrorCode status = U_ZERO_ERROR;
    std::unique_ptr<UBreakIterator, CloseBreaks> opened{ubrk_open(UBRK_CHARACTER, "", nullptr, 0, &status)};
    if (U_FAILURE(status)) opened.reset();
    return opened;
  }();
  return breaks.get();
}

std::vector<std::size_t> ascii_grapheme_ends(std::string_view text) {
  std::vector<std::size_t> ends;
  ends.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') ++i;  // UAX #29, GB3
    ends.push_back(i + 1);
  }
  return ends;
}

}  // namespace

std::string fold_case(std::string_view text) {
  if (is_ascii(text)) return ascii_lower(text);
  const std::string valid = to_valid_utf8(text);
  std::string out;
  icu::StringByteSink<std::string> sink{&out, static_cast<std::int32_t>(valid.size())};
  UErrorCode status = U_ZERO_ERROR;
  icu::CaseMap::utf8Fold(U_FOLD_CASE_DEFAULT, piece(valid), sink, nullptr, status);
  return U_SUCCESS(status) ? out : valid;
}

std::string nfkc(std::string_view text) {
  if (is_ascii(text)) return std::string{text};
  std::string valid = to_valid_utf8(text);
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* form = icu::Normalizer2::getNFKCInstance(status);
  if (U_FAILURE(status) || form->isNormalizedUTF8(piece(valid), status)) return valid;
  std::string out;
  icu::StringByteSink<std::string> sink{&out, static_cast<std::int32_t>(valid.size())};
  form->normalizeUTF8(0, piece(valid), sink, nullptr, status);
  return U_SUCCESS(status) ? out : valid;
}

std::vector<std::size_t> grapheme_ends(std::string_view text) {
  UBreakIterator* breaks = is_ascii(text) ? nullptr : character_breaks();
  if (breaks == nullptr) return ascii_grapheme_ends(text);
  UErrorCode status = U_ZERO_ERROR;
  UText view = UTEXT_INITIALIZER;
  utext_openUTF8(&view, text.data(), static_cast<std::int64_t>(text.size()), &status);
  ubrk_setUText(breaks, &view, &status);
  std::vector<std::size_t> ends;
  if (U_SUCCESS(status)) {
    for (auto end = ubrk_next(breaks); end != UBRK_DONE; end = ubrk_next(breaks)) {
      ends.push_back(static_cast<std::size_t>(end));
    }
  }
  utext_close(&view);
  if (ends.empty() || ends.back() != text.size()) ends.push_back(text.size());
  return ends;
}

}  // namespace dragoman::text
