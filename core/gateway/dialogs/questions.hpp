#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "chat/form.hpp"

namespace dragoman::gateway::dialogs {

/// A form as questions in a chat, one field after the other. "-" leaves a field as it is, "back" goes to the one
/// before.
///
///   Questions questions{form, {"#tea"}};            // what stood behind the command fills the first fields
///   while (!questions.done()) { say(questions.ask()); questions.hear(line); }
///   dialog.submit(questions.answers());
class Questions {
 public:
  Questions() = default;
  /// With words, only what is needed and still missing is asked for. The last field takes the rest of the line.
  Questions(chat::Form form, std::string_view words);

  bool done() const { return at_ >= form_.fields.size(); }
  /// The question that is open; `first`: with what the form says about itself.
  std::string ask(bool first = false) const;
  /// Takes an answer: an empty text when it fits, else why it does not; then the same question stays open.
  std::string hear(std::string_view line);
  /// The dialog did not like the answers: goes to that field (or to the first one), if there is anything to ask.
  bool reopen(std::string_view field);
  /// Whether the answer to the open question is secret.
  bool is_secret() const;
  chat::Fields answers() const;
  const chat::Form& form() const { return form_; }

 private:
  /// The next field from `index` on that is to be asked for.
  std::size_t next(std::size_t index) const;
  void go_back();

  chat::Form form_;
  std::vector<std::vector<std::string>> given_;  // a field each
  std::vector<bool> answered_;
  bool only_needed_ = false;
  std::size_t at_ = 0;
};

}  // namespace dragoman::gateway::dialogs
