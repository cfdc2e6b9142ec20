#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace dragoman::chat {

/// What a person is asked, independent of how it is shown (XEP-0004 form, plain jabber:iq:register fields, questions in
/// a chat).
struct Field {
  enum class Kind { text, lines, secret, boolean, choice, choices, address, addresses, number, fixed, hidden };
  Kind kind = Kind::text;
  std::string name;
  std::string label;
  std::string description;
  std::vector<std::string> values;                           ///< what stands there now; never a stored secret
  std::vector<std::pair<std::string, std::string>> options;  ///< value, label; for choice and choices
  bool required = false;
  std::int64_t least = 0, most = 0;  ///< of a number: what it may be, both included
};

struct Form {
  std::string type;  ///< FORM_TYPE, XEP-0068; empty: none
  std::string title;
  std::string instructions;
  std::vector<Field> fields;
  std::vector<Field> columns;                  ///< of a table, which is shown and not filled in
  std::vector<std::vector<std::string>> rows;  ///< of the table, a cell a column
  bool back = false;                           ///< Dialog::back shows what came before
  bool more = false;                           ///< submitting it leads to another form or page, not to the end
};

/// Answers by field name. A missing name and an empty list mean the same: left empty.
class Fields {
 public:
  void set(const std::string& name, std::vector<std::string> values) { values_[name] = std::move(values); }
  void set(const std::string& name, std::string value) { values_[name] = std::vector<std::string>{std::move(value)}; }
  bool has(const std::string& name) const { return values_.contains(name); }
  /// The first value, or an empty text.
  const std::string& get(const std::string& name) const {
    static const std::string none;
    const auto found = values_.find(name);
    return found == values_.end() || found->second.empty() ? none : found->second.front();
  }
  /// XEP-0004 3.3: "1" and "true" are true, everything else is false.
  bool flag(const std::string& name) const { return get(name) == "1" || get(name) == "true"; }
  const std::map<std::string, std::vector<std::string>>& all() const { return values_; }

 private:
  std::map<std::string, std::vector<std::string>> values_;
};

}  // namespace dragoman::chat
