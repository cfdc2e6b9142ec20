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
    case chat::Field::Kind::fixed:
      return "fixed";
    case chat::Field::Kind::hidden:
      return "hidden";
  }
  return "text-single";
}

}  // namespace

xmpp::DataForm to_data_form(const chat::Form& form) {
  xmpp::DataForm shown;
  shown.form_type = form.type;
  shown.title = form.title;
  shown.instructions = form.instructions;
  for (const chat::Field& field : form.fields) {
    xmpp::DataForm::Field& added = shown.fields.emplace_back();
    added.var = field.name;
    added.type = type_of(field.kind);
    added.label = field.label;
    added.description = field.description;
    added.required = field.required;
    if (field.kind != chat::Field::Kind::secret) added.values = field.values;
    for (const auto& [value, label] : field.options) added.options.push_back({value, label});
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

chat::Fields to_fields(const xmpp::RegisterAnswers& answers) {
  chat::Fields fields;
  for (const auto& [name, values] : answers.values) fields.set(name, values);
  if (!fields.has("nick") && fields.has("username")) fields.set("nick", fields.get("username"));
  return fields;
}

}  // namespace dragoman::gateway
