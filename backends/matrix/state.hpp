#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "backends/matrix/calls.hpp"
#include "backends/matrix/encryption.hpp"
#include "backends/matrix/event.hpp"
#include "backends/matrix/features.hpp"
#include "backends/matrix/polls.hpp"
#include "backends/matrix/reactions.hpp"
#include "backends/matrix/room_book.hpp"
#include "backends/matrix/room_facts.hpp"
#include "backends/matrix/roster.hpp"
#include "backends/matrix/sending.hpp"
#include "backends/matrix/shared_room.hpp"
#include "backends/matrix/signals.hpp"
#include "base/random.hpp"
#include "chat/command.hpp"
#include "chat/person.hpp"

// What a session knows. The behaviour is in one file for each subject (handlers.hpp lists them).

namespace dragoman::backends::matrix {

/// A join is answered within 15 s, also when the last second is spent on the way.
inline constexpr auto answer_deadline = std::chrono::seconds{14};

struct Identity;

/// What all sessions of a network share; outlives them.
struct Shared {
  Names& names;
  Random& random;
  RoomBook& book;
  SharedRooms& rooms;
  FeatureBook& features;
  std::function<std::string(std::string_view nickname)> occupant_resource;
  std::function<std::string(std::string_view identity)> occupant_id;
  /// A link that anybody can open to a file of the media store ("mxc://hs/id"), fetched with the account of `owner`;
  /// empty: this gateway gives none out ([http] is missing).
  std::function<std::string(const std::string& owner, const chat::Attachment& file)> link_to;
  std::size_t presence_cap = 200;  ///< occupants of a bigger room are shown when they do something
  std::size_t gap_limit = 500;     ///< messages that are fetched after an absence, of one room
  std::string software;            ///< of the gateway, for device names
  /// Of a session; empty: NoEncryption.
  std::function<std::unique_ptr<EncryptionMachine>(const Identity& me)> make_encryption{};
};

/// Who the account is.
struct Identity {
  std::string owner;      ///< bare JID or bridge
  std::string user_id;    ///< "@alice:hs.tld"
  std::string device_id;  ///< fixed: transaction ids are remembered for it
  /// What happens is told by transactions of the application service (pushed.cpp); /sync only fills what they leave.
  bool pushed = false;
  bool ghost = false;            ///< nobody but this gateway uses the account
  bool reads_privately = false;  ///< others are not told how far the owner has read
  /// What is said in a thread is told as an answer to what stands before it there, for clients that show no threads.
  bool threads_inline = false;
  /// Another session hears for it: it is told what is said to it alone, and what becomes of what it says itself.
  bool deaf = false;
  bool is_bridge = false;
  std::string wished_name{};  ///< display name that it is to have everywhere; empty: as it is
};

/// What was made of a Transfer.
struct Uploaded {
  std::string mxc;
  std::string name;  ///< the message's, else the last part of the address
  std::string media_type;
  std::uint64_t size = 0;
  std::uint32_t width = 0, height = 0;
};

struct Room;
/// Something that happened in a room, told when the room can be spoken of.
using Later = std::function<void(State& state, Room& room, Effects& effects)>;

/// A room of the account.
struct Room : RoomFacts {
  enum class Phase : std::uint8_t { invited, knocking, joined, left };

  std::string id;        ///< "!opaque:hs.tld"
  std::string self;      ///< user id of the account
  chat::RoomId address;  ///< how it is called here (RoomBook)
  Phase phase = Phase::left;
  bool entered = false;          ///< the owner has heard RoomJoined and no RoomLeft: a person of XMPP is in it
  bool state_known = false;      ///< the facts are known, and kept up to date by /sync
  bool complete = false;         ///< and the members, as far as they are wanted (rooms.cpp: is_huge)
  bool loading = false;          ///< they have been asked for, by this account or another one
  bool naming = false;           ///< it is asked where the alias leads, for the address
  std::string followed;          ///< RoomFacts::replaced_by that was gone to: rooms may replace each other
  bool recalling = false;        ///< it is asked who spoke lately (speakers.cpp)
  std::unique_ptr<Answer> read;  ///< its members, which wait for that
  std::vector<Later> held;       ///< what happened while the room was loading or had no address, in order

  Roster heard;                   ///< who was heard of, as long as the room is not shared
  RoomShare share;                ///< the members, known to all accounts of the homeserver that are in the room
  std::string own_name, own_key;  ///< our nickname, ours even if the roster gives it to somebody else; its key_of()
  std::map<std::string, NameRef> shown;  ///< by user id: the occupants that the owner sees
  /// Versions of the shared room: which changes were looked at, and which will be after the next answer of /sync.
  std::uint64_t settled = 0, to_settle = 0;
  std::vector<std::string> heroes;  ///< of the summary: whom a room without a name is called after
  std::uint64_t joined_count = 0;

