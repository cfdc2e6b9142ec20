#pragma once

#include <string>
#include <string_view>

#include "gateway/context.hpp"

namespace dragoman::gateway {

/// What of a stanza its reflection, receipt, error and place in the archive need, kept in the row
/// (store::Message::stanza_id): of a person's own message all of it, of somebody else's the last two.
struct Reference {
  std::string_view id, origin_id;
  bool receipt = false;
  std::string_view resource = {};     ///< of the author as an occupant, prepared and escaped; empty: the author's name
  std::string_view occupant_id = {};  ///< XEP-0421, at that time
  bool elsewhere = false;             ///< said by the person themselves, with another client of the network
};
std::string write_reference(const Reference& reference);
Reference read_reference(std::string_view text);

/// Tells the sender that a message came back: an error with its id and its text (RFC 6120 8.3).
void write_returned(Context& context, const delivery::Entry& entry, Fault fault, const std::string& text);

}  // namespace dragoman::gateway
