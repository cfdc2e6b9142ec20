#pragma once

#include <cstdint>

namespace dragoman::chat {

/// XEP-0045 5.1 and 5.2, which every network's ranks are mapped to.
enum class Role : std::uint8_t { none, visitor, participant, moderator };
enum class Affiliation : std::uint8_t { outcast, none, member, admin, owner };

/// What somebody may do in a room. 4 bytes: membership lists hold one beside each name.
struct Standing {
  Role role = Role::participant;
  Affiliation affiliation = Affiliation::none;
  bool away = false;
  bool operator==(const Standing&) const = default;
};

}  // namespace dragoman::chat
