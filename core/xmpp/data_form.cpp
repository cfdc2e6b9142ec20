#include "xmpp/data_form.hpp"

#include <array>

#include "xmpp/namespaces.hpp"

namespace dragoman::xmpp {

namespace {

constexpr std::array<std::string_view, 4> types{"form", "submit", "cancel", "result"};
constexpr std::string_view form_type_var = "FORM_TYPE";
constexpr std::string_view validate_ns = "http://jabber.org/protocol/xdata-validate";  // XEP-0122

void add_field(Element& parent, const DataForm::Field& field) {
  Element& made = parent.add("field");
  if (!field.var.empty()) made.set("var", field.var);
  if (!field.type.empty()) made.set("type", field.type);
  if (!field.label.empty()) made.set("label", field.label);
  if (!field.description.empty()) made.add_text_child("desc", field.description);
  if (field.required) made.add("required");
  if (field.range) {
    Element& validate = made.add("validate", validate_ns).set("datatype", "xs:integer");
    validate.add("range")
        .set("min", std::to_string(field.range->first))
        .set("max", std::to_string(field.range->second));
  }
  for (const std::string& value : field.values) {
    if (!value.empty() || field.values.size() > 1) made.add_text_child("value", value);
  }
  for (const DataForm::Option& option : field.options) {
    Element& choice = made.add("option");
    if (!option.label.empty()) choice.set("label", option.label);
    choice.add_text_child("value", option.value);
  }
}

DataForm::Field read_field(const Element& field) {
  DataForm::Field read;
  read.var = field.get("var");
  read.type = field.get("type");
  read.label = field.get("label");
  read.description = field.child_text("desc", ns::data_form);
  for (const Element& child : field.children) {
    if (child.is("value", ns::data_form)) {
      read.values.push_back(child.text());
    } else if (child.is("required", ns::data_form)) {
      read.required = true;
    } else if (child.is("option", ns::data_form)) {
      read.options.push_back({child.child_text("value", ns::data_form), std::string{child.get("label")}});
    }
  }
  return read;
}

std::vector<DataForm::Field> read_fields(const Element& parent) {
  std::vector<DataForm::Field> fields;
  for (const Element& child : parent.children) {
    if (child.is("field", ns::data_form)) fields.push_back(read_field(child));
  }
  return fields;
}

}  // namespace

const DataForm::Field* DataForm::find(std::string_view var) const {
  for (const Field& field : fields) {
    if (field.var == var) return &field;
  }
  return nullptr;
}

std::string_view DataForm::value(std::string_view var) const {
  const Field* field = find(var);
  return field == nullptr || field->values.empty() ? std::string_view{} : field->values.front();
}

DataForm::Field& DataForm::add(std::string_view var, std::string_view field_type, std::string_view value) {
  Field& field = fields.emplace_back();
  field.var = var;
  field.type = field_type;
  if (!value.empty()) field.values.emplace_back(value);
  return field;
}

Element make_data_form(const DataForm& form) {
  Element x{"x", ns::data_form};
  x.set("type", types[static_cast<std::size_t>(form.type)]);
  if (!form.title.empty()) x.add_text_child("title", form.title);
  if (!form.instructions.empty()) x.add_text_child("instructions", form.instructions);
  if (!form.form_type.empty()) {
    Element& field = x.add("field");
    field.set("var", form_type_var).set("type", "hidden").add_text_child("value", form.form_type);
  }
  for (const DataForm::Field& field : form.fields) add_field(x, field);
  if (!form.reported.empty()) {
    Element& reported = x.add("reported");
    for (const DataForm::Field& field : form.reported) add_field(reported, field);
  }
  for (const auto& row : form.items) {
    Element& item = x.add("item");
    for (const DataForm::Field& field : row) add_field(item, field);
  }
  return x;
}

std::optional<DataForm> read_data_form(const Element& x) {
  if (!x.is("x", ns::data_form)) return std::nullopt;
  DataForm form;
  form.type = DataForm::Type::submit;
  if (x.has("type")) {
    std::size_t type = 0;
    while (type < types.size() && types[type] != x.get("type")) ++type;
    if (type == types.size()) return std::nullopt;
    form.type = static_cast<DataForm::Type>(type);
  }
  form.title = x.child_text("title", ns::data_form);
  form.instructions = x.child_text("instructions", ns::data_form);
  for (const Element& child : x.children) {
    if (child.is("field", ns::data_form)) {
      DataForm::Field field = read_field(child);
      if (field.var != form_type_var) {
        form.fields.push_back(std::move(field));
      } else if (form.form_type.empty() && !field.values.empty()) {
        form.form_type = std::move(field.values.front());
      }
    } else if (child.is("reported", ns::data_form)) {
      form.reported = read_fields(child);
    } else if (child.is("item", ns::data_form)) {
      form.items.push_back(read_fields(child));
    }
  }
  return form;
}

std::optional<DataForm> find_data_form(const Element& parent) {
  for (const Element& child : parent.children) {
    if (auto form = read_data_form(child)) return form;
  }
  return std::nullopt;
}

}  // namespace dragoman::xmpp
