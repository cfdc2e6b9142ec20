#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "backends/irc/effects.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/names.hpp"
#include "base/text_hash.hpp"
#include "chat/command.hpp"

namespace dragoman::backends::irc {

/// A channel, from the wish to be in it until we have left.
struct Room {
  enum class Phase {
    wanted,   ///< to be joined once we are Ready
    joining,  ///< JOIN is written; our own JOIN and the names may be coming
    joined,
    leaving,    ///< PART is written
    abandoned,  ///< nobody waits for the answer to our JOIN any more
  };
  struct Waiting {
    chat::CommandId command;
    Instant deadline;
  };

  explicit Room(Names& names) : members(names) {}

  chat::RoomId id;
  std::string name;  ///< as last seen from IRC
  std::string key;
  Phase phase = Phase::wanted;
  bool present = false;  ///< our own JOIN has come
  bool known = false;    ///< the owner has heard RoomJoined and no RoomLeft: rejoin after a lost link
  bool unasked = false;  ///< a bouncer is in it; the owner hears what is said, and of the room when they ask for it
  bool names_missing = false;  ///< and nobody has asked who is in it (no-implicit-names)
  Membership members;          ///< ourselves included
  std::string topic, topic_author;
  std::optional<Timestamp> topic_time;
  std::string flags;            ///< letters of the settings that are on, k and l too
  std::uint32_t limit = 0;      ///< of +l
  bool takes_no_codes = false;  ///< it refused a message with formatting
  bool takes_no_relay = false;  ///< we may not speak there for others (relaying.hpp)
  bool told_of_losses = false;  ///< the owner knows that the channel cannot have all characters
  bool settings_asked = false;  ///< our MODE is unanswered
  bool settings_known = false;  ///< 324 has come since we joined
  bool settings_told = false;   ///< the owner has heard `told` since RoomJoined
  chat::RoomSettings told;
  Instant spoken_at{};  ///< when we last said something here
  std::vector<Waiting> joins, leaves;
  std::optional<Instant> rejoin_deadline;
  std::optional<Instant> empty_until;  ///< renamed, and nobody has come along yet: we leave it then
  std::optional<Instant> who_until;    ///< the answer to our WHO is waited for until then, while joining
  /// The server has refused our JOINs for now.
  struct Refused {
    std::optional<Instant> again_at;  ///< the next one; empty: it is written
    unsigned times = 0;               ///< in a row
    Error last;
  };
  std::unique_ptr<Refused> refused;

  bool has(char letter) const { return flags.find(letter) != std::string::npos; }
};

using Rooms = std::unordered_map<std::string, Room, TextHash, std::equal_to<>>;

}  // namespace dragoman::backends::irc
