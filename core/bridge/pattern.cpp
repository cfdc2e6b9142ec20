#include "bridge/pattern.hpp"

#include <unicode/regex.h>
#include <unicode/unistr.h>

namespace dragoman::bridge {

namespace {

/// ICU counts steps of the match engine, about a millisecond each; people wait behind it.
constexpr std::int32_t most_steps = 20;

icu::UnicodeString to_unicode(std::string_view text) {
  return icu::UnicodeString::fromUTF8(icu::StringPiece{text.data(), static_cast<std::int32_t>(text.size())});
}

}  // namespace

struct Pattern::Compiled {
  std::unique_ptr<icu::RegexPattern> pattern;

  std::unique_ptr<icu::RegexMatcher> matcher(const icu::UnicodeString& text) const {
    UErrorCode status = U_ZERO_ERROR;
    std::unique_ptr<icu::RegexMatcher> made{pattern->matcher(text, status)};
    if (U_SUCCESS(status)) made->setTimeLimit(most_steps, status);
    return U_SUCCESS(status) ? std::move(made) : nullptr;
  }
};

Pattern::Pattern(std::unique_ptr<Compiled> compiled) : compiled_(std::move(compiled)) {}
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;
Pattern::~Pattern() = default;

Result<Pattern> Pattern::compile(std::string_view regex) {
  UParseError where{};
  UErrorCode status = U_ZERO_ERROR;
  auto compiled = std::make_unique<Compiled>();
  compiled->pattern.reset(icu::RegexPattern::compile(to_unicode(regex), where, status));
  if (U_FAILURE(status)) {
    return failure(Fault::malformed,
                   "no regular expression, from its character " + std::to_string(where.offset) + " on");
  }
  return Pattern{std::move(compiled)};
}

bool Pattern::is_found_in(std::string_view text) const {
  const icu::UnicodeString unicode = to_unicode(text);  // the matcher looks at it
  const auto matcher = compiled_->matcher(unicode);
  UErrorCode status = U_ZERO_ERROR;
  return matcher && matcher->find(status) && U_SUCCESS(status);
}

std::string Pattern::replaced(std::string_view text, std::string_view with) const {
  const icu::UnicodeString unicode = to_unicode(text);
  const auto matcher = compiled_->matcher(unicode);
  if (!matcher) return std::string{text};
  UErrorCode status = U_ZERO_ERROR;
  const icu::UnicodeString changed = matcher->replaceAll(to_unicode(with), status);
  if (U_FAILURE(status)) return std::string{text};
  std::string utf8;
  changed.toUTF8String(utf8);
  return utf8;
}

}  // namespace dragoman::bridge
