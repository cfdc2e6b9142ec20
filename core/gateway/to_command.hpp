#pragma once

#include <optional>
#include <string>

#include "base/result.hpp"
#include "chat/content.hpp"
#include "xmpp/element.hpp"

namespace dragoman::gateway {

/// What a message stanza of a person asks for, read from the stanza alone.
struct MessageRequest {
  std::optional<chat::Content> content;  ///< something is said
  std::optional<std::string> subject;    ///< the topic is set: a subject without a body (XEP-0045 8.1)
  std::string id;
  std::string origin_id;       ///< XEP-0359
  bool wants_receipt = false;  ///< XEP-0184
};

/// Reads a message. Without content and subject it asks for nothing (chat states, markers) and is not answered.
/// Fault::unacceptable: encrypted text, which a gateway cannot read.
Result<MessageRequest> read_message(const xmpp::Element& message);

/// Text as networks take it: LF line breaks, no other control characters, no blank lines at the end.
std::string to_plain_text(std::string_view body);

}  // namespace dragoman::gateway
