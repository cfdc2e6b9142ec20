#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "base/result.hpp"

// JSON of homeservers, callers of hooks and other strangers, read so that nothing in it can hurt: nothing here throws, and what has
// another type than is asked for is as if it were missing.

namespace dragoman::backends {

/// What is taken of a JSON text. nlohmann::json copies and destroys values recursively: at 2,000 levels a small stack
/// is over; homeservers accept far fewer than 256.
struct JsonLimits {
  std::size_t bytes = 64 * 1024 * 1024;
  std::size_t depth = 256;  ///< of arrays and objects in one another; what is deeper is left out
};

/// Reads a text. Fault::too_long over the limits, Fault::malformed for what is no JSON, with a sentence that says where
/// and never quotes the text. What nlohmann::json would fail at is mended instead, because one bad event must not cost
/// the rest of an answer: lone surrogates ("\ud800") and bytes that are not UTF-8 become U+FFFD, numbers too large for
/// a double become null, arrays and objects nested too deeply an empty text.
Result<nlohmann::json> parse_json(std::string text, const JsonLimits& limits = {});

/// A text that homeservers take (Canonical JSON, client-server API appendices): valid UTF-8, numbers without a fraction
/// and within 2^53 - 1. What we read from others may have others: they are rounded and clamped.
std::string dump_json(const nlohmann::json& value);

/// The member of an object, or nullptr: `value` may be anything.
const nlohmann::json* find_member(const nlohmann::json& value, std::string_view key);
/// The text of a member, or nullptr when it is missing or something else. It lives in `value`.
const std::string* find_text(const nlohmann::json& value, std::string_view key);
/// The same, empty when there is none.
std::string text_at(const nlohmann::json& value, std::string_view key);
/// A whole number (5 and 5.0, not 5.5 and not "5") within 2^53 - 1.
std::optional<std::int64_t> number_at(const nlohmann::json& value, std::string_view key);
/// The same, or in decimal digits as a text: power levels of rooms before version 10 may be "50".
std::optional<std::int64_t> level_of(const nlohmann::json& value);
std::optional<std::int64_t> level_at(const nlohmann::json& value, std::string_view key);
bool flag_at(const nlohmann::json& value, std::string_view key, bool otherwise = false);
/// An object or array; an empty one when the member is missing or something else, so that it can be gone through.
const nlohmann::json& object_at(const nlohmann::json& value, std::string_view key);
const nlohmann::json& array_at(const nlohmann::json& value, std::string_view key);

}  // namespace dragoman::backends
