#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/result.hpp"

namespace dragoman::backends::webhook {

/// How a person wants their payloads told: Mustache without partials, set delimiters or lambdas, plus filters.
///
///   {{path.to[0].name}}  {{.}}            a value; what is not there is nothing. No HTML escaping: this is chat
///   {{path|filter}} {{path|filter:arg}}   filters, from left to right
///   {{#path}}..{{/path}}                  for each of an array, or inside an object, or if it is neither false nor
///   empty
///   {{^path}}..{{/path}}                  if it is not there, false, or empty
///   {{! a comment }}
///
/// Filters: trunc:N, first_line, code, url, md, default:TEXT, date, date:FORMAT, upper, lower, len.
/// What comes out is read as Markdown, so that `code` and `url` come out as code and links and what a payload says in
/// words stays words (`md` lets its signs mean something).
class Template {
 public:
  static constexpr std::size_t longest_source = 16 * 1024;
  static constexpr std::size_t longest_output = 8 * 1024;  ///< what is longer is cut, with "..."
  static constexpr std::size_t most_steps = 10'000;

  /// Fault::malformed with the place: `line 2, column 7: {{/a}} closes {{#b}}`. Fault::too_long over longest_source.
  static Result<Template> compile(std::string_view source);

  /// The Markdown of a payload. Fault::unacceptable after most_steps.
  Result<std::string> render(const nlohmann::json& payload) const;
  /// For a program, not for people: values as they are; where the template is a JSON text (it begins with "{" or "["),
  /// as they stand between quotes: {"who": "{{data.from.nick}}"}. Fault::too_long: over longest_output, nothing is cut.
  Result<std::string> render_plain(const nlohmann::json& payload) const;
  const std::string& source() const { return source_; }

 private:
  struct Compiler;
  struct Run;
  struct FilterCall {
    enum class Kind { trunc, first_line, code, url, md, otherwise, date, upper, lower, len };
    Kind kind = Kind::trunc;
    std::string argument;
    std::size_t number = 0;
  };
  struct Node {
    enum class Kind { text, value, section, inverted };
    Kind kind = Kind::text;
    std::string text;               ///< of Kind::text
    std::vector<std::string> path;  ///< empty: "."
    std::vector<FilterCall> filters;
    std::vector<Node> inside;
  };

  std::string source_;
  std::vector<Node> nodes_;
};

}  // namespace dragoman::backends::webhook
