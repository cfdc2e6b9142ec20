#pragma once

#include <string>
#include <string_view>

#include "backends/irc/modes.hpp"
#include "backends/irc/state.hpp"

// Bans: who is meant by a mask, and which KICK belongs to one.

namespace dragoman::backends::irc {

/// A +b or -b of the channel's list.
void note_ban(State& state, const Room& room, const ModeChange& change, const std::string& actor, Instant now);
/// We come into the channel (again): what was banned before may have been taken back since.
void forget_bans(State& state, const Room& room);
/// A KICK: true when a ban of this person came shortly before it in the same channel.
bool was_banned(const State& state, const Room& room, std::string_view nick, const std::string& actor, Instant now);

/// What to ban when `nick` is to be kept out: the host where it is known, never one that we share.
std::string ban_mask(const State& state, std::string_view nick);
/// True when a mask of the list is for this person.
bool bans(const State& state, std::string_view mask, std::string_view nick);

/// The account that an extended ban is for (ircv3.net: account-extban, "$R:bob"); empty: it is for none.
std::string_view account_of(const Isupport& isupport, std::string_view mask);

}  // namespace dragoman::backends::irc
