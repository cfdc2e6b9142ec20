#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "chat/form.hpp"
#include "gateway/commands/report.hpp"

namespace dragoman::gateway {
struct Context;
}

namespace dragoman::gateway::commands {

/// What a word is used with.
struct Call {
  Context& context;
  chat::Fields arguments;  ///< those of the word; each that is required is there and not empty
  std::string by;          ///< who says it: a bare JID, or "operator"
  /// Called once, now or in a later turn of the loop.
  std::function<void(Result<Report>)> answer;
};

/// Something that whoever operates the gateway says to it, defined once for all ways of saying it: the command line
/// (`dragoman ban add mallory@example.org --for 2d`), an ad-hoc command and a line in a chat of an admin
/// ("ban-add mallory@example.org 2d").
struct Word {
  struct Parameter {
    std::string name;         ///< "jid"
    std::string description;  ///< for a person, with an example
    bool required = false;
    bool is_option = false;  ///< on the command line written --name VALUE; else VALUE in this order
    chat::Field::Kind kind = chat::Field::Kind::text;  ///< lines: several values, with spaces between
  };
  std::string name;  ///< one or two words: "ban add"
  std::string title;
  std::vector<Parameter> parameters;
  /// Asked of each network that is meant (--network; all, when none is named). An answer of one is enough:
  /// Fault::not_found of the others is not told.
  void (*of_network)(Call) = nullptr;
  /// Asked once, before the networks; with the context of any of them.
  void (*of_program)(Call) = nullptr;
  /// How admins call it; empty: XEP-0133 has it (`like`), or another command.
  std::string asked_as{};
  std::string like{};  ///< the name in XEP-0133 of a command that does this
};

/// All words, in the order in which help shows them.
std::span<const Word> all_words();
/// nullptr: there is none of this name.
const Word* find_word(std::string_view name);
/// What is missing among the arguments or does not belong there. Nothing: they fit.
Result<void> check_arguments(const Word& word, const chat::Fields& arguments);

}  // namespace dragoman::gateway::commands
