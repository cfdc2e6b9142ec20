#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "backends/webhook/posting.hpp"
#include "base/result.hpp"

namespace dragoman::backends::webhook {

/// What the other side says to an event, in the body of its answer or later by the reply_url.
struct Reply {
  enum class To : std::uint8_t { conversation, sender };
  Posting posting{};  ///< what is said; nothing when only `reaction` is meant
  bool says = true;   ///< there is something to say
  To to = To::conversation;
  bool replaces = false;   ///< takes the place of the last reply to the same event
  std::string reaction{};  ///< an emoji on the event; empty: none
};

constexpr std::size_t longest_reply = 64 * 1024;  ///< bytes
constexpr std::size_t most_replies = 10;          ///< in one answer

/// Reads the body of an answer: text/plain, or JSON with "text", "body" or "content" and what else a hook takes, "to"
/// ("room" or "sender"), "replace", "react", or "messages", a list of such. None: it says nothing. Faults as
/// read_postings; what is neither text nor JSON (the page of a web server) says nothing.
Result<std::vector<Reply>> read_replies(std::string_view content_type, std::string body);

}  // namespace dragoman::backends::webhook
