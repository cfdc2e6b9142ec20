#include "backends/json.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/text.hpp"

namespace dragoman::backends {

namespace {

using nlohmann::json;

constexpr std::int64_t largest_integer = (std::int64_t{1} << 53) - 1;

bool begins_number(char c) { return c == '-' || (c >= '0' && c <= '9'); }
bool continues_number(char c) { return begins_number(c) || c == '+' || c == '.' || c == 'e' || c == 'E'; }

/// The four hexadecimal digits of "\uXXXX" at `at`; nothing when it is no such escape.
std::optional<unsigned> unicode_escape(std::string_view text, std::size_t at) {
  if (at + 6 > text.size() || text[at] != '\\' || text[at + 1] != 'u') return std::nullopt;
  unsigned value = 0;
  const char* const end = text.data() + at + 6;
  const auto [read, error] = std::from_chars(text.data() + at + 2, end, value, 16);
  if (error != std::errc{} || read != end) return std::nullopt;
  return value;
}

/// Goes once over a text, before anything is made of it, and mends in place what the parser would refuse or we could
/// not copy: halves of characters, numbers without end, too many levels.
class Mender {
 public:
  Mender(std::string& text, std::size_t depth) : text_(text), depth_(depth) {}

  /// False: what is nested too deeply has no end.
  bool mend() {
    std::size_t level = 0;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"') {
        string();
      } else if (begins_number(c)) {
        number();
      } else if (opens(c) && level == depth_) {
        if (!leave_out()) return false;
      } else {
        if (opens(c)) ++level;
        if (closes(c) && level > 0) --level;
        ++at_;
      }
    }
    return true;
  }

 private:
  static bool opens(char c) { return c == '{' || c == '['; }
  static bool closes(char c) { return c == '}' || c == ']'; }

  /// An array or object becomes an empty text, which takes no more room: nothing behind it has to move.
  bool leave_out() {
    const std::size_t begin = at_;
    std::size_t open = 0;
    do {
      if (at_ >= text_.size()) return false;
      const char c = text_[at_];
      if (c == '"') {
        string();
        continue;
      }
      if (opens(c)) ++open;
      if (closes(c)) --open;
      ++at_;
    } while (open > 0);
    std::fill_n(text_.begin() + static_cast<std::ptrdiff_t>(begin), at_ - begin, ' ');
    text_[begin] = text_[begin + 1] = '"';
    return true;
  }
  void string() {
    for (++at_; at_ < text_.size() && text_[at_] != '"';) {
      if (text_[at_] == '\\') {
        escape();
      } else {
        ++at_;
      }
    }
    ++at_;
  }
  void escape() {
    const auto first = unicode_escape(text_, at_);
    if (!first) {
      at_ += 2;
      return;
    }
    const auto second = unicode_escape(text_, at_ + 6);
    const bool high = *first >= 0xD800 && *first <= 0xDBFF;
    const bool low = *first >= 0xDC00 && *first <= 0xDFFF;
    if (high && second && *second >= 0xDC00 && *second <= 0xDFFF) {
      at_ += 12;
      return;
    }
    if (high || low) text_.replace(at_, 6, "\\ufffd");
    at_ += 6;
  }
  void number() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && continues_number(text_[at_])) ++at_;
    const std::size_t size = at_ - begin;
    constexpr std::string_view nothing = "null";
    if (size <= nothing.size()) return;  // 9e99 is within a double
    const std::string digits = text_.substr(begin, size);
    if (std::isfinite(std::strtod(digits.c_str(), nullptr))) return;
    text_.replace(begin, size, std::string{nothing} + std::string(size - nothing.size(), ' '));
  }

  std::string& text_;
  std::size_t depth_;
  std::size_t at_ = 0;
};

std::optional<std::int64_t> whole_number(const json& value) {
  if (value.is_number_unsigned()) {
    const auto number = value.get<std::uint64_t>();
    if (number > static_cast<std::uint64_t>(largest_integer)) return std::nullopt;
    return static_cast<std::int64_t>(number);
  }
  if (value.is_number_integer()) {
    const auto number = value.get<std::int64_t>();
    if (number < -largest_integer || number > largest_integer) return std::nullopt;
    return number;
  }
  if (value.is_number_float()) {
    const auto number = value.get<double>();
    if (!(std::abs(number) <= static_cast<double>(largest_integer)) || std::trunc(number) != number) return {};
    return static_cast<std::int64_t>(number);
  }
  return std::nullopt;
}

