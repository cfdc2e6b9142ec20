#include "gateway/to_form.hpp"

#include "xmpp/namespaces.hpp"

#include <algorithm>
#include <array>

namespace dragoman::gateway {

namespace {

/// The fields of XEP-0077 14.3 that stand as plain elements.
constexpr std::array<std::string_view, 16> plain_fields{"username", "nick",  "password", "name", "first", "last",
                                                        "email",    "address", "city",   "state", "zip",  "phone",
                                                        "url",      "date",  "misc",     "text"};

std::string_view type_of(chat::Field::Kind kind) {
  switch (kind) {
    case chat::Field::Kind::text: return "text-single";
    case chat::Field::Kind::lines: return "text-multi";
    case chat::Field::Kind::secret: return "text-private";
    case chat::Field::Kind::boolean: return "boolean";
    case chat::Field::Kind::choice: return "list-single";
    case chat::Field::Kind::choices: return "list-multi";
    case chat::Field::Kind::address: return "jid-single";
    case chat::Field::Kind::addresses: return "jid-multi";
    case chat::Field::Kind::fixed: return "fixed";
    case chat::Field::Kind::hidden: return "hidden";
  }
  return "text-single";
}

bool is_plain(const std::string& name) {
  return std::find(plain_fields.begin(), plain_fields.end(), name) != plain_fields.end();
}

}  // namespace

xmpp::Element to_data_form(const chat::Form& form) {
  xmpp::Element x{"x", xmpp::ns::data_form};
  x.set("type", "form");
  if (!form.title.empty()) x.add_text_child("title", form.title);
  if (!form.instructions.empty()) x.add_text_child("instructions", form.instructions);
  if (!form.type.empty()) {
    x.add("field").set("var", "FORM_TYPE").set("type", "hidden").add_text_child("value", form.type);
  }
  for (const chat::Field& field : form.fields) {
    xmpp::Element& added = x.add("field").set("type", type_of(field.kind));
    if (!field.name.empty()) added.set("var", field.name);
    if (!field.label.empty()) added.set("label", field.label);
    if (!field.description.empty()) added.add_text_child("desc", field.description);
    if (field.required) added.add("required");
    for (const std::string& value : field.values) {
      if (!value.empty()) added.add_text_child("value", value);
    }
    for (const auto& [value, label] : field.options) {
      added.add("option").set("label", label).add_text_child("value", value);
    }
  }
  return x;
}

xmpp::Element to_register_query(const chat::Form& form, bool registered) {
  xmpp::Element query{"query", xmpp::ns::reg};
  if (registered) query.add("registered");
  query.add_text_child("instructions", form.instructions);
  for (const chat::Field& field : form.fields) {
    if (!is_plain(field.name)) continue;
    xmpp::Element& added = query.add(field.name);
    const bool secret = field.kind == chat::Field::Kind::secret;
    if (!secret && !field.values.empty()) added.set_text(field.values.front());
  }
  chat::Form typed = form;
  typed.type = "jabber:iq:register";
  query.add(to_data_form(typed));
  return query;
}

std::optional<chat::Fields> read_register_query(const xmpp::Element& query) {
  chat::Fields answers;
  if (const xmpp::Element* form = query.child("x", xmpp::ns::data_form)) {
    if (form->get("type") == "cancel") return std::nullopt;
    for (const xmpp::Element& field : form->children) {
      if (!field.is("field", xmpp::ns::data_form) || field.get("var").empty()) continue;
      std::vector<std::string> values;
      for (const xmpp::Element& value : field.children) {
        if (value.is("value", xmpp::ns::data_form)) values.push_back(value.text());
      }
      answers.set(std::string{field.get("var")}, std::move(values));
    }
    return answers;
  }
  for (const xmpp::Element& child : query.children) {
    if (!child.is_text() && child.ns == xmpp::ns::reg) answers.set(child.name, child.text());
  }
  if (!answers.has("nick") && answers.has("username")) answers.set("nick", answers.get("username"));
  return answers;
}

}  // namespace dragoman::gateway
