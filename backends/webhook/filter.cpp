#include "backends/webhook/filter.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>
#include <unicode/regex.h>

#include "backends/json.hpp"
#include "backends/webhook/formats/fields.hpp"
#include "backends/webhook/request.hpp"
#include "backends/webhook/url_form.hpp"
#include "base/text.hpp"

namespace dragoman::backends::webhook {

namespace {

using nlohmann::json;

constexpr std::size_t longest_filter = 8 * 1024;
constexpr std::size_t most_rules = 64;
constexpr std::size_t deepest_rule = 16;
constexpr std::size_t longest_expression = 512;
constexpr std::size_t longest_looked_at = 16 * 1024;  // of what an expression is held against
constexpr std::size_t most_expressions = 8;           // of one filter: each may take its whole time
// ICU counts its engine's steps by ten thousand: this is some milliseconds.
constexpr int32_t most_regex_steps = 20;
constexpr int32_t most_regex_stack = 256 * 1024;  // bytes

}  // namespace

struct Filter::Rule {
  enum class Kind { all, any, none, value, prefix, regex };
  enum class Source { payload, header, query };
  Kind kind = Kind::all;
  std::vector<std::unique_ptr<Rule>> inside{};
  Source source = Source::payload;
  std::string name{};
  std::string wanted{};
  std::unique_ptr<icu::RegexPattern> expression{};

  std::optional<std::string> found(const Request& request, const json& payload) const;
  bool holds(const Request& request, const json& payload) const;
  bool matches_expression(std::string_view text) const;
};

namespace {

Error wrong(std::string_view path, std::string_view what) {
  return failure(Fault::malformed, std::string{path.empty() ? "the rule" : path}.append(": ").append(what));
}

}  // namespace

std::optional<std::string> Filter::Rule::found(const Request& request, const json& payload) const {
  switch (source) {
    case Source::header: {
      const auto header = request.headers.find(name);
      return header == request.headers.end() ? std::nullopt : std::optional{header->second};
    }
    case Source::query: {
      const auto query = read_url_form(request.query);
      if (!query || !has_field(*query, name)) return std::nullopt;
      return std::string{field_of(*query, name)};
    }
    case Source::payload: {
      if (const json* at = formats::find_at(payload, name)) {
        return at->is_structured() ? dump_json(*at) : formats::scalar_text(*at);
      }
      // "commits.length" of an array.
      constexpr std::string_view length = ".length";
      if (!name.ends_with(length)) return std::nullopt;
      const json* list = formats::find_at(payload, std::string_view{name}.substr(0, name.size() - length.size()));
      if (list == nullptr || !list->is_array()) return std::nullopt;
      return std::to_string(list->size());
    }
  }
  return std::nullopt;
}

bool Filter::Rule::matches_expression(std::string_view text) const {
  UErrorCode error = U_ZERO_ERROR;
  const std::string_view piece = text::cut(text, longest_looked_at);
  const auto unicode = icu::UnicodeString::fromUTF8(icu::StringPiece{piece.data(), static_cast<int32_t>(piece.size())});
  const std::unique_ptr<icu::RegexMatcher> matcher{expression->matcher(unicode, error)};
  if (U_FAILURE(error) || matcher == nullptr) return false;
  matcher->setTimeLimit(most_regex_steps, error);
  matcher->setStackLimit(most_regex_stack, error);
  const bool found = matcher->find(error);
  return U_SUCCESS(error) && found;
}

bool Filter::Rule::holds(const Request& request, const json& payload) const {
  const auto each_holds = [&](const std::unique_ptr<Rule>& rule) { return rule->holds(request, payload); };
  switch (kind) {
    case Kind::all:
      return std::all_of(inside.begin(), inside.end(), each_holds);
    case Kind::any:
      return std::any_of(inside.begin(), inside.end(), each_holds);
    case Kind::none:
      return std::none_of(inside.begin(), inside.end(), each_holds);
    case Kind::value:
    case Kind::prefix:
    case Kind::regex:
      break;
  }
  const auto text = found(request, payload);
  if (!text) return false;
  if (kind == Kind::value) return *text == wanted;
  return kind == Kind::prefix ? text->starts_with(wanted) : matches_expression(*text);
}

/// Reads rules out of JSON, with the path of what is wrong.
struct Filter::Reader {
  std::size_t count = 0;
  std::size_t expressions = 0;

