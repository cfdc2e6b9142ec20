#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/names.hpp"
#include "chat/ids.hpp"
#include "chat/standing.hpp"

namespace dragoman::chat {

/// Presence as networks know it. `gone` = not connected.
enum class Availability : std::uint8_t { available, away, extended_away, busy, gone };

/// Somebody in a room. `person` can be messaged outside the room.
struct Occupant {
  NameId name;  ///< in the network's Names; its resource is how XMPP shows it
  Standing standing;
};

struct Profile {
  std::string nickname, full_name, description, url, email;
  std::string account;  ///< the network's login name, if it tells
  std::string host;     ///< user@host or similar, if it tells
  std::string server;
  std::optional<std::chrono::seconds> idle;
  std::string avatar_url;
  std::vector<std::string> rooms;
};

struct Contact {
  PersonId person;
  std::string name;
  std::vector<std::string> groups;
};

/// A person with a rank in a room: muc#admin lists, ban lists (then `mask` is what the network bans).
struct Ranked {
  std::string nickname;
  std::string mask;
  Standing standing;
  std::string reason;
};

struct RoomSummary {
  RoomId room;
  std::string name;
  std::string topic;
  std::uint32_t occupants = 0;
};

}  // namespace dragoman::chat