  /// Who is in it: all when `complete`, else those that were heard of.
  const Roster& roster() const { return share ? share.room().roster() : heard; }

  // An invitation.
  std::string inviter, invite_reason;
  bool invited_direct = false;

  std::string prev_batch;         ///< where history goes on backwards
  std::string newest;             ///< event id of the message that the owner has heard last, or had already
  std::string last_event;         ///< id of any event, the newest known
  std::string heard_from;         ///< `newest` when this session began: everything behind it is told
  std::vector<std::size_t> told;  ///< hashes of the last events that were told, in a ring
  std::size_t next_told = 0;
  std::map<std::string, std::string> authors;     ///< for a bridge: who has said the last messages, by event id
  std::deque<std::string> authors_in_order;       ///< the oldest one first
  std::uint64_t active = 0;                       ///< grows with what is said: which room of a person is the newest
  std::set<std::string> typing;                   ///< user ids
  std::map<std::string, Instant> told_encrypted;  ///< when the owner was told that somebody's messages are unreadable
};

enum class Stage : std::uint8_t { offline, syncing, ready, stopped };

/// A JoinRoom that is not answered yet.
struct Joining {
  chat::CommandId command{};
  chat::RoomId address;
  Instant deadline{};
  bool asked = false;  ///< requests are under way, or /sync is awaited
};

/// What lies between two answers of /sync, of one room.
struct Missed {
  std::vector<Event> events;       ///< oldest first
  bool complete = true;            ///< false: there was more before them than is fetched
  std::optional<Timestamp> until;  ///< then: what is missing is older than this
};

/// An answer of /sync whose gaps are being filled; nothing newer is told before.
struct SyncAnswer {
  nlohmann::json body = nlohmann::json::object();
  std::map<std::string, Missed> missed;  ///< by room id
  std::size_t open = 0;                  ///< gaps that are not filled yet
};

/// Told what came of wanting a room for direct messages.
using WithRoom = std::function<void(State& state, Room* room, const Answer& why, Effects& effects)>;

struct State {
  State(const Shared& of, Identity who);
  // The calls know where it is.
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  const Shared& shared;
  Identity me;
  Stage stage = Stage::offline;
  std::unique_ptr<EncryptionMachine> encryption;
  Calls calls;
  std::string homeserver;             ///< its base URL, since we were connected
  std::function<void()> wants_input;  ///< Session::on_shared is due (SharedRooms)

  std::string since;        ///< next_batch of the last sync whose events were told
  std::string filter_id;    ///< of this account's filter; empty: not made yet
  std::string state_after;  ///< Features::state_after, as far as it is known
  CallId sync{};            ///< the long poll under way; {}: none
  bool first_sync = true;   ///< none has been answered since on_connected
  bool anew = false;        ///< the homeserver knew nothing of our position: rooms are as they were, it is another one
  bool small_sync = false;  ///< the last answer was too large: the next one is asked to have less
  std::unique_ptr<SyncAnswer> answered;  ///< being worked on
  std::optional<Instant> failing_since;  ///< /sync fails
  std::optional<Instant> sync_at;        ///< when it is tried again
  unsigned sync_failures = 0;            ///< in a row
  std::deque<Event> pushed;              ///< told while /sync was under way
  bool sync_wanted = false;              ///< again, as soon as the one under way is answered

  std::string display_name, avatar;                        ///< our own, everywhere
  std::map<std::string, std::unique_ptr<Room>> rooms;      ///< by id
  std::map<std::string, std::vector<std::string>> direct;  ///< m.direct: user id -> room ids
  std::set<std::string> told_contacts;                     ///< user ids that the owner has been told as contacts
  std::map<std::string, std::string> direct_of;            ///< the other way: room id -> user id
  std::map<std::string, chat::Profile> profiles;           ///< of people that the owner has heard of, by user id
  std::set<std::string> ignored;                           ///< m.ignored_user_list
  std::set<std::string> contacts;                          ///< user ids whose presence the owner wants
  std::map<std::string, std::vector<WithRoom>> creating;   ///< who waits for a room with a user that is being made
  std::vector<Joining> joining;
  /// Changes of power levels by room id: the next one reads what the one before it wrote.
  std::map<std::string, std::vector<std::function<void(State&, Effects&)>>> level_changes;
  std::uint64_t activity = 0;                          ///< the greatest Room::active
  bool rooms_changed = false, direct_changed = false;  ///< what is kept of them is to be written
  chat::Availability availability = chat::Availability::available;

  Sending sending;
  Reactions reactions;
  Polls polls;
  Signals signals;
  /// What Effects::documents have kept; what is written in this turn is not there yet.
  std::function<std::string(const std::string& key)> kept;
};

}  // namespace dragoman::backends::matrix
