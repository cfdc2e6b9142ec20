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

/// The parts of a name, where the network knows them apart.
struct PersonName {
  std::string family, given, middle;
  bool operator==(const PersonName&) const = default;
};

/// Where somebody works; `units` are its departments, from the largest on. Without a name there is none.
struct Organization {
  std::string name;
  std::vector<std::string> units;
  bool operator==(const Organization&) const = default;
};

struct PostalAddress {
  std::string street, locality, region, postal_code, country;
  bool operator==(const PostalAddress&) const = default;
};

/// What a network tells of somebody; what it does not tell is empty.
struct Profile {
  std::string nickname, full_name, description, url, email;
  PersonName name;
  std::string birthday;  ///< a date of ISO 8601, "1970-01-31"
  std::string phone;     ///< as people write it
  PostalAddress address;
  Organization organization;
  std::string title;    ///< of their position
  std::string role;     ///< what they do there
  std::string account;  ///< the network's login name, if it tells
  std::string host;     ///< user@host or similar, if it tells
  std::string server;
  std::optional<std::chrono::seconds> idle;
  std::string away;        ///< away text; empty: here
  std::string avatar_url;  ///< where anybody can fetch a picture
  std::string picture{};   ///< what GetPicture gets; another picture has another name
  std::vector<std::string> rooms;
};

struct Contact {
  PersonId person;
  std::string name;
  std::vector<std::string> groups;
};

/// Somebody who was searched for.
struct FoundPerson {
  PersonId person;
  std::string name;       ///< nickname
  std::string full_name;  ///< empty: the network has none
};

/// A person with a rank in a room: muc#admin lists, ban lists (then `mask` is what the network bans).
struct Ranked {
  std::string nickname;
  std::string mask;
  Standing standing;
  std::string reason;
};

/// What a room is like, as far as everybody may know (muc#roominfo).
struct RoomSettings {
  bool moderated = false;        ///< only those with voice may speak
  bool members_only = false;     ///< by invitation
  bool registered_only = false;  ///< an account on the network is needed
  bool password = false;
  bool hidden = false;
  bool topic_locked = false;
  bool logged = false;      ///< the network keeps what is said, and whoever enters later can read it
  std::uint32_t limit = 0;  ///< most people; 0: none
  bool operator==(const RoomSettings&) const = default;
};

struct RoomSummary {
  RoomId room;
  std::string name;
  std::string topic;
  std::uint32_t occupants = 0;
  bool is_list = false;  ///< a place that other rooms are in (ListRooms::inside), where nobody talks
};

}  // namespace dragoman::chat
