#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace dragoman::bridge {

/// Names a message on one leg: the room of it (place_of), and what its network calls it there.
struct MessageName {
  std::string place;
  std::string id;  ///< empty: it has no name
  bool operator==(const MessageName&) const = default;
  bool empty() const { return id.empty(); }
};

/// What a relayed row keeps beside its command, in store::Message::stanza_id: who said it where, and what it is about.
struct Source {
  MessageName name;
  std::string author;  ///< whose it is there, stable over renames
  std::string user;    ///< {user_id}
  Timestamp said{};
  MessageName about;         ///< of an edit, a retraction, reactions or a reply
  bool status = false;       ///< the bridge itself says it: of no use later
  bool for_another = false;  ///< a bot there has said it for somebody, whom only the name tells
  bool puppet = false;       ///< said by an occupant of its author's own (Puppets), not by the bot
};

/// A name for a message that its network gives none, as servers of IRC without msgid: so what is about it on one leg
/// finds it on the others. `number` tells those of one moment apart.
std::string made_name(Timestamp now, std::uint64_t number);
/// Whether the network knows nothing of this name.
bool is_made_name(std::string_view id);

/// A line each; what has no place in a line is left out.
std::string write_source(const Source& source);
Source read_source(std::string_view text);
/// Whether a stanza_id is that of a message with this name, without reading it.
bool is_named(std::string_view stanza_id, const MessageName& name);

}  // namespace dragoman::bridge