  Result<std::unique_ptr<Rule>> rule(const json& value, const std::string& path, std::size_t depth) {
    if (depth > deepest_rule) return wrong(path, "more than 16 levels");
    if (++count > most_rules) return wrong(path, "more than 64 rules");
    if (!value.is_object() || value.size() != 1) return wrong(path, "one of and, or, not, match");
    const auto only = value.begin();
    const std::string& word = only.key();
    const json& inside = only.value();
    const std::string here = path.empty() ? word : path + '.' + word;
    auto out = std::make_unique<Rule>();
    if (word == "match") return match(inside, here);
    if (word == "not") {
      out->kind = Rule::Kind::none;
      auto read = rule(inside, here, depth + 1);
      if (!read) return read.error();
      out->inside.push_back(std::move(*read));
      return out;
    }
    if (word != "and" && word != "or") return wrong(here, "one of and, or, not, match");
    if (!inside.is_array() || inside.empty()) return wrong(here, "a list of rules");
    out->kind = word == "and" ? Rule::Kind::all : Rule::Kind::any;
    for (std::size_t i = 0; i < inside.size(); ++i) {
      auto read = rule(inside[i], here + '[' + std::to_string(i) + ']', depth + 1);
      if (!read) return read.error();
      out->inside.push_back(std::move(*read));
    }
    return out;
  }

  Result<std::unique_ptr<Rule>> match(const json& value, const std::string& path) {
    if (!value.is_object()) return wrong(path, "an object with type, parameter and what is wanted");
    auto out = std::make_unique<Rule>();
    const std::string type = text_at(value, "type");
    if (type == "value") {
      out->kind = Rule::Kind::value;
    } else if (type == "prefix") {
      out->kind = Rule::Kind::prefix;
    } else if (type == "regex") {
      out->kind = Rule::Kind::regex;
    } else {
      return wrong(path + ".type", "one of value, prefix, regex");
    }
    const json* wanted = find_member(value, type);
    if (wanted == nullptr) wanted = find_member(value, "value");
    if (wanted == nullptr || wanted->is_structured() || wanted->is_null()) return wrong(path + '.' + type, "a text");
    out->wanted = formats::scalar_text(*wanted);
    const json& parameter = object_at(value, "parameter");
    const std::string source = text_at(parameter, "source");
    if (source == "payload") {
      out->source = Rule::Source::payload;
    } else if (source == "header") {
      out->source = Rule::Source::header;
    } else if (source == "query" || source == "url") {
      out->source = Rule::Source::query;
    } else {
      return wrong(path + ".parameter.source", "one of payload, header, query");
    }
    out->name = text_at(parameter, "name");
    if (out->name.empty()) return wrong(path + ".parameter.name", "a name");
    if (out->source == Rule::Source::header) out->name = text::ascii_lower(out->name);
    if (out->kind == Rule::Kind::regex) {
      if (++expressions > most_expressions) return wrong(path, "more than 8 regular expressions");
      if (const auto read = expression(*out, path + ".regex"); !read) return read.error();
    }
    return out;
  }

  static Result<void> expression(Rule& rule, const std::string& path) {
    if (rule.wanted.size() > longest_expression) return wrong(path, "more than 512 bytes");
    UErrorCode error = U_ZERO_ERROR;
    UParseError place{};
    const auto unicode =
        icu::UnicodeString::fromUTF8(icu::StringPiece{rule.wanted.data(), static_cast<int32_t>(rule.wanted.size())});
    rule.expression.reset(icu::RegexPattern::compile(unicode, place, error));
    if (U_SUCCESS(error) && rule.expression != nullptr) return {};
    return wrong(path, "no regular expression, wrong at character " + std::to_string(std::max(place.offset, 0) + 1));
  }
};

Filter::Filter() = default;
Filter::Filter(Filter&&) noexcept = default;
Filter& Filter::operator=(Filter&&) noexcept = default;
Filter::~Filter() = default;

Result<Filter> Filter::parse(std::string_view text) {
  Filter filter;
  if (text::trim(text).empty()) return filter;
  if (text.size() > longest_filter) return failure(Fault::too_long, "a filter has at most 8 KiB");
  const auto value = formats::read_json(std::string{text});
  if (!value) return failure(Fault::malformed, "a filter is JSON: {\"match\": ...}");
  // The whole setting of adnanh/webhook may be pasted.
  const json* rule = find_member(*value, "trigger-rule");
  auto read = Reader{}.rule(rule == nullptr ? *value : *rule, {}, 0);
  if (!read) return read.error();
  filter.root_ = std::move(*read);
  return filter;
}

bool Filter::allows(const Request& request, const json& payload) const {
  return root_ == nullptr || root_->holds(request, payload);
}

}  // namespace dragoman::backends::webhook
