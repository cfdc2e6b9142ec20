#include "gateway/dialogs/questions.hpp"

#include "base/text.hpp"
#include "gateway/dialogs/answers.hpp"

namespace dragoman::gateway::dialogs {

namespace {

using Kind = chat::Field::Kind;

std::string joined(const std::vector<std::string>& values) {
  std::string text;
  for (const std::string& value : values) text += (text.empty() ? "" : ", ") + value;
  return text;
}

std::string shown(const chat::Field& field, const std::vector<std::string>& values) {
  if (field.kind == Kind::boolean && !values.empty()) return values.front() == "1" ? "yes" : "no";
  return joined(values);
}

/// What may be answered: "yes or no", the choices.
std::string hint_of(const chat::Field& field) {
  switch (field.kind) {
    case Kind::boolean:
      return "yes or no";
    case Kind::number:
      return std::to_string(field.least) + " to " + std::to_string(field.most);
    case Kind::choice:
    case Kind::choices: {
      std::string text;
      for (const auto& [value, label] : field.options) {
        text += (text.empty() ? "" : ", ") + (label.empty() ? value : label);
      }
      return text;
    }
    case Kind::addresses:
      return "with commas between them";
    case Kind::lines:
      return "in one message";
    case Kind::text:
    case Kind::secret:
    case Kind::address:
    case Kind::fixed:
    case Kind::hidden:
      return {};
  }
  return {};
}

/// What there is before anything was answered.
std::vector<std::string> first_values(const chat::Field& field) {
  std::vector<std::string> values = field.kind == Kind::secret ? std::vector<std::string>{} : field.values;
  if (field.kind != Kind::lines) std::erase(values, std::string{});  // as good as nothing
  if (field.kind == Kind::boolean && values.empty() && !field.required) values = {"0"};
  return values;
}

}  // namespace

Questions::Questions(chat::Form form, std::string_view words)
    : form_(std::move(form)), answered_(form_.fields.size()), only_needed_(!text::trim(words).empty()) {
  for (const chat::Field& field : form_.fields) given_.push_back(first_values(field));
  std::size_t last = 0;
  for (std::size_t i = 0; i < form_.fields.size(); ++i) {
    if (is_asked(form_.fields[i])) last = i;
  }
  std::string_view rest = text::trim(words);
  for (std::size_t i = 0; i <= last && !rest.empty() && i < form_.fields.size(); ++i) {
    if (!is_asked(form_.fields[i])) continue;
    // Nothing can follow what has no end.
    const bool takes_all = i == last || form_.fields[i].kind == chat::Field::Kind::lines;
    const std::size_t end = takes_all ? rest.size() : std::min(rest.find(' '), rest.size());
    auto values = read_line(form_.fields[i], rest.substr(0, end));
    rest = text::trim(rest.substr(end));
    if (!values) continue;  // asked for
    given_[i] = std::move(*values);
    answered_[i] = true;
  }
  at_ = next(0);
}

std::size_t Questions::next(std::size_t index) const {
  for (; index < form_.fields.size(); ++index) {
    const chat::Field& field = form_.fields[index];
    if (!is_asked(field) || answered_[index]) continue;
    if (!only_needed_ || (field.required && given_[index].empty())) return index;
  }
  return index;
}

bool Questions::is_secret() const { return !done() && form_.fields[at_].kind == Kind::secret; }

std::string Questions::ask(bool first) const {
  const chat::Field& field = form_.fields[at_];
  std::string text;
  if (first && !form_.instructions.empty()) text = form_.instructions + '\n';
  text += label_of(field);
  std::string about = field.description;
  if (const std::string hint = hint_of(field); !hint.empty()) about += (about.empty() ? "" : "; ") + hint;
  if (!about.empty()) text += " (" + about + ')';
  text += '?';
  const std::string now = field.kind == Kind::secret && !given_[at_].empty() ? "it" : shown(field, given_[at_]);
  if (!now.empty()) {
    text += " \"-\" keeps " + now + '.';
  } else if (!field.required) {
    text += " \"-\" leaves it out.";
  }
  if (field.kind == Kind::secret) {
    text +=
        "\nCareful: what you write here stays in the archive of this chat, in clear. It is better given in the form: "
        "see the commands of this gateway in your client (Profanity: /cmd), or its list of services.";
  }
  if (first) text += "\n\"cancel\" ends this, \"back\" goes one step back.";
  return text;
}

std::string Questions::hear(std::string_view line) {
  const chat::Field& field = form_.fields[at_];
  const std::string_view said = text::trim(line);
  if (text::ascii_iequals(said, "back") && field.kind != Kind::secret) {
    go_back();
    return {};
  }
  if (said == "-") {
    if (field.required && given_[at_].empty()) return label_of(field) + " is needed.";
  } else {
    auto values = read_line(field, line);
    if (!values) return values.error().text + '.';
    given_[at_] = std::move(*values);
  }
  answered_[at_] = true;
  at_ = next(at_ + 1);
  return {};
}

void Questions::go_back() {
  for (std::size_t index = at_; index-- > 0;) {
    if (!is_asked(form_.fields[index])) continue;
    answered_[index] = false;
    only_needed_ = false;
    at_ = index;
    return;
  }
}

bool Questions::reopen(std::string_view name) {
  std::size_t first = form_.fields.size(), named = first;
  for (std::size_t i = form_.fields.size(); i-- > 0;) {
    if (!is_asked(form_.fields[i])) continue;
    first = i;
    if (form_.fields[i].name == name) named = i;
  }
  if (first == form_.fields.size()) return false;
  at_ = named < form_.fields.size() ? named : first;
  answered_[at_] = false;
  given_[at_] = first_values(form_.fields[at_]);  // "-" does not keep what was refused
  return true;
}

chat::Fields Questions::answers() const {
  chat::Fields answers;
  for (std::size_t i = 0; i < form_.fields.size(); ++i) {
    if (!form_.fields[i].name.empty()) answers.set(form_.fields[i].name, given_[i]);
  }
  return answers;
}

}  // namespace dragoman::gateway::dialogs
