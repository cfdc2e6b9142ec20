#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace dragoman::backends::webhook {

/// A value of a payload on its way through the filters of a template.
struct FilteredValue {
  enum class Shape { words, code, url, markdown };
  std::string text{};
  std::optional<std::size_t> count{};  ///< of an array or object
  Shape shape = Shape::words;
};

/// Texts and numbers as they are, lists of such "a, b", the rest as JSON; nothing for nothing.
FilteredValue begin_value(const nlohmann::json* value);
/// At most so many characters, "…" being one of them.
std::string cut_characters(std::string_view text, std::size_t count);
/// ISO 8601 or seconds since 1970 as "2026-11-20 08:15 UTC", or by a pattern of strftime; what is no time stays.
std::string as_date(const std::string& text, std::string_view pattern);
std::string in_capitals(std::string_view text, bool upper);

/// What is read as Markdown again as exactly this: words with their signs escaped, code between ticks that are not in
/// it, an address in angle brackets.
std::string to_markdown(const FilteredValue& value);

}  // namespace dragoman::backends::webhook
