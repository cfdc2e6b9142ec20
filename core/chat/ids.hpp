#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace dragoman::chat {

/// An opaque identifier: only the network that made it reads it; everybody else compares, stores and returns it.
template <class Tag>
struct OpaqueId {
  std::string text;

  OpaqueId() = default;
  explicit OpaqueId(std::string value) : text(std::move(value)) {}
  bool empty() const { return text.empty(); }
  const std::string& str() const { return text; }
  auto operator<=>(const OpaqueId&) const = default;
};

using RoomId = OpaqueId<struct RoomTag>;        ///< a room of a network, canonical (IRC: the case-folded channel)
using PersonId = OpaqueId<struct PersonTag>;    ///< a person of a network
using MessageId = OpaqueId<struct MessageTag>;  ///< a message, as the network names it (IRC: msgid)
using AccountId = OpaqueId<struct AccountTag>;  ///< an account of an owner on a network

/// Where a message belongs: a room, a person, or a person inside a room (a MUC private message).
struct Conversation {
  RoomId room;      ///< empty: a person outside any room
  PersonId person;  ///< empty: the room as a whole
  auto operator<=>(const Conversation&) const = default;

  bool is_room() const { return person.empty(); }
  bool is_private_in_room() const { return !room.empty() && !person.empty(); }
};

/// Names one command until its Done or Failed; made by the owner, unique in the process.
enum class CommandId : std::uint64_t {};

}  // namespace dragoman::chat

template <class Tag>
struct std::hash<dragoman::chat::OpaqueId<Tag>> {
  std::size_t operator()(const dragoman::chat::OpaqueId<Tag>& id) const noexcept {
    return std::hash<std::string>{}(id.text);
  }
};

template <>
struct std::hash<dragoman::chat::Conversation> {
  std::size_t operator()(const dragoman::chat::Conversation& conversation) const noexcept {
    const std::hash<std::string> of;
    return of(conversation.room.text) * 31 + of(conversation.person.text);
  }
};
