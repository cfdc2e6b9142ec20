#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "base/result.hpp"

namespace dragoman::backends::webhook {

struct Request;

/// A rule that decides whether a request is told at all, as adnanh/webhook writes them ("trigger-rule", in JSON):
///
///   {"and": [rule, ...]}   {"or": [rule, ...]}   {"not": rule}
///   {"match": {"type": "value", "value": "refs/heads/main", "parameter": {"source": "payload", "name": "ref"}}}
///
/// Types: `value` (the same text), `prefix`, `regex`. Sources: `payload` (a path: "commits.0.author.name"; an array may
/// be asked for its "length"), `header`, `query` (also `url`). What is not there matches nothing.
///
/// Regular expressions are ECMAScript's as far as ICU knows them, and give up after a bounded number of steps: then the
/// rule does not match.
class Filter {
 public:
  Filter();  ///< lets everything through
  Filter(Filter&&) noexcept;
  Filter& operator=(Filter&&) noexcept;
  ~Filter();

  /// Fault::malformed or Fault::too_long (8 KiB, 64 rules, 16 levels, 8 expressions of 512 bytes), with the path of
  /// what is wrong: `and[1].match.regex: ...`.
  static Result<Filter> parse(std::string_view json);

  bool allows(const Request& request, const nlohmann::json& payload) const;
  bool empty() const { return root_ == nullptr; }

 private:
  struct Rule;
  struct Reader;
  std::unique_ptr<Rule> root_;
};

}  // namespace dragoman::backends::webhook
