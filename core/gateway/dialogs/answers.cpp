#include "gateway/dialogs/answers.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "xmpp/jid.hpp"

namespace dragoman::gateway::dialogs {

namespace {

using Kind = chat::Field::Kind;
using Values = std::vector<std::string>;

bool is_multiple(Kind kind) { return kind == Kind::lines || kind == Kind::choices || kind == Kind::addresses; }

std::optional<bool> read_boolean(std::string_view value) {
  const std::string word = text::ascii_lower(text::trim(value));
  if (word == "1" || word == "true" || word == "yes" || word == "y" || word == "on") return true;
  if (word == "0" || word == "false" || word == "no" || word == "n" || word == "off") return false;
  return std::nullopt;
}

std::optional<std::int64_t> read_number(std::string_view value) {
  const std::string_view digits = text::trim(value);
  std::int64_t number = 0;
  const auto end = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (end.ec != std::errc{} || end.ptr != digits.data() + digits.size()) return std::nullopt;
  return number;
}

Error wrong(const chat::Field& field, const std::string& what) {
  return {Fault::unacceptable, label_of(field) + ": " + what};
}

Result<std::string> fit(const chat::Field& field, std::string value) {
  switch (field.kind) {
    case Kind::boolean:
      if (const auto on = read_boolean(value)) return std::string{*on ? "1" : "0"};
      return wrong(field, "yes or no is needed");
    case Kind::number: {
      const auto number = read_number(value);
      if (number && *number >= field.least && *number <= field.most) return std::to_string(*number);
      return wrong(field,
                   "a number from " + std::to_string(field.least) + " to " + std::to_string(field.most) + " is needed");
    }
    case Kind::choice:
    case Kind::choices: {
      const auto known = [&](const auto& option) { return option.first == value; };
      if (std::any_of(field.options.begin(), field.options.end(), known)) return value;
      return wrong(field, "this is none of the choices");
    }
    case Kind::address:
    case Kind::addresses: {
      const auto jid = xmpp::Jid::parse(text::trim(value));
      if (jid) return jid->str();
      return wrong(field, "this is no address like somebody@example.org");
    }
    case Kind::text:
    case Kind::secret:
      return text::without_controls(value, false);
    case Kind::lines:
    case Kind::fixed:
    case Kind::hidden:
      return value;
  }
  return value;
}

/// Empty ones are left out, but an empty line of a longer text is a line.
Result<Values> fit_all(const chat::Field& field, const Values& values) {
  Values fitting;
  const bool empty =
      std::all_of(values.begin(), values.end(), [](const std::string& each) { return text::trim(each).empty(); });
  if (empty) {
    if (field.required) return wrong(field, "this is needed");
    return fitting;
  }
  for (const std::string& value : values) {
    if (value.empty() && field.kind != Kind::lines) continue;
    auto fits = fit(field, value);
    if (!fits) return fits.error();
    fitting.push_back(std::move(*fits));
    if (!is_multiple(field.kind)) break;
  }
  return fitting;
}

Values parts_of(std::string_view line, char separator) {
  Values parts;
  for (const std::string_view part : text::split(line, separator)) {
    if (!text::trim(part).empty()) parts.emplace_back(text::trim(part));
  }
  return parts;
}

/// The value of an option that was named by its number, its label or itself.
std::string choose(const chat::Field& field, std::string_view said) {
  const auto number = read_number(said);
  for (std::size_t i = 0; i < field.options.size(); ++i) {
    const auto& [value, label] = field.options[i];
    if (text::ascii_iequals(said, value) || text::ascii_iequals(said, label)) return value;
  }
  if (number && *number >= 1 && *number <= static_cast<std::int64_t>(field.options.size())) {
    return field.options[static_cast<std::size_t>(*number) - 1].first;
  }
  return std::string{said};
}

}  // namespace

bool is_asked(const chat::Field& field) { return field.kind != Kind::fixed && field.kind != Kind::hidden; }

const std::string& label_of(const chat::Field& field) { return field.label.empty() ? field.name : field.label; }

Result<chat::Fields> read_answers(const chat::Form& form, const xmpp::DataForm& submitted) {
  chat::Fields answers;
  for (const chat::Field& field : form.fields) {
    if (!is_asked(field)) {
      if (!field.name.empty()) answers.set(field.name, field.values);
      continue;
    }
    const xmpp::DataForm::Field* sent = submitted.find(field.name);
    auto values = fit_all(field, sent == nullptr ? Values{} : sent->values);
    if (!values) return values.error();
    answers.set(field.name, std::move(*values));
  }
  return answers;
}

Result<Values> read_line(const chat::Field& field, std::string_view line) {
  if (field.kind == Kind::addresses) return fit_all(field, parts_of(line, ','));
  if (field.kind == Kind::lines) {
    const auto lines = text::split(line, '\n');
    return fit_all(field, {lines.begin(), lines.end()});
  }
  if (field.kind == Kind::secret) return fit_all(field, {std::string{line}});
  if (field.kind != Kind::choice && field.kind != Kind::choices) return fit_all(field, {std::string{text::trim(line)}});
  Values chosen = field.kind == Kind::choices ? parts_of(line, ',') : Values{std::string{text::trim(line)}};
  for (std::string& each : chosen) each = choose(field, each);
  return fit_all(field, chosen);
}

}  // namespace dragoman::gateway::dialogs
