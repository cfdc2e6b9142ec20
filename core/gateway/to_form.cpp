#include "gateway/to_form.hpp"

#include "xmpp/namespaces.hpp"

namespace dragoman::gateway {

namespace {

std::string_view type_of(chat::Field::Kind kind) {
  switch (kind) {
    case chat::Field::Kind::text:
      return "text-single";
    case chat::Field::Kind::lines:
      return "text-multi";
    case chat::Field::Kind::secret:
      return "text-private";
    case chat::Field::Kind::boolean:
      return "boolean";
    case chat::Field::Kind::choice:
      return "list-single";
    case chat::Field::Kind::choices:
      return "list-multi";
    case chat::Field::Kind::address:
      return "jid-single";
    case chat::Field::Kind::addresses:
      return "jid-multi";
    case chat::Field::Kind::number:
      return "text-single";
    case chat::Field::Kind::fixed:
      return "fixed";
    case chat::Field::Kind::hidden:
      return "hidden";
  }
  return "text-single";
}

xmpp::DataForm::Field to_field(const chat::Field& field) {
  xmpp::DataForm::Field shown;
  shown.var = field.name;
  shown.type = type_of(field.kind);
  shown.label = field.label;
  shown.description = field.description;
  shown.required = field.required;
  if (field.kind != chat::Field::Kind::secret) shown.values = field.values;
  for (const auto& [value, label] : field.options) shown.options.push_back({value, label});
  if (field.kind == chat::Field::Kind::number) shown.range = {field.least, field.most};
  return shown;
}

}  // namespace

xmpp::DataForm to_data_form(const chat::Form& form) {
  xmpp::DataForm shown;
  shown.form_type = form.type;
  shown.title = form.title;
  shown.instructions = form.instructions;
  for (const chat::Field& field : form.fields) shown.fields.push_back(to_field(field));
  for (const chat::Field& column : form.columns) shown.reported.push_back(to_field(column));
  for (const std::vector<std::string>& row : form.rows) {
    std::vector<xmpp::DataForm::Field>& item = shown.items.emplace_back();
    for (std::size_t i = 0; i < row.size() && i < form.columns.size(); ++i) {
      item.push_back({form.columns[i].name, {}, {}, {}, false, {row[i]}, {}, {}});
    }
  }
  return shown;
}

xmpp::RegisterForm to_register_form(const chat::Form& form, bool registered) {
  xmpp::RegisterForm shown;
  shown.registered = registered;
  shown.instructions = form.instructions;
  for (const chat::Field& field : form.fields) {
    const bool has_value = field.kind != chat::Field::Kind::secret && !field.values.empty();
    shown.fields.emplace_back(field.name, has_value ? field.values.front() : std::string{});
  }
  shown.form = to_data_form(form);
  shown.form->form_type = xmpp::ns::reg;
  return shown;
}

chat::Fields to_fields(const xmpp::RegisterAnswers& answers, const chat::Form& shown) {
  chat::Fields fields;
  for (const auto& [name, values] : answers.values) fields.set(name, values);
  if (!fields.has("nick") && fields.has("username")) fields.set("nick", fields.get("username"));
  if (!answers.by_form) return fields;
  for (const chat::Field& field : shown.fields) {
    if (!field.name.empty() && !fields.has(field.name)) fields.set(field.name, std::vector<std::string>{});
  }
  return fields;
}

}  // namespace dragoman::gateway
