#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "chat/form.hpp"
#include "xmpp/data_form.hpp"

// What somebody filled in, held against the form that they were shown. What fits is still to be looked at by whoever
// asked.
namespace dragoman::gateway::dialogs {

/// True for fields that somebody is asked to fill in.
bool is_asked(const chat::Field& field);

/// The answers to the fields of `form`; other fields are ignored, a missing one is an empty one, and hidden and fixed
/// ones come back as they were shown. Booleans become "1" and "0". Fault::unacceptable names the field that is missing
/// or does not fit (XEP-0004 3.2, 3.3; XEP-0122).
Result<chat::Fields> read_answers(const chat::Form& form, const xmpp::DataForm& submitted);

/// The values of one field as they were typed in a line, as read_answers wants them: "yes", the label of an option or
/// its number, addresses with commas between them.
Result<std::vector<std::string>> read_line(const chat::Field& field, std::string_view line);

/// Its label, else its name.
const std::string& label_of(const chat::Field& field);

}  // namespace dragoman::gateway::dialogs
