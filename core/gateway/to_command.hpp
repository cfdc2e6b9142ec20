#pragma once

#include <optional>
#include <string>

#include "base/result.hpp"
#include "chat/command.hpp"
#include "xmpp/element.hpp"
#include "xmpp/reactions.hpp"

namespace dragoman::gateway {

/// What a message stanza of a person asks for, read from the stanza alone.
struct MessageRequest {
  std::optional<chat::Content> content;  ///< something is said
  std::optional<std::string> subject;    ///< the topic is set: a subject without a body (XEP-0045 8.1)
  std::string id;
  std::string origin_id;       ///< XEP-0359
  bool wants_receipt = false;  ///< XEP-0184
  bool markable = false;       ///< XEP-0333
  bool no_store = false;       ///< XEP-0334
  bool unstyled = false;       ///< XEP-0393
  std::string thread_parent;
  std::string files;  ///< the elements of its files as they came, where attachments do not say all of them
  std::string body;   ///< with files: the body as it came

  // What it is about, by the ids of XMPP.
  std::string replaces;                      ///< XEP-0308, with content
  std::string retracts;                      ///< XEP-0424, without
  std::optional<xmpp::Reactions> reactions;  ///< XEP-0444, without
  std::string reply_id, reply_to;            ///< XEP-0461
  std::string quote;                         ///< what stood in front of the reply for clients that know none

  // What is not said and is never answered.
  std::optional<bool> typing;  ///< XEP-0085
  std::string displayed;       ///< XEP-0333: up to where all is read

  bool says_something() const { return content || !retracts.empty() || reactions; }
};

/// Reads a message. What says nothing and sets no subject is not answered, whatever it asks for.
/// `formatting`: the network knows spans; else signs and XHTML are left alone, and what is said is the body.
/// Fault::unacceptable: encrypted text, which a gateway cannot read.
Result<MessageRequest> read_message(const xmpp::Element& message, bool formatting = false);

/// What the network is asked for; it is named later whom or what that is about.
chat::Command to_command(const chat::Conversation& conversation, MessageRequest& request);

/// Text as networks take it: LF line breaks, no other control characters, no blank lines at the end.
std::string to_plain_text(std::string_view body);

}  // namespace dragoman::gateway
