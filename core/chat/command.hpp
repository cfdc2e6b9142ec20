#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "chat/content.hpp"
#include "chat/form.hpp"
#include "chat/ids.hpp"
#include "chat/person.hpp"

// What an owner asks of a network. Every command ends in exactly one Done or Failed.

namespace dragoman::chat {

struct JoinRoom {
  RoomId room;
  std::string nickname;  ///< wished; the network may decide otherwise
  std::string password;
};
struct LeaveRoom {
  RoomId room;
  std::string text;
};
/// Changes settings of a room. Names that every network shares: "topic_locked", "moderated", "members_only", "hidden"
/// (booleans), "password" (empty: none), "limit" (of people, empty: none); others are the network's own. A missing name
/// leaves that setting alone.
struct ConfigureRoom {
  RoomId room;
  Fields fields;
};
struct SetStanding {
  RoomId room;
  std::string nickname;  ///< or `mask`, for somebody who is not there
  std::string mask;
  std::optional<Role> role;
  std::optional<Affiliation> affiliation;
  std::string reason;
};
struct SetTopic {
  RoomId room;
  std::string topic;
};
struct SetNickname {
  std::string nickname;
  std::string part{};  ///< of the network (Network::part_of), as in all commands that name neither room nor person
  RoomId room{};       ///< where it was asked for: a network whose nicknames are those of a room changes it there alone
};
struct SetProfile {
  Profile profile;
};
struct SetPresence {
  Availability availability = Availability::available;
  std::string status;
  std::optional<Timestamp> idle_since{};  ///< for networks with Feature::idle_time
};
struct Invite {
  RoomId room;
  PersonId person;
  std::string reason;
};
struct DeclineInvite {
  RoomId room;
  PersonId inviter;
  std::string reason;
};
/// Asks those who can for the right to speak in a moderated room.
struct RequestVoice {
  RoomId room;
};
struct AddContact {
  PersonId person;
  std::string name;
};
struct RemoveContact {
  PersonId person;
};
/// To a ContactAsked.
struct AnswerContact {
  PersonId person;
  bool accept = false;
};
struct Block {
  PersonId person;
  bool blocked = true;
};

/// Names one message whenever it is performed, after a restart too, for networks that take what has the same key only
/// once; 0: it has none.
using OnceKey = std::uint64_t;

struct SendMessage {
  Conversation conversation;
  Content content;
  OnceKey key{};
};
struct EditMessage {
  Conversation conversation;
  MessageId edited;
  Content content;
  OnceKey key{};
};
struct RetractMessage {
  Conversation conversation;
  MessageId retracted;
  std::string reason;
  bool as_moderator = false;  ///< of somebody else's message, or in the name of the room
  OnceKey key{};
};
/// The full set of one person: what is missing is taken away.
struct React {
  Conversation conversation;
  MessageId message;
  std::vector<std::string> emoji;
  OnceKey key{};
};

struct SetTyping {
  Conversation conversation;
  bool typing = false;
};
struct MarkRead {
  Conversation conversation;
  MessageId message;
  std::optional<Timestamp> time{};  ///< of the message, as the network told it
};
struct ListRooms {
  std::string filter;
  std::size_t limit = 0;
  std::string part{};
  RoomId inside{};  ///< a list of rooms (RoomSummary::is_list) whose rooms are wanted; empty: those of the network
};
/// Finds people by a part of their nickname or name; "*" and "?" are wildcards, and then the whole has to fit.
struct SearchPeople {
  std::string text;
  std::size_t limit = 0;
  std::string part{};
};
struct ListStandings {
  RoomId room;
  std::optional<Role> role;
  std::optional<Affiliation> affiliation;
};
/// The settings of a room as a form, filled with what they are now; names as in ConfigureRoom. What this person may not
/// change is still shown.
struct GetRoomForm {
  RoomId room;
};
/// What the network still has of a conversation, or with an empty one of all people outside rooms; for networks with
/// Feature::history. Ends in a HistoryPage with the newest messages that fit, about: a network may know messages by
/// their time alone, so that some may come again that are known. What was taken back is not among them; what took back
/// others, and reactions, follow as events, when it was asked `since` or `after` something.
struct GetHistory {
  Conversation conversation;
  MessageId before{}, after{};                ///< exclusive; empty: no bound, or the time alone
  std::optional<Timestamp> since{}, until{};  ///< the same bounds by the time of the network
  std::size_t limit = 0;  ///< most messages of a conversation, at most 1000; 0: as the network likes
};
struct GetProfile {
  PersonId person;
};
/// A picture by the name that the network has given it; ends in a Picture.
struct GetPicture {
  std::string picture;
};
/// One's own, for networks with Feature::set_picture.
struct SetPicture {
  std::string bytes;  ///< PNG, JPEG, GIF or WebP; empty: none any more
};
struct Ping {
  PersonId person;  ///< empty: the network itself
  std::string part{};
};
/// Asks somebody's client about itself; ends in a Reply with the text as it gave it.
struct AskClient {
  enum class What { software, time };
  PersonId person;
  What what = What::software;
};
struct Run {
  std::string line;
  std::string part{};
};  ///< in the network's own language, by its account's owner

using Command =
    std::variant<JoinRoom, LeaveRoom, ConfigureRoom, SetStanding, SetTopic, SetNickname, SetProfile, SetPresence,
                 Invite, DeclineInvite, RequestVoice, AddContact, RemoveContact, AnswerContact, Block, SendMessage,
                 EditMessage, RetractMessage, React, SetTyping, MarkRead, ListRooms, SearchPeople, ListStandings,
                 GetRoomForm, GetHistory, GetProfile, GetPicture, SetPicture, Ping, AskClient, Run>;

}  // namespace dragoman::chat
