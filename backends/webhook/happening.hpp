#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "chat/command.hpp"
#include "chat/content.hpp"

namespace dragoman::backends::webhook {

/// Something that a hook tells its other side, in no format yet.
struct Happening {
  enum class Type : std::uint8_t {
    message_created,
    message_updated,
    message_deleted,
    reaction_added,
    reaction_removed,
    presence_changed,
    room_joined,
    room_parted,
    room_subject,
    endpoint_ping,
    endpoint_failing,
  };
  struct Who {
    std::string jid{};          ///< bare; empty: not for the other side to know
    std::string occupant_id{};  ///< in a room
    std::string nickname{};
    std::string picture{};       ///< URL
    std::string bridged_from{};  ///< kind of the network that they really are on, "irc"; empty: here
    bool operator==(const Who&) const = default;
  };
  struct Room {
    std::string jid{};  ///< empty: between two
    std::string name{};
    bool operator==(const Room&) const = default;
  };

  Type type = Type::message_created;
  Timestamp time{};
  /// "msg_..."; the other side knows a repetition by it (webhook-id): the same for each attempt and over restarts.
  std::string id{};
  std::string endpoint{};        ///< JID of the hook
  std::string backend = "xmpp";  ///< kind of the network that it comes from
  Room room{};
  Who from{};
  chat::Content content{};  ///< what is said; of room_subject the topic, of endpoint_* a sentence
  std::string language{};
  std::string reply_text{};    ///< the beginning of what content.reply_to names; empty: unknown
  std::string about{};         ///< id of the message that is updated, deleted or reacted to
  std::string reaction{};      ///< one emoji
  std::string availability{};  ///< "available", "away", "chat", "dnd", "xa", "unavailable"
  std::string stanza_id{}, origin_id{};
  unsigned hops = 1;               ///< gateways that it has gone through, this one too
  std::vector<std::string> via{};  ///< and which, the oldest first
  std::uint64_t gap = 0;           ///< events in front of it that were given up
  bool addressed = false;          ///< is said to the hook, without its name perhaps (a reply); not kept
  bool more = false;               ///< another one of the same command follows, and its end is the command's
  bool operator==(const Happening&) const = default;
};

/// "message.created"
std::string_view name_of(Happening::Type type);
std::optional<Happening::Type> type_named(std::string_view name);
/// Every type, for forms.
const std::vector<Happening::Type>& all_types();

/// "msg_" and the key; `part` > 0: of several happenings of one command.
std::string happening_id(chat::OnceKey key, unsigned part = 0);

/// What a SendMessage, EditMessage, RetractMessage or React of somebody tells, nothing for other commands. `frame` has
/// who, where and when; `before`: the emoji that this person had at the message until now.
std::vector<Happening> happenings_of(const chat::Command& command, const Happening& frame,
                                     const std::vector<std::string>& before = {});

/// As it is kept, and read back; Fault::malformed: this is not what write_happening made.
std::string write_happening(Happening happening);
Result<Happening> read_happening(const std::string& text);

}  // namespace dragoman::backends::webhook
