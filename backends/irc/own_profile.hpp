#pragma once

#include <string>
#include <string_view>

#include "backends/irc/state.hpp"

// What a person tells of themselves in XMPP, on IRC: the real name (ircv3.net: setname) and, where the server has it,
// draft/metadata-2. It is kept over lost links.

namespace dragoman::backends::irc {

/// `nickname` or `full_name` is the real name, unless one was chosen for this account, and `display-name`; `avatar_url`
/// and `url` are `avatar` and `homepage`. What is empty is taken back. Without a link, or where the server cannot
/// change it, the next link has it.
void set_profile(State& state, chat::CommandId id, const chat::SetProfile& wish, Effects& effects);

/// The profile as a hub keeps it over restarts, "display-name Alice L." a line, and back into a login. Nothing to keep:
/// empty.
std::string write_profile(const chat::Profile& profile);
void read_profile(std::string_view kept, Login& login);

/// What the metadata of a new link begin with.
Metadata metadata_to_tell(const State& state);

}  // namespace dragoman::backends::irc
