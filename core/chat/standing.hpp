#pragma once

#include <cstdint>
#include <string>

namespace dragoman::chat {

/// XEP-0045 5.1 and 5.2, which every network's ranks are mapped to.
enum class Role : std::uint8_t { none, visitor, participant, moderator };
enum class Affiliation : std::uint8_t { outcast, none, member, admin, owner };

/// A rank by the name that the network has for it: "Operator" of an IRC channel, "Moderator" at a power level of 50.
struct Rank {
  std::string uri;  ///< the same for this rank in every room of every such network
  std::string title;
};

/// What somebody may do in a room. 4 bytes: membership lists hold one beside each name.
struct Standing {
  Role role = Role::participant;
  Affiliation affiliation = Affiliation::none;
  bool away : 1 = false;
  bool bot : 1 = false;            ///< the network says that this is a program
  bool network_staff : 1 = false;  ///< helps to run the network, beyond this room
  std::uint8_t rank = 0;           ///< place in Description::ranks, counted from 1; 0: none that has a name
  bool operator==(const Standing&) const = default;
};

}  // namespace dragoman::chat
