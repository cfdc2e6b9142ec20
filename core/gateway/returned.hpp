#pragma once

#include <string>
#include <string_view>

#include "gateway/context.hpp"

namespace dragoman::gateway {

/// What of a stanza its reflection, receipt, error and place in the archive need, kept in the row
/// (store::Message::stanza_id): of a person's own message all of it, of somebody else's no ids.
struct Reference {
  std::string_view id, origin_id;
  bool receipt = false;
  std::string_view resource = {};     ///< of the author as an occupant, prepared and escaped; empty: the author's name
  std::string_view occupant_id = {};  ///< XEP-0421, at that time
  bool elsewhere = false;             ///< said by the person themselves, with another client of the network
  bool markable = false;              ///< XEP-0333
  bool no_store = false;              ///< XEP-0334: no archive keeps it
  bool unstyled = false;              ///< XEP-0393
  // The message that this one is about, as XMPP names it.
  std::string_view target = {};                   ///< of an edit, a retraction, reactions
  std::string_view reply_id = {}, reply_to = {};  ///< XEP-0461
  std::string_view quote = {};                    ///< what stands in front of a reply for clients that know none
  std::string_view thread_parent = {};
  /// What a person's own message said of its files, as it came (attachments.hpp), and its body.
  std::string_view files = {}, body = {};
};
std::string write_reference(const Reference& reference);
Reference read_reference(std::string_view text);
/// The same without what it says of files, for a message that is taken back; empty: there is nothing to take out.
std::string without_files(std::string_view text);

/// Tells the sender that a message came back: an error with its id and its text (RFC 6120 8.3). `code`: what the
/// network calls the reason, if anything.
void write_returned(Context& context, const delivery::Entry& entry, Fault fault, const std::string& text,
                    const std::string& code = {});

}  // namespace dragoman::gateway
