#pragma once

#include <nlohmann/json_fwd.hpp>

#include "backends/matrix/message_read.hpp"
#include "chat/content.hpp"

namespace dragoman::backends::matrix {

struct ContentContext {
  bool sticker = false;
  bool reply = false;  ///< the text may begin with a quotation of what it answers, for clients that know no replies
};

/// What a content of m.room.message or m.sticker says, without its relations. Attachments have mxc URIs, and so
/// have their thumbnails, or small_picture() or encrypted_file() of one; files that are encrypted without a key that
/// can be used are named in the text.
chat::Content read_content(const nlohmann::json& content, const ContentContext& context);

Mentions read_mentions(const nlohmann::json& content);

/// The text of a reply without the quotation that clients before version 1.13 put in front: lines of "> ", the first
/// one
/// "> <@alice:hs.tld> ..." or "> * <@alice:hs.tld> ..." (client-server API 1.12, "Stripping the fallback").
std::string_view without_reply_fallback(std::string_view body);

}  // namespace dragoman::backends::matrix
