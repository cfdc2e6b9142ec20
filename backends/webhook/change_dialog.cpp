#include <utility>

#include "backends/webhook/hook_dialog.hpp"
#include "backends/webhook/hub.hpp"
#include "base/text.hpp"

namespace dragoman::backends::webhook {

ChangeDialog::ChangeDialog(Hub& hub, const chat::Account& account, Show show, const char* title)
    : HookDialog(hub, account, std::move(show)), title_(title) {
  ask();
}

void ChangeDialog::ask() {
  auto field = ask_hook();
  if (!field) return;
  chat::Form form;
  form.title = title_;
  form.more = true;
  form.fields.push_back(std::move(*field));
  say(std::move(form));
}

void ChangeDialog::back() {
  name_.clear();
  ask();
}

void ChangeDialog::submit(const chat::Fields& answers) {
  if (!name_.empty()) {
    if (const Hook* known = still_theirs()) change(*known, answers);
    return;
  }
  const Hook* hook = chosen(answers);
  if (hook == nullptr) return;
  name_ = hook->name;
  show_settings(*hook);
}

const Hook* ChangeDialog::still_theirs() {
  const Hook* known = hub_.book().find(name_);
  if (known != nullptr && may_change(*known, asker())) return known;
  fail("This webhook is not there any more.");
  return nullptr;
}

std::string text_of(const chat::Fields& answers, const std::string& name) {
  const auto given = answers.all().find(name);
  std::string text;
  if (given == answers.all().end()) return text;
  for (const std::string& line : given->second) text += (text.empty() ? "" : "\n") + line;
  return text;
}

std::vector<std::string> lines_of(const chat::Fields& answers, const std::string& name) {
  std::vector<std::string> lines;
  const std::string text = text_of(answers, name);
  for (const std::string_view line : text::split(text, '\n')) {
    if (const auto trimmed = text::trim(line); !trimmed.empty()) lines.emplace_back(trimmed);
  }
  return lines;
}

}  // namespace dragoman::backends::webhook
