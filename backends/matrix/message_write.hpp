#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/result.hpp"
#include "chat/content.hpp"

// Contents of the events that we send.

namespace dragoman::backends::matrix {

struct WriteOptions {
  /// Who is meant by the value of a mention span (a nickname, or already a user id); empty text: nobody. Without it
  /// only user ids are understood.
  std::function<std::string(std::string_view)> user_of{};
  /// content.shown_author stands in front of the text as well as in the profile of the message: "**nick**: text".
  bool name_in_text = true;
  std::string answered{};        ///< user id of whose message is answered: they are told as those who are named
  bool calls_everybody = false;  ///< "@room" is meant, and allowed (m.mentions)
  std::string author_id{};       ///< of shown_author, the same for all their messages; empty: the name itself
};

/// The content of each m.room.message that says this, in order: attachments first (their `url` is an mxc URI), each an
/// event of its own, then the text, in pieces that homeservers take (65,536 bytes an event). The first one is the
/// reply. A single attachment has the text as its caption; one whose `url` is no mxc URI is named by it in the text.
/// Empty when there is nothing to say.
std::vector<nlohmann::json> make_messages(const chat::Content& content, const WriteOptions& options);

/// An edit of the text of a message, with the fallback for clients that know none. `mentioned_before`: user ids that
/// the message named before, who are not called again. Fault::too_long when it does not fit one event.
Result<nlohmann::json> make_edit(const chat::Content& content, std::string_view edited, const WriteOptions& options,
                                 const std::vector<std::string>& mentioned_before = {});

/// m.reaction
nlohmann::json make_reaction(std::string_view message, std::string_view key);
/// The body of /redact.
nlohmann::json make_redaction(std::string_view reason);

/// A vote (MSC3381) is an event of the same family as its poll. No answers: it is taken back.
struct Vote {
  std::string type;
  nlohmann::json content;
};
Vote make_vote(std::string_view poll, const std::vector<std::string>& answers, bool stable);

}  // namespace dragoman::backends::matrix
