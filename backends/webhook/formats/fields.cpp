#include "backends/webhook/formats/fields.hpp"

#include <charconv>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "backends/json.hpp"

namespace dragoman::backends::webhook::formats {

namespace {

using nlohmann::json;

/// The UTF-16 unit of an escape, of which `at` is the 'u'; nothing: it is another escape, or none.
std::optional<unsigned> escaped_unit(std::string_view text, std::size_t at) {
  if (at >= text.size() || text[at] != 'u' || text.size() - at < 5) return std::nullopt;
  unsigned unit = 0;
  const char* const begin = text.data() + at + 1;
  const auto [end, error] = std::from_chars(begin, begin + 4, unit, 16);
  if (error != std::errc{} || end != begin + 4) return std::nullopt;
  return unit;
}

/// From the sign that begins a text to the one that ends it. False: an escape in it is half of a character, so that
/// nobody knows what was meant (RFC 8259 8.2).
bool skip_string(std::string_view text, std::size_t& i) {
  for (++i; i < text.size() && text[i] != '"'; ++i) {
    if (text[i] != '\\') continue;
    const auto unit = escaped_unit(text, ++i);
    if (!unit) continue;
    i += 4;
    if (*unit < 0xd800 || *unit > 0xdfff) continue;
    if (*unit > 0xdbff || text.substr(i + 1, 1) != "\\") return false;
    const auto low = escaped_unit(text, i + 2);
    if (!low || *low < 0xdc00 || *low > 0xdfff) return false;
    i += 6;
  }
  return true;
}

/// Looks at a text before it is read: what would cost too much is not.
Result<void> check_cost(std::string_view text) {
  std::size_t depth = 0, values = 1;
  for (std::size_t i = 0; i < text.size(); ++i) {
    switch (text[i]) {
      case '"':
        if (!skip_string(text, i)) return failure(Fault::malformed, "half of a character (a lone surrogate)");
        break;
      case '{':
      case '[':
        if (++depth > deepest_json) return failure(Fault::malformed, "JSON of more than 64 levels");
        ++values;
        break;
      case '}':
      case ']':
        if (depth > 0) --depth;
        break;
      case ',':
        ++values;
        break;
      default:
        break;
    }
    if (values > most_json_values) return failure(Fault::too_long, "JSON of more than 10,000 values");
  }
  return {};
}

/// "a.b[0].c" one after the other; empty at the end.
std::string_view take_step(std::string_view& path) {
  while (!path.empty() && (path.front() == '.' || path.front() == '[' || path.front() == ']')) path.remove_prefix(1);
  const std::string_view step = path.substr(0, path.find_first_of(".[]"));
  path.remove_prefix(step.size());
  return step;
}

}  // namespace

Result<json> read_json(std::string text) {
  if (const auto checked = check_cost(text); !checked) return checked.error();
  return parse_json(std::move(text));
}

const json* find_at(const json& value, std::string_view path) {
  const json* at = &value;
  for (std::string_view step = take_step(path); !step.empty(); step = take_step(path)) {
    if (at->is_array()) {
      std::size_t index = 0;
      const auto [read, error] = std::from_chars(step.data(), step.data() + step.size(), index);
      if (error != std::errc{} || read != step.data() + step.size() || index >= at->size()) return nullptr;
      at = &(*at)[index];
    } else {
      at = find_member(*at, step);
      if (at == nullptr) return nullptr;
    }
  }
  return at;
}

std::string scalar_text(const json& value) {
  if (const auto* text = value.get_ptr<const std::string*>()) return *text;
  if (value.is_number() || value.is_boolean()) return value.dump();
  return {};
}

std::string text_in(const json& value, std::string_view path) {
  const json* found = find_at(value, path);
  return found == nullptr ? std::string{} : scalar_text(*found);
}

std::string first_in(const json& value, std::initializer_list<std::string_view> paths) {
  for (const std::string_view path : paths) {
    if (std::string text = text_in(value, path); !text.empty()) return text;
  }
  return {};
}

std::string shown_value(const json& value) {
  if (value.is_null()) return {};
  if (!value.is_structured()) return scalar_text(value);
  if (!value.is_array()) return dump_json(value);
  std::string out;
  for (const json& each : value) {
    if (each.is_structured()) return dump_json(value);
    if (!out.empty()) out += ", ";
    out += scalar_text(each);
  }
  return out;
}

bool has(const json& value, std::string_view path) {
  const json* found = find_at(value, path);
  return found != nullptr && !found->is_null();
}

bool has_text(const json& value, std::string_view path) {
  const json* found = find_at(value, path);
  return found != nullptr && found->is_string() && !found->get_ref<const std::string&>().empty();
}

const json& list_in(const json& value, std::string_view path) {
  static const json nothing = json::array();
  const json* found = find_at(value, path);
  return found != nullptr && found->is_array() ? *found : nothing;
}

std::string pretty(const json& value) { return value.dump(2, ' ', false, json::error_handler_t::replace); }

}  // namespace dragoman::backends::webhook::formats
