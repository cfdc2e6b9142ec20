#include "gateway/room_form.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "gateway/to_form.hpp"

namespace dragoman::gateway {

namespace {

constexpr std::string_view roomconfig_type = "http://jabber.org/protocol/muc#roomconfig";
constexpr std::string_view room_name = "muc#roomconfig_roomname", max_users = "muc#roomconfig_maxusers",
                           with_password = "muc#roomconfig_passwordprotectedroom", secret = "muc#roomconfig_roomsecret";

/// A setting that is on or off, in both languages.
struct Switch {
  std::string_view ours, var, label;
  bool inverted;
};
constexpr std::array<Switch, 4> switches{{
    {"topic_locked", "muc#roomconfig_changesubject", "Everybody may change the subject", true},
    {"moderated", "muc#roomconfig_moderatedroom", "Only those with voice may speak", false},
    {"members_only", "muc#roomconfig_membersonly", "Only by invitation", false},
    {"hidden", "muc#roomconfig_publicroom", "Shown in lists of rooms", true},
}};

bool is_true(std::string_view text) { return text == "1" || text == "true"; }

std::optional<bool> read_boolean(std::string_view text) {
  if (is_true(text)) return true;
  if (text == "0" || text == "false") return false;
  return std::nullopt;
}

void add_switch(xmpp::DataForm& form, const Switch& each, const chat::Field& field) {
  const bool on = !field.values.empty() && is_true(field.values.front());
  const bool fixed = field.kind == chat::Field::Kind::fixed;
  form.add(each.var, fixed ? "fixed" : "boolean", on != each.inverted ? "1" : "0").label = each.label;
}

Error wrong(std::string_view var) { return failure(Fault::unacceptable, std::string{var} + " is either 1 or 0."); }

}  // namespace

xmpp::DataForm RoomForm::show(const chat::Form& form) const {
  xmpp::DataForm own = to_data_form(form);  // of what has no name in XEP-0045
  xmpp::DataForm shown;
  shown.form_type = roomconfig_type;
  shown.title = form.title.empty() ? "Settings of " + name : form.title;
  shown.instructions = form.instructions;
  shown.add(room_name, "fixed", name).label = "Name";
  for (std::size_t i = 0; i < form.fields.size(); ++i) {
    const chat::Field& field = form.fields[i];
    const auto* const known = std::find_if(switches.begin(), switches.end(),
                                           [&field](const Switch& each) { return each.ours == field.name; });
    if (known != switches.end()) {
      add_switch(shown, *known, field);
    } else if (field.name == "password") {
      shown.add(with_password, "boolean", has_password ? "1" : "0").label = "A password is needed to enter";
      shown.add(secret, "text-private").label = has_password ? "New password (empty: as it is)" : "Password";
    } else if (field.name == "limit") {
      const std::string value = field.values.empty() ? std::string{} : field.values.front();
      xmpp::DataForm::Field& limit = shown.add(max_users, "text-single", value.empty() ? "none" : value);
      limit.label = "Most people at a time, or none";
    } else {
      if (!field.name.empty()) own.fields[i].var = kind + '#' + field.name;
      shown.fields.push_back(std::move(own.fields[i]));
    }
  }
  return shown;
}

Result<chat::Fields> RoomForm::read(const xmpp::DataForm& submitted) const {
  if (!submitted.form_type.empty() && submitted.form_type != roomconfig_type) {
    return failure(Fault::malformed, "This is not a form of the settings of a room.");
  }
  chat::Fields fields;
  const std::string prefix = kind + '#';
  for (const xmpp::DataForm::Field& field : submitted.fields) {
    if (field.var.starts_with(prefix)) fields.set(field.var.substr(prefix.size()), field.values);
  }
  for (const Switch& each : switches) {
    const xmpp::DataForm::Field* field = submitted.find(each.var);
    if (field == nullptr || field->values.empty()) continue;
    const auto on = read_boolean(field->values.front());
    if (!on) return wrong(each.var);
    fields.set(std::string{each.ours}, *on != each.inverted ? "1" : "0");
  }
  if (submitted.find(max_users) != nullptr) {
    std::string limit{submitted.value(max_users)};
    const bool number = limit.find_first_not_of("0123456789") == std::string::npos && limit.size() < 10;
    if (limit == "none" || limit == "0") {
      limit.clear();
    } else if (!number) {
      return failure(Fault::unacceptable, "The most people at a time are a number, or none.");
    }
    fields.set("limit", limit);
  }
  // A password that is empty was left as it was: it is never shown, and clients send back what they were shown.
  const std::string password{submitted.value(secret)};
  const std::string_view wanted = submitted.value(with_password);
  const auto on = wanted.empty() ? std::optional{has_password || !password.empty()} : read_boolean(wanted);
  if (!on) return wrong(with_password);
  if (*on && password.empty() && !has_password) {
    return failure(Fault::unacceptable, "Say which password is needed to enter.");
  }
  if (*on && !password.empty()) fields.set("password", password);
  if (!*on && (has_password || !wanted.empty())) fields.set("password", std::string{});
  return fields;
}

}  // namespace dragoman::gateway
