#pragma once

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
};
struct SetProfile {
  Profile profile;
};
struct SetPresence {
  Availability availability = Availability::available;
  std::string status;
};
struct Invite {
  RoomId room;
  PersonId person;
  std::string reason;
};
struct DeclineInvite {
  RoomId room;
  std::string reason;
};
struct AddContact {
  PersonId person;
  std::string name;
};
struct RemoveContact {
  PersonId person;
};
struct AnswerContact {
  PersonId person;
  bool accept = false;
};
struct Block {
  PersonId person;
  bool blocked = true;
};

struct SendMessage {
  Conversation conversation;
  Content content;
};
struct EditMessage {
  Conversation conversation;
  MessageId edited;
  Content content;
};
struct RetractMessage {
  Conversation conversation;
  MessageId retracted;
  std::string reason;
};
struct React {
  Conversation conversation;
  MessageId message;
  std::vector<std::string> emoji;
};

struct SetTyping {
  Conversation conversation;
  bool typing = false;
};
struct MarkRead {
  Conversation conversation;
  MessageId message;
};
struct ListRooms {
  std::string filter;
  std::size_t limit = 0;
};
struct SearchPeople {
  std::string text;
  std::size_t limit = 0;
};
struct ListStandings {
  RoomId room;
  std::optional<Role> role;
  std::optional<Affiliation> affiliation;
};
struct GetRoomForm {
  RoomId room;
};
struct GetHistory {
  Conversation conversation;
  MessageId before, after;
  std::optional<Timestamp> since, until;
  std::size_t limit = 0;
};
struct GetProfile {
  PersonId person;
};
struct Ping {
  PersonId person;
};  ///< empty: the network itself
struct Run {
  std::string line;
};  ///< in the network's own language, by its account's owner

using Command = std::variant<JoinRoom, LeaveRoom, ConfigureRoom, SetStanding, SetTopic, SetNickname, SetProfile,
                             SetPresence, Invite, DeclineInvite, AddContact, RemoveContact, AnswerContact, Block,
                             SendMessage, EditMessage, RetractMessage, React, SetTyping, MarkRead, ListRooms,
                             SearchPeople, ListStandings, GetRoomForm, GetHistory, GetProfile, Ping, Run>;

}  // namespace dragoman::chat
