#include "xmpp/register.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/stanza_error.hpp"

namespace dragoman::xmpp {

namespace {

constexpr std::array<std::string_view, 16> plain{"username", "nick",    "password", "name",  "first", "last",
                                                 "email",    "address", "city",     "state", "zip",   "phone",
                                                 "url",      "date",    "misc",     "text"};

}  // namespace

bool is_register_field(std::string_view name) { return std::find(plain.begin(), plain.end(), name) != plain.end(); }

Element make_register_form(const Element& iq, const RegisterForm& form) {
  Element result = make_result(iq);
  Element& query = result.add("query", ns::reg);
  if (form.registered) query.add("registered");
  if (!form.instructions.empty()) query.add_text_child("instructions", form.instructions);
  for (const auto& [name, value] : form.fields) {
    if (is_register_field(name)) query.add_text_child(name, value);
  }
  if (!form.key.empty()) query.add_text_child("key", form.key);
  if (form.form) query.add(make_data_form(*form.form));
  return result;
}

RegisterAnswers read_register(const Element& query) {
  RegisterAnswers answers;
  answers.remove = query.child("remove", ns::reg) != nullptr;
  const Element* key = query.child("key", ns::reg);
  if (key != nullptr) answers.key = text::trim(key->text());
  answers.only_remove = answers.remove && query.element_count() == (key == nullptr ? 1 : 2);
  if (const auto form = find_data_form(query)) {
    answers.by_form = true;
    answers.cancelled = form->type == DataForm::Type::cancel;
    answers.by_cancel_form = form->form_type == cancel_form_type;
    for (const DataForm::Field& field : form->fields) {
      if (field.var == "key") {
        if (answers.key.empty() && !field.values.empty()) answers.key = text::trim(field.values.front());
      } else if (!field.var.empty()) {
        answers.values.try_emplace(field.var, field.values);
      }
    }
    return answers;
  }
  for (const Element& child : query.children) {
    if (child.is_text() || child.ns != ns::reg) continue;
    if (child.name == "remove" || child.name == "key" || child.name == "registered" || child.name == "instructions")
      continue;
    answers.values.try_emplace(child.name, std::vector<std::string>{child.text()});
  }
  return answers;
}

Element make_cancel_form(const Element& iq, const DataForm& form, const std::string& text) {
  StanzaError error = to_stanza_error(Fault::not_allowed, text);
  error.condition = "not-allowed";
  error.type = "cancel";
  Element reply = make_error_reply(iq, error);
  for (Element& child : reply.children) {
    if (!child.is("query", ns::reg)) continue;
    child.children.clear();
    child.add(make_data_form(form));
  }
  return reply;
}

Element without_register_answers(const Element& iq) {
  Element copy = iq;
  for (Element& child : copy.children) {
    if (child.is("query", ns::reg)) child.children.clear();
  }
  return copy;
}

}  // namespace dragoman::xmpp
