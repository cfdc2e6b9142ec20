#pragma once

#include <functional>
#include <string>

#include "base/result.hpp"
#include "chat/ids.hpp"

namespace dragoman::backends {

/// A room of XMPP, and the room of a network that somebody there has asked for by a name that means it.
struct Portal {
  std::string xmpp_room;  ///< bare address, "tea@rooms.example.org"
  chat::RoomId room;      ///< of the network
  bool operator==(const Portal&) const = default;
};

/// What makes a portal more than a room of the network: a bridge, as `bridge add` makes it.
class PortalDesk {
 public:
  /// Some bridge has both rooms already: the file's, or one that was made before.
  virtual bool is_tied(const Portal& portal) const = 0;
  using Opened = std::function<void(Result<void>)>;
  /// Enters the XMPP room, if it is one that everybody may find and enter; nothing is told to anybody yet. `opened` is
  /// called once, maybe from inside, and never after the network was told to stop. Within half a minute tie() or
  /// give_up() has to follow. Faults: malformed, not_found (no such room), members_only, unauthorized (a password),
  /// forbidden (hidden, banned), conflict (it is in another bridge, or one of the gateway's own); limited, timeout,
  /// unavailable and closed may be otherwise soon.
  virtual void open(const Portal& portal, Opened opened) = 0;
  /// The network's room is there as well: the two are a bridge from now on, over restarts too. Fault::not_found: it is
  /// not open any more.
  virtual Result<void> tie(const Portal& portal) = 0;
  /// The network's room could not be made: the XMPP room is left.
  virtual void give_up(const Portal& portal) = 0;

 protected:
  ~PortalDesk() = default;
};

/// A network that makes rooms for rooms of XMPP. Asked of a chat::Network by dynamic_cast: hardly any is one.
class MakesPortals {
 public:
  /// Before the network is started; `desk` outlives it.
  virtual void set_portal_desk(PortalDesk& desk) = 0;
  /// The bridge of a portal was removed. `by_moderators`: those of one of its rooms wanted that, not the operator.
  virtual void on_portal_gone(const Portal& portal, bool by_moderators) = 0;

 protected:
  ~MakesPortals() = default;
};

}  // namespace dragoman::backends