/// A number that homeservers take, in place of one that they may not.
json sendable_number(const json& value) {
  constexpr auto largest = static_cast<double>(largest_integer);
  if (const auto whole = whole_number(value)) return *whole;
  const auto number = value.get<double>();
  if (std::isnan(number)) return 0;
  return static_cast<std::int64_t>(std::clamp(std::round(number), -largest, largest));
}

bool is_sendable(const json& value) {
  if (value.is_number()) return !value.is_number_float() && whole_number(value).has_value();
  return !value.is_structured() ||
         std::all_of(value.begin(), value.end(), [](const json& each) { return is_sendable(each); });
}

void make_sendable(json& value) {
  if (value.is_number()) value = sendable_number(value);
  if (!value.is_structured()) return;
  for (json& each : value) make_sendable(each);
}

std::string dump_text(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

}  // namespace

Result<json> parse_json(std::string text, const JsonLimits& limits) {
  if (text.size() > limits.bytes) {
    return failure(Fault::too_long, "more than " + std::to_string(limits.bytes) + " bytes of JSON");
  }
  if (!text::is_valid_utf8(text)) text = text::to_valid_utf8(text);
  if (!Mender{text, limits.depth}.mend()) return failure(Fault::malformed, "not JSON");
  json value = json::parse(text, nullptr, false);
  if (value.is_discarded()) return failure(Fault::malformed, "not JSON");
  // Named, because json converts to everything: to an Error too.
  return Result<json>{boost::system::in_place_value, std::move(value)};
}

std::string dump_json(const json& value) {
  if (is_sendable(value)) return dump_text(value);
  json copy = value;
  make_sendable(copy);
  return dump_text(copy);
}

const json* find_member(const json& value, std::string_view key) {
  if (!value.is_object()) return nullptr;
  const auto found = value.find(key);
  return found == value.end() ? nullptr : &*found;
}

const std::string* find_text(const json& value, std::string_view key) {
  const json* member = find_member(value, key);
  return member == nullptr ? nullptr : member->get_ptr<const std::string*>();
}

std::string text_at(const json& value, std::string_view key) {
  const std::string* found = find_text(value, key);
  return found == nullptr ? std::string{} : *found;
}

std::optional<std::int64_t> number_at(const json& value, std::string_view key) {
  const json* member = find_member(value, key);
  return member == nullptr ? std::nullopt : whole_number(*member);
}

std::optional<std::int64_t> level_of(const json& value) {
  const auto* digits = value.get_ptr<const std::string*>();
  if (digits == nullptr) return whole_number(value);
  std::string_view text = text::trim(*digits);
  if (text.starts_with('+')) text.remove_prefix(1);
  std::int64_t level = 0;
  const auto [read, error] = std::from_chars(text.data(), text.data() + text.size(), level);
  if (error != std::errc{} || read != text.data() + text.size()) return std::nullopt;
  if (level < -largest_integer || level > largest_integer) return std::nullopt;
  return level;
}

std::optional<std::int64_t> level_at(const json& value, std::string_view key) {
  const json* member = find_member(value, key);
  return member == nullptr ? std::nullopt : level_of(*member);
}

bool flag_at(const json& value, std::string_view key, bool otherwise) {
  const json* member = find_member(value, key);
  return member != nullptr && member->is_boolean() ? member->get<bool>() : otherwise;
}

const json& object_at(const json& value, std::string_view key) {
  static const json nothing = json::object();
  const json* member = find_member(value, key);
  return member != nullptr && member->is_object() ? *member : nothing;
}

const json& array_at(const json& value, std::string_view key) {
  static const json nothing = json::array();
  const json* member = find_member(value, key);
  return member != nullptr && member->is_array() ? *member : nothing;
}

}  // namespace dragoman::backends
