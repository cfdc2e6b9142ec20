#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "xmpp/element.hpp"

// XEP-0004, with FORM_TYPE as in XEP-0068, and ranges of whole numbers as in XEP-0122.
//   <x xmlns='jabber:x:data' type='form'>
//     <field var='FORM_TYPE' type='hidden'><value>jabber:iq:register</value></field>
//     <field var='nick' type='text-single' label='Nickname'><required/><value>alice</value></field>
//   </x>
namespace dragoman::xmpp {

struct DataForm {
  enum class Type { form, submit, cancel, result };

  struct Option {
    std::string value, label;
    bool operator==(const Option&) const = default;
  };
  struct Field {
    std::string var;
    std::string type;  ///< "text-single" and so on; empty: not said, as in most submitted forms
    std::string label, description;
    bool required = false;
    std::vector<std::string> values;
    std::vector<Option> options;
    std::optional<std::pair<std::int64_t, std::int64_t>> range{};  ///< a whole number from .. to; written, not read
    bool operator==(const Field&) const = default;
  };

  Type type = Type::form;
  std::string form_type;  ///< FORM_TYPE; empty: none. Not among the fields
  std::string title, instructions;
  std::vector<Field> fields;
  std::vector<Field> reported;            ///< columns of a result with several items
  std::vector<std::vector<Field>> items;  ///< its rows

  /// The first field of this name, or nullptr: forms are read by name, never by place.
  const Field* find(std::string_view var) const;
  /// Its first value, or an empty text.
  std::string_view value(std::string_view var) const;
  Field& add(std::string_view var, std::string_view field_type, std::string_view value = {});
};

/// FORM_TYPE first and hidden; an empty value is left out.
Element make_data_form(const DataForm& form);
/// Nothing unless `x` is a form of one of the four types; a missing type is a submit. FORM_TYPE is understood hidden or
/// not, fields without a type and without a name are kept.
std::optional<DataForm> read_data_form(const Element& x);
/// The first form among the children of `parent`.
std::optional<DataForm> find_data_form(const Element& parent);

}  // namespace dragoman::xmpp
