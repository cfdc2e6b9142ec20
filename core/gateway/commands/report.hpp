#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "chat/form.hpp"

namespace dragoman::gateway::commands {

/// What an operator's word answers with, before it is known who reads it: a person, a script or a form.
struct Report {
  /// Nothing: not known, shown as nothing and as null.
  using Value = std::variant<std::monostate, std::string, std::int64_t, bool, Timestamp>;
  /// Named as scripts call it, "oldest_message_seconds"; people read "oldest message seconds".
  using Facts = std::vector<std::pair<std::string, Value>>;
  struct Table {
    std::string name;  ///< "sessions"
    std::vector<std::string> columns;
    std::vector<std::vector<Value>> rows;  ///< a value a column
  };

  std::string said;  ///< a sentence: what was done
  Facts facts;
  std::vector<Table> tables;
};

/// Aligned lines: the sentence, the facts, each table under its name. "nothing" stands where a table is empty.
std::string to_text(const Report& report);
/// One line: {"said": "...", "version": "...", "sessions": [{"person": "..."}]}. Times are as in XEP-0082. `network`
/// not empty: it comes first.
std::string to_json(const Report& report, const std::string& network);
/// For a client: facts as fields, each table as lines.
chat::Form to_form(const Report& report, std::string title);

}  // namespace dragoman::gateway::commands
