#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "chat/content.hpp"
#include "gateway/annotation.hpp"
#include "gateway/to_stanza.hpp"
#include "store/archive.hpp"

namespace dragoman::gateway {

/// Younger than this is live: a delay stamp would only make clients sort by two clocks.
inline constexpr auto live = std::chrono::seconds{10};

/// A message of a room that owns its texts: one of its archive, or one that was put off.
struct RoomMessage {
  store::RowId row = 0;  ///< 0: a line of the room itself, which no archive has
  std::string resource;  ///< of the author, prepared and escaped
  std::string id, origin_id, stanza_id, occupant_id, thread_parent;
  Timestamp said{};
  std::optional<Timestamp> delay;
  chat::Content content;
  std::optional<Annotation> about;

  RoomMessage() = default;
  RoomMessage(const OutgoingMessage& message, const chat::Content& what, store::RowId of_row);
  /// As it is written; views into this.
  OutgoingMessage shown() const;
};

/// How the author of a row was shown. Old rows of own messages do not say it: `own_nick` is as good as any then.
std::string shown_resource(const store::Message& row, std::string_view own_nick);
/// The message as it was live, or what is left of it. Nothing when it cannot be read. `room`: its address.
std::optional<RoomMessage> read_room_message(const store::Message& row, std::string_view own_nick,
                                             std::string_view room);
/// False: its sender wanted no archive to keep it (XEP-0334). It is a row only until it is delivered.
bool may_be_kept(const store::Message& row);
/// The id of a message from the network: the network's own where it has one.
std::string incoming_id(const store::Message& row);

}  // namespace dragoman::gateway
