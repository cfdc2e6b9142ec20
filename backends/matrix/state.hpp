#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "backends/matrix/calls.hpp"
#include "backends/matrix/power_levels.hpp"
#include "backends/matrix/reactions.hpp"
#include "backends/matrix/room_book.hpp"
#include "backends/matrix/sending.hpp"
#include "backends/matrix/signals.hpp"
#include "base/random.hpp"
#include "chat/command.hpp"
#include "chat/person.hpp"

// What a session knows. The behaviour is in one file for each subject (handlers.hpp lists them).

namespace dragoman::backends::matrix {

/// A join is answered within 15 s, also when the last second is spent on the way.
inline constexpr auto answer_deadline = std::chrono::seconds{14};

/// What all sessions of a network share; outlives them.
struct Shared {
  Names& names;
  Random& random;
  RoomBook& book;
  std::function<std::string(std::string_view nickname)> occupant_resource;
  std::function<std::string(std::string_view identity)> occupant_id;
  /// A link that anybody can open to a file of the media store ("mxc://hs/id"), fetched with the account of `owner`;
  /// empty: this gateway gives none out ([http] is missing).
  std::function<std::string(const std::string& owner, const chat::Attachment& file)> link_to;
  std::size_t presence_cap = 200;  ///< occupants of a bigger room are shown when they do something
  std::size_t gap_limit = 500;     ///< messages that are fetched after an absence, of one room
  std::string software;            ///< of the gateway, for device names
};

/// Who the account is.
struct Identity {
  std::string owner;      ///< bare JID or bridge
  std::string user_id;    ///< "@alice:hs.tld"
  std::string device_id;  ///< fixed: transaction ids are remembered for it
};

/// What was made of a Transfer.
struct Uploaded {
  std::string mxc;
  std::string media_type;
  std::uint64_t size = 0;
  std::uint32_t width = 0, height = 0;
};

/// Somebody in a room, as its m.room.member says.
struct Member {
  enum class Membership : std::uint8_t { left, invited, joined, banned, knocking };
  Membership membership = Membership::left;
  std::string display_name;  ///< as they wrote it, not yet fit for XMPP; may be empty
  std::string avatar;        ///< mxc URI
  NameRef shown;             ///< the occupant that the owner sees; empty: not shown (yet)
};

/// A room of the account.
struct Room {
  enum class Phase : std::uint8_t { invited, knocking, joined, left };

  std::string id;        ///< "!opaque:hs.tld"
  chat::RoomId address;  ///< how it is called here (RoomBook)
  Phase phase = Phase::left;
  bool entered = false;   ///< the owner has heard RoomJoined and no RoomLeft: a person of XMPP is in it
  bool complete = false;  ///< the state and the members below are known, and kept up to date by /sync
  bool loading = false;   ///< they have been asked for

  // m.room.create, name, topic, avatar, canonical_alias, join_rules, power_levels, encryption, tombstone
  std::string version, type;  ///< "11"; "m.space"
  std::vector<std::string> creators;
  std::string name, canonical_alias, avatar, topic, topic_author;
  std::optional<Timestamp> topic_time;
  std::string join_rule, history_visibility;
  bool encrypted = false;
  std::string replaced_by;  ///< room id
  PowerLevels levels;
  std::map<std::string, Member> members;  ///< by user id: all when `complete`, else those that were heard of
  std::vector<std::string> heroes;        ///< of the summary: whom a room without a name is called after
  std::uint64_t joined_count = 0;

  // An invitation.
  std::string inviter, invite_reason;
  bool invited_direct = false;

  std::string prev_batch;        ///< where history goes on backwards
  std::string newest;            ///< event id that the owner has heard last
  std::set<std::string> typing;  ///< user ids
  bool told_encrypted = false;   ///< the owner was told that it cannot be read here
};

enum class Stage : std::uint8_t { offline, syncing, ready, stopped };

/// A JoinRoom that is not answered yet.
struct Joining {
  chat::CommandId command{};
  chat::RoomId address;
  std::string nickname;
  Instant deadline{};
};

struct State {
  State(const Shared& of, Identity who) : shared(of), me(std::move(who)), calls(of.random) {}

  const Shared& shared;
  Identity me;
  Stage stage = Stage::offline;
  Calls calls;

  std::string since;       ///< next_batch of the last sync whose events were told
  std::string filter_id;   ///< of this account's filter; empty: not made yet
  CallId sync{};           ///< the long poll under way; {}: none
  bool first_sync = true;  ///< none has been answered since on_connected

  std::string display_name, avatar;                        ///< our own, everywhere
  std::map<std::string, std::unique_ptr<Room>> rooms;      ///< by id
  std::map<std::string, std::vector<std::string>> direct;  ///< m.direct: user id -> room ids
  std::map<std::string, std::string> direct_of;            ///< the other way: room id -> user id
  std::map<std::string, chat::Profile> profiles;           ///< of people that the owner has heard of, by user id
  std::set<std::string> ignored;                           ///< m.ignored_user_list
  std::vector<Joining> joining;
  chat::Availability availability = chat::Availability::available;

  Sending sending;
  Reactions reactions;
  Signals signals;
  /// What Effects::documents have kept; what is written in this turn is not there yet.
  std::function<std::string(const std::string& key)> kept;
};

}  // namespace dragoman::backends::matrix
