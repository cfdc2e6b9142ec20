#include "gateway/complaint.hpp"

#include <algorithm>

namespace dragoman::gateway {

namespace {

bool ends_a_sentence(char last) { return last == '.' || last == '!' || last == '?'; }

}  // namespace

Complaint read_complaint(const Error& error, const chat::Form& form) {
  const std::size_t end = error.text.find(": ");
  const std::string name = error.text.substr(0, end);
  const auto field = std::find_if(form.fields.begin(), form.fields.end(),
                                  [&name](const chat::Field& each) { return each.name == name; });
  if (end == std::string::npos || field == form.fields.end()) {
    return {error.fault == Fault::conflict ? "nick" : "", error.text};
  }
  std::string text = (field->label.empty() ? name : field->label) + error.text.substr(end);
  if (!ends_a_sentence(text.back())) text += '.';
  return {name, std::move(text)};
}

}  // namespace dragoman::gateway
