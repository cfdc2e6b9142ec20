#pragma once

#include <string>

namespace dragoman::chat {

/// Somebody wants a person of a network in a room that is none of this network (XEP-0045 7.8.2, XEP-0249).
struct InvitedElsewhere {
  std::string person;         ///< unescaped localpart of the address that is invited
  std::string room;           ///< address, bare
  std::string inviter;        ///< bare address, or that of an occupant where the room says no more
  bool through_room = false;  ///< passed on by the room: `inviter` is what the room says
  std::string password;       ///< of the room
};

/// A network whose people can go to rooms of others (hooks). Asked of a Network by dynamic_cast: hardly any has it.
class Invitable {
 public:
  /// False: nobody of this name could go anywhere.
  virtual bool on_invited(const InvitedElsewhere& invitation) = 0;

 protected:
  ~Invitable() = default;
};

}  // namespace dragoman::chat
