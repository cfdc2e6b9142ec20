#pragma once

#include <string>

#include "base/error.hpp"
#include "chat/form.hpp"

namespace dragoman::gateway {

/// What was wrong with an answer to a form.
struct Complaint {
  std::string field;  ///< its name; empty: of no field
  std::string text;   ///< a sentence for the person, with the label of the field where it is needed
};

/// Networks put the name of the field in front of what they say about it; people know only its label.
/// Example: "pass: at most 300 bytes" -> {"pass", "Server password: at most 300 bytes."}
/// What does not begin with the name of a field of the form stays as it is; of a conflict it is about the nickname.
Complaint read_complaint(const Error& error, const chat::Form& form);

}  // namespace dragoman::gateway
