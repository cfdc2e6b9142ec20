#pragma once

#include "gateway/commands/command.hpp"

// What the commands of XEP-0133 have in common.
namespace dragoman::gateway::commands {

inline constexpr const char* admin_form = "http://jabber.org/protocol/admin";

inline chat::Form make_admin_form(std::string title, std::string instructions = {}) {
  chat::Form form;
  form.type = admin_form;
  form.title = std::move(title);
  form.instructions = std::move(instructions);
  return form;
}

/// All values of a field, or none.
inline std::vector<std::string> values_of(const chat::Fields& answers, const std::string& name) {
  const auto found = answers.all().find(name);
  return found == answers.all().end() ? std::vector<std::string>{} : found->second;
}

/// The lines of a text.
inline std::string text_of(const chat::Fields& answers, const std::string& name) {
  std::string text;
  bool first = true;
  for (const std::string& line : values_of(answers, name)) {
    if (!std::exchange(first, false)) text += '\n';
    text += line;
  }
  return text;
}

}  // namespace dragoman::gateway::commands
