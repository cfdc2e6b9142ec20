#include "backends/webhook/template_filters.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>
#include <unicode/locid.h>
#include <unicode/unistr.h>

#include "backends/clean_text.hpp"
#include "backends/webhook/formats/fields.hpp"
#include "backends/webhook/formats/prose.hpp"
#include "backends/webhook/formats/when.hpp"
#include "base/byte_set.hpp"
#include "base/text.hpp"

namespace dragoman::backends::webhook {

namespace {

constexpr ByteSet markdown_signs{"\\`*_~[]<>#!|"};

std::string escaped_words(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    // What only a line can begin with: "- item".
    const bool begins = (i == 0 || text[i - 1] == '\n') && (text[i] == '-' || text[i] == '+');
    if (begins || markdown_signs.has(text[i])) out += '\\';
    out += text[i];
  }
  return out;
}

/// Between more ticks than stand in it.
std::string ticked(std::string_view text) {
  std::size_t longest = 0, run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  if (text.find('\n') != std::string_view::npos && longest < 3) {
    return std::string{"\n```\n"}.append(text).append("\n```\n");
  }
  const std::string ticks(longest + 1, '`');
  const std::string_view space = longest != 0 ? " " : "";
  return std::string{ticks}.append(space).append(text).append(space).append(ticks);
}

}  // namespace

FilteredValue begin_value(const nlohmann::json* value) {
  FilteredValue out;
  if (value == nullptr) return out;
  out.text = clean_body(formats::shown_value(*value));
  if (value->is_structured()) out.count = value->size();
  return out;
}

std::string cut_characters(std::string_view text, std::size_t count) {
  if (text::length(text) <= count) return std::string{text};
  return std::string{text.substr(0, text::offset_of(text, count - 1))}.append("…");
}

std::string as_date(const std::string& text, std::string_view pattern) {
  auto time = formats::read_time(text);
  if (!time) time = formats::read_time(formats::from_unix_time(text));
  if (!time) return text;
  return pattern.empty() ? formats::show_time(*time) : formats::format_time(*time, pattern);
}

std::string in_capitals(std::string_view text, bool upper) {
  icu::UnicodeString unicode =
      icu::UnicodeString::fromUTF8(icu::StringPiece{text.data(), static_cast<int32_t>(text.size())});
  if (upper) {
    unicode.toUpper(icu::Locale::getRoot());
  } else {
    unicode.toLower(icu::Locale::getRoot());
  }
  std::string out;
  unicode.toUTF8String(out);
  return out;
}

std::string to_markdown(const FilteredValue& value) {
  if (value.text.empty()) return {};
  switch (value.shape) {
    case FilteredValue::Shape::words:
      return escaped_words(value.text);
    case FilteredValue::Shape::code:
      return ticked(value.text);
    case FilteredValue::Shape::url: {
      const std::string address = formats::web_address(value.text);
      return address.empty() ? escaped_words(value.text) : '<' + address + '>';
    }
    case FilteredValue::Shape::markdown:
      return value.text;
  }
  return {};
}

}  // namespace dragoman::backends::webhook
