#pragma once

#include <string>
#include <string_view>

#include "gateway/context.hpp"

namespace dragoman::gateway {

/// What of a person's stanza its reflection, receipt or error needs, kept in the row (store::Message::stanza_id).
struct Reference {
  std::string_view id, origin_id;
  bool receipt = false;
};
std::string write_reference(const Reference& reference);
Reference read_reference(std::string_view text);

/// Tells the sender that a message came back: an error with its id and its text (RFC 6120 8.3).
void write_returned(Context& context, const delivery::Entry& entry, Fault fault, const std::string& text);

}  // namespace dragoman::gateway
