#pragma once

#include <string>

#include "base/result.hpp"
#include "chat/command.hpp"
#include "chat/event.hpp"

namespace dragoman::backends {

/// Somebody of a network who is in a room of another one: a hook in an XMPP room, an IRC channel, a room of Matrix.
struct Visit {
  std::string guest;  ///< localpart of whoever it is: "ci"
  std::string room;   ///< address, as RoomDesk::find gives it: "dev@conference.example.org", "#tea@irc.example.org"
  auto operator<=>(const Visit&) const = default;
};

/// The room of a visit to a bridge: "bridge:dev". Such a guest is in all of the bridge's rooms.
inline std::string bridge_room(const std::string& bridge) { return "bridge:" + bridge; }
/// The name of the bridge; empty: it is a room.
inline std::string bridge_in(const std::string& room) {
  return room.starts_with("bridge:") ? room.substr(7) : std::string{};
}

/// Something that was said in a room where a guest is.
struct HeardInRoom {
  const chat::Event& event;  ///< one of the four that are messages
  std::string network;       ///< kind of the room's network: "xmpp", "irc"
  std::string address;       ///< of who said it, where it is known: bare
  std::string occupant_id;
  std::string nickname;   ///< of the guest in the room
  bool to_guest = false;  ///< it is about something that the guest has said there
};

/// A network that has guests in rooms elsewhere hears of them so.
class HasGuests {
 public:
  /// The room wants the guest; `by`: who has let it in.
  virtual void on_welcome(const Visit& visit, const std::string& by) = 0;
  /// It is in the room and may not speak there: what it says waits until it may. `network`: kind of the room's.
  virtual void on_no_voice(const Visit& visit, const std::string& nickname, const std::string& network) = 0;
  /// It is not in the room any more, and does not try to be.
  virtual void on_shut_out(const Visit& visit, const std::string& why) = 0;
  virtual void on_heard(const Visit& visit, const HeardInRoom& heard) = 0;
  virtual void on_came_or_went(const Visit& visit, const std::string& nickname, bool here) = 0;
  virtual void on_topic(const Visit& visit, const std::string& nickname, const std::string& topic) = 0;

 protected:
  ~HasGuests() = default;
};

/// Rooms of all networks of this program, and XMPP rooms elsewhere, as the guests of one network enter them.
class RoomDesk {
 public:
  struct Found {
    std::string address;        ///< in its one form
    bool by_invitation = true;  ///< an XMPP room elsewhere: it is entered when somebody invites the guest
  };
  /// Faults: malformed, not_found (no such network here), not_allowed.
  virtual Result<Found> find(const std::string& address) const = 0;
  /// Whether a bridge of this program takes the guest when this person (a bare JID) brings it; a visit to it has the
  /// room bridge_room(bridge). Faults: not_found (no such bridge), forbidden, conflict (the guest is in another one).
  virtual Result<void> may_bridge(const std::string& bridge, const std::string& guest, const std::string& by) const = 0;

  struct Entry {
    bool welcome = false;  ///< the room has wanted it before; else it waits inside until a moderator wants it
    std::string owner;  ///< bare JID: is believed to speak for the room where they are seen moderating it; of a bridge
                        ///< who has brought the guest
    std::string inviter;  ///< as chat::InvitedElsewhere; empty: nobody
    bool through_room = false;
    std::string password;
  };
  /// Goes into the room, and again after restarts of networks; the guest's host hears what comes of it.
  virtual void enter(const Visit& visit, const Entry& entry) = 0;
  /// Another invitation of a guest that waits in the room. False: it is not there.
  virtual bool invited(const Visit& visit, const std::string& inviter, bool through_room) = 0;
  virtual void leave(const Visit& visit) = 0;

  /// Of what is said: `about` names what is edited or answered of the guest's own, `answers` whose message is answered,
  /// `alone` who hears it alone (nicknames).
  struct Words {
    chat::Command command;
    std::string id, about, answers, alone;
  };
  virtual void say(const Visit& visit, const Words& words) = 0;
  /// How it is there, in words; empty: it is not.
  virtual std::string state_of(const Visit& visit) const = 0;

 protected:
  ~RoomDesk() = default;
};

/// A network whose people may be guests elsewhere. Asked of a chat::Network by dynamic_cast: hardly any is one.
class SendsGuests {
 public:
  /// Before the network is started; `desk` outlives it.
  virtual void set_desk(RoomDesk& desk) = 0;
  virtual HasGuests& guests() = 0;
  /// The room of its own in which one of them is heard: "ci" -> "#ci".
  virtual chat::RoomId room_of_guest(const std::string& guest) const = 0;

 protected:
  ~SendsGuests() = default;
};

}  // namespace dragoman::backends
