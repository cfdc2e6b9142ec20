#pragma once

#include <optional>
#include <string_view>

#include "backends/irc/state.hpp"
#include "chat/person.hpp"

// What people say of themselves beside their nickname (ircv3.net: draft/metadata-2): name, picture, home page, status,
// pronouns.
//   C: METADATA * SUB display-name avatar
//   S: METADATA bob display-name * :Bob B.          a value, anew; without one it is gone

namespace dragoman::backends::irc {

/// A new link is ready: these keys are told from now on, and others are told a wished nickname that IRC cannot have.
void subscribe_metadata(State& state, Effects& effects);
/// What the server did not say at once, because it is so much, is asked for when it lets us.
void sync_metadata(State& state, Effects& effects);
std::optional<Instant> next_metadata_sync(const State& state);
/// Puts what is known of somebody into their profile.
void add_metadata(State& state, std::string_view nick, chat::Profile& profile);
/// The person has another nickname now.
void metadata_moves(State& state, std::string_view from, std::string_view to);

}  // namespace dragoman::backends::irc
