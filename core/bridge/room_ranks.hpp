#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/names.hpp"
#include "chat/event.hpp"

namespace dragoman::bridge {

/// Somebody who invites a guest into a room.
struct Invitation {
  std::string inviter;        ///< bare address, or "room@service/nickname" where the room names its people so
  bool through_room = false;  ///< the room has passed it on: whoever it was is in it (XEP-0045 7.8.2)
};

/// Whether somebody of this standing decides about a room: its moderators, administrators and owners.
bool decides(chat::Standing standing);

/// Who is in a room and which of them decide about it, as its network says.
class RoomRanks {
 public:
  /// `ours`: the room; events of others change nothing.
  void take(const chat::Event& event, const chat::RoomId& ours, const Names& names);
  bool knows(std::string_view nickname) const { return others_.find(nickname) != others_.end(); }
  /// Whether this occupant is a moderator, an administrator or an owner.
  bool decides(std::string_view nickname) const;

  enum class Proof {
    given,    ///< who invites is seen as one of those who decide
    lacking,  ///< is seen, and is none of them
    open,     ///< the room does not show who of its people that is
  };
  /// `room`: the address that an inviter may be written with. Where a room hides addresses, an invitation that it has
  /// passed on is proved if everybody whom it may have been from decides.
  Proof prove(const Invitation& invitation, std::string_view room) const;

 private:
  struct Occupant {
    chat::Standing standing;
    std::string account;  ///< empty: the room does not show it
  };
  void add(const chat::Occupant& occupant, const Names& names);

  std::map<std::string, Occupant, std::less<>> others_;  ///< by nickname
};

}  // namespace dragoman::bridge
