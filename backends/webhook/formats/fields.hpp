#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "base/result.hpp"

// The JSON of products, read as in backends/json.hpp, by paths.
namespace dragoman::backends::webhook::formats {

/// The most that a payload may hold: what is over it is refused while it is read.
inline constexpr std::size_t deepest_json = 64;
inline constexpr std::size_t most_json_values = 10'000;

/// Fault::malformed: no JSON, or nested too deeply; Fault::too_long: too many values.
Result<nlohmann::json> read_json(std::string text);

/// What stands at "repository.owner.login" or "alerts[0].labels" ("alerts.0.labels" too), or nullptr.
const nlohmann::json* find_at(const nlohmann::json& value, std::string_view path);
/// A text, number or truth value as text; empty when there is none, or something else stands there.
std::string text_in(const nlohmann::json& value, std::string_view path);
/// The first of several that is not empty.
std::string first_in(const nlohmann::json& value, std::initializer_list<std::string_view> paths);
/// Of a value itself: "5", "0.5", "true"; empty for null, arrays and objects.
std::string scalar_text(const nlohmann::json& value);
/// The same, with "a, b" for arrays of such, and JSON in one line for the rest.
std::string shown_value(const nlohmann::json& value);
bool has(const nlohmann::json& value, std::string_view path);
/// Whether there is a text at all of these.
bool has_text(const nlohmann::json& value, std::string_view path);
/// An array to go through; empty when it is missing.
const nlohmann::json& list_in(const nlohmann::json& value, std::string_view path);
/// JSON for people, indented by two.
std::string pretty(const nlohmann::json& value);

}  // namespace dragoman::backends::webhook::formats
