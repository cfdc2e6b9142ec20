#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "chat/capabilities.hpp"
#include "chat/content.hpp"
#include "chat/form.hpp"
#include "chat/ids.hpp"
#include "chat/person.hpp"

// What a network tells the owner of a session. The list is closed: a new alternative breaks every visitor until it is
// handled there (style.md 7).

namespace dragoman::chat {

/// Who sent a message or did something. `name` is empty for a server or service without a name in the room.
struct Author {
  PersonId person;
  std::string name;          ///< as shown
  std::string identity;      ///< stable over renames: the account where the network tells it, else the host
  bool self = false;         ///< our own account, from this or another client
  std::string relayed_by{};  ///< nickname of the bot that says what somebody said on another network; most are not
};

/// The session is usable: registered and logged in. Joins and messages are performed only after it.
struct Ready {
  std::string nickname;
  std::string text;  ///< for the status of the gateway, e.g. "connected as alice on Libera.Chat"
};
/// The session is not usable. `retry_at` empty: it will not try again by itself (bad password, banned).
struct Lost {
  Fault fault = Fault::unavailable;
  std::string text;
  std::optional<Instant> retry_at;
};

/// The whole room as it is now: sent after a join and after every rejoin.
struct RoomJoined {
  RoomId room;
  std::string name;  ///< as the network spells it
  NameId self;
  Standing standing;
  std::vector<Occupant> occupants;  ///< without ourselves
  std::string topic;
  std::string topic_author;
  std::optional<Timestamp> topic_time;
  bool logged = false;  ///< as RoomSettings::logged
};
struct RoomLeft {
  enum class Why { left, kicked, banned, lost, moved, refused, destroyed };
  RoomId room;
  Why why = Why::left;
  Fault fault = Fault::closed;  ///< for refused
  std::string actor;            ///< nickname of who did it
  std::string text;             ///< reason, in the network's own words
  RoomId moved_to;
  bool renamed = false;  ///< moved: it is the same room, and what was said in it goes along
};
/// The settings of a room as they are now: soon after RoomJoined, and whenever they change.
struct RoomChanged {
  RoomId room;
  Capabilities capabilities;
  RoomSettings settings;
  std::string picture{};  ///< as Profile::picture
  std::string name{};     ///< as RoomJoined::name; empty: it is what it was
};
struct TopicChanged {
  RoomId room;
  Author author;
  std::string topic;
  std::optional<Timestamp> time;
};
struct OccupantsJoined {
  RoomId room;
  std::vector<Occupant> occupants;
};
struct OccupantsLeft {  ///< a list: a netsplit is one event
  /// lost: not by anybody's will (netsplit, timeout, killed by an operator of the network).
  enum class Why { left, quit, kicked, banned, lost };
  RoomId room;
  std::vector<NameId> occupants;
  Why why = Why::left;
  std::string actor;
  std::string text;
  bool split = false;  ///< servers lost one another: more may follow, and all may come back
};
struct OccupantRenamed {
  RoomId room;
  NameId from, to;
  bool self = false;
  bool by_network = false;  ///< nobody here had asked for it (services, an operator of the network)
};
struct OccupantChanged {
  RoomId room;
  Occupant occupant;
  std::string actor;
};
struct SelfChanged {  ///< nickname or standing of ourselves, outside any room too
  std::string nickname;
  std::optional<RoomId> room;
  Standing standing;
  std::string text;  ///< for the status of the gateway, as in Ready; empty: what it was
};

struct MessageReceived {
  Conversation conversation;
  Author author;
  MessageId id;  ///< empty when the network names no messages
  Content content;
  std::optional<Timestamp> time;  ///< when the network says it was sent
  bool replayed = false;          ///< history, not live
};
// What the session did itself ends in its Done, and comes in none of the following; what the same account did elsewhere
// comes with author.self.

struct MessageEdited {
  Conversation conversation;
  Author author;
  MessageId id;
  MessageId edited;
  Content content;
};
struct MessageRetracted {
  Conversation conversation;
  Author author;
  MessageId retracted;
  std::string reason;
  bool by_moderator = false;
};
struct ReactionsChanged {  ///< the full set of one author
  Conversation conversation;
  Author author;
  MessageId message;
  std::vector<std::string> emoji;
  std::optional<Timestamp> time{};  ///< as far as the network says it
};
struct ReadUpTo {
  Conversation conversation;
  Author author;
  MessageId message;
  std::optional<Timestamp> time{};  ///< without a message: up to the newest one until then
};
struct Typing {
  Conversation conversation;
  Author author;
  bool typing = false;
};
struct HistoryGap {  ///< messages between these times were missed and cannot be fetched
  Conversation conversation;
  std::optional<Timestamp> since;
  std::optional<Timestamp> until;
};

struct PresenceChanged {  ///< of a contact
  PersonId person;
  Availability availability = Availability::available;
  std::string status;
  std::optional<Timestamp> idle_since{};  ///< where the network tells
};
/// Name, picture or other parts of the profile, of a contact or somebody in a room. Of people whose picture the owner
/// could not know yet it is said once, soon after they are a contact or in the room.
struct PersonChanged {
  PersonId person;
  Profile profile;
};
struct ContactsChanged {
  std::vector<Contact> added;
  std::vector<PersonId> removed;
};
/// Somebody wants to have the owner among their contacts; answered by AnswerContact, and asked again by the network
/// until then.
struct ContactAsked {
  PersonId person;
  std::string name;  ///< as they call themselves; empty: no other name
  std::string text;  ///< what they said to it
};
struct Invited {
  RoomId room;
  std::string room_name;
  Author author;
  std::string reason;
  std::string password;
};
struct CapabilitiesChanged {
  Capabilities capabilities;
};
/// Text for the owner from the network itself: MOTD, server notices, an unknown numeric.
struct Notice {
  std::string from;
  std::string text;
  std::optional<RoomId> room;  ///< when it is about one room
};

/// Evidence that a network took a message.
struct Sent {
  std::vector<MessageId> ids;  ///< the network's names for it, in order; empty when it has none
  std::optional<Timestamp> time;
  std::string text;  ///< what the network really shows, where it tells (IRC echo-message)
};
struct StandingList {
  std::vector<Ranked> entries;
};
struct RoomList {
  std::vector<RoomSummary> rooms;
  bool complete = true;
};
struct PeopleList {
  std::vector<FoundPerson> people;
  bool complete = true;
};
struct HistoryPage {
  std::vector<MessageReceived> messages;  ///< oldest first in each conversation, `replayed`
  bool complete = true;                   ///< the network has no more between the bounds
  /// To these messages, oldest first: where nothing newer was known to begin with (a GetHistory without a lower bound).
  /// Otherwise what was changed meanwhile follows as events.
  std::vector<ReactionsChanged> reactions{};
};
struct Nothing {};
struct Reply {
  std::string text;
};  ///< of Ping and Run
struct Picture {
  std::string bytes;  ///< small enough to stand beside a message: networks scale what is bigger than 64 KiB
};

using Answer =
    std::variant<Nothing, Sent, RoomList, PeopleList, StandingList, Form, HistoryPage, Profile, Reply, Picture>;

/// A command succeeded.
struct Done {
  CommandId command{};
  Answer answer;
};
/// A command did not succeed.
struct Failed {
  enum class Outcome {
    refused,   ///< the network said no; asking again changes nothing
    not_sent,  ///< nothing was written; may be performed again
    unsure,    ///< written, then the link died before the network said anything
  };
  CommandId command{};
  Outcome outcome = Outcome::refused;
  Fault fault = Fault::internal;
  std::string text;
  std::optional<std::chrono::seconds> retry_after;
  std::string code{};  ///< what the network calls the refusal, for programs: "404", "REDACT_FORBIDDEN"
};

using Event =
    std::variant<Ready, Lost, RoomJoined, RoomLeft, RoomChanged, TopicChanged, OccupantsJoined, OccupantsLeft,
                 OccupantRenamed, OccupantChanged, SelfChanged, MessageReceived, MessageEdited, MessageRetracted,
                 ReactionsChanged, ReadUpTo, Typing, HistoryGap, PresenceChanged, PersonChanged, ContactsChanged,
                 ContactAsked, Invited, CapabilitiesChanged, Notice, Done, Failed>;

}  // namespace dragoman::chat
