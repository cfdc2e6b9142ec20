#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "backends/irc/account_login.hpp"
#include "backends/irc/address.hpp"
#include "backends/irc/contact.hpp"
#include "backends/irc/link.hpp"
#include "backends/irc/reactions.hpp"
#include "backends/irc/room.hpp"
#include "backends/irc/shared.hpp"
#include "base/lazy.hpp"
#include "chat/capabilities.hpp"
#include "chat/person.hpp"

// What a session knows. The behaviour is in one file for each subject: registration, negotiation, rooms, membership,
// topic_and_modes, messages, queries, errors, commands, sending.

namespace dragoman::backends::irc {

/// A join is answered within 15 s, also when the last second is spent on the way.
inline constexpr auto answer_deadline = std::chrono::seconds{14};

enum class Stage { offline, registering, ready, stopped };

struct State {
  State(const Shared& the_shared, Login the_login) : shared(the_shared), login(std::move(the_login)) {}

  const Shared& shared;
  Login login;
  Stage stage = Stage::offline;
  std::string trouble;  ///< why there is no link, for those who wait
  Fault trouble_fault = Fault::unavailable;
  std::optional<Instant> no_link_before;   ///< offline: when the next one is tried
  Rooms rooms;                             ///< by folded name
  std::size_t waiting = 0;                 ///< joins, leaves and rejoins with a deadline, over all rooms
  std::string away;                        ///< "" = here
  bool absent = false;                     ///< nobody is there, and has said nothing of it
  std::optional<Timestamp> heard_until{};  ///< when the last link that was ready said something last
  Contacts contacts;                       ///< by folded nickname
  Lazy<ReactionBook> reactions;
  bool told_of_losses = false;      ///< as in a room, of messages to people
  bool nickname_was_taken = false;  ///< the last link ended because of it: the next join may wish another one
  chat::Capabilities told_capabilities;
  Link link;
  std::string scratch;  ///< for folding without allocation

  chat::RoomId room_id(std::string_view channel) const { return irc::room_id(channel, shared.suffix); }
  chat::PersonId person_id(std::string_view nick) const { return irc::person_id(nick, shared.suffix); }
  /// Whoever is known by this identity on another server is somebody else.
  std::string occupant_id(std::string_view identity) const {
    return shared.occupant_id(std::string{identity} + shared.suffix);
  }
  /// The bytes that IRC knows a room or person by.
  template <class Id>
  std::string name_of(const Id& id) const {
    return decode(without_suffix(id.text, shared.suffix));
  }
  bool is_me(std::string_view nick) const { return same(link.isupport->casemap, nick, link.nickname); }
  std::string_view folded(std::string_view name) {
    fold(link.isupport->casemap, name, scratch);
    return scratch;
  }
};

}  // namespace dragoman::backends::irc
