#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.hpp"

namespace dragoman::store {

/// Names a message row; grows with the order of acceptance, never reused. 0: none. Below 0: from the past of a room,
/// learnt later (Store::add_in_front).
using RowId = std::int64_t;

enum class Direction : std::uint8_t { to_network = 0, to_person = 1 };

/// Where a message is on its way (reliability.md 3.3). Numbers are stored: never renumber.
enum class State : std::uint8_t {
  queued = 0,     ///< accepted; may or may not have been written to the other side yet
  delivered = 1,  ///< with the other side's own evidence
  returning = 2,  ///< refused or expired; the error to the sender is not confirmed yet
  returned = 3,   ///< the sender has the error
  held = 4,       ///< set aside for the operator
};

/// One accepted message: queue entry, archive entry, id map and evidence in one row.
struct Message {
  RowId id = 0;
  std::string network;  ///< jid of the [[network]]
  std::string owner;    ///< bare JID, or the name of a bridge
  Direction direction = Direction::to_network;
  State state = State::queued;
  std::string room;  ///< chat::Conversation
  std::string person;
  std::string author;      ///< shown name; to_network: the full JID that sent it
  std::string stanza_id;   ///< XMPP id (origin), copied into the reflection and into errors
  std::string network_id;  ///< the network's own id: evidence, or what came with it
  Timestamp accepted{};    ///< when the row was made
  Timestamp sent{};        ///< when the network says it was sent; epoch: unknown
  std::optional<Timestamp> expires;
  std::string content;  ///< serialised by delivery; empty when same_as is set
  RowId same_as = 0;    ///< the row that holds the content: one line seen by many people is stored once
};

/// What is learnt about a row later.
struct Evidence {
  RowId first = 0, last = 0;  ///< inclusive range; one row: first == last
  State state = State::delivered;
  std::string network_id;   ///< set when not empty (one row only)
  Timestamp sent{};         ///< set when not the epoch
  std::string content{};    ///< what the network really shows, serialised; set when not empty (one row only)
  std::string stanza_id{};  ///< set when not empty (one row only)
  bool amends = false;      ///< the state stays as it is by then: only content and stanza_id are new (one row only)
};

}  // namespace dragoman::store
