#pragma once

#include <string>
#include <string_view>

#include "backends/irc/handlers.hpp"
#include "backends/irc/query.hpp"
#include "backends/irc/state.hpp"
#include "chat/command.hpp"

// Searching for people: WHO with a mask, which servers compare with nicknames, names, hosts and more, and WHOIS for
// what is a nickname as it stands, because WHO does not show everybody to everybody (RFC 2812 3.6.1: +i).

namespace dragoman::backends::irc {

/// Ends in a PeopleList of those whose nickname or real name fits; what has come when the deadline does is better than
/// an error.
void search_people(State& state, chat::CommandId id, const chat::SearchPeople& search, Effects& effects);
/// A row of WHO or the first one of WHOIS, which may be of somebody who is searched for.
void somebody_was_shown(State& state, std::string_view nick, std::string_view real_name);
/// ngIRCd says in a NOTICE that it lists no more: "WHO list limit (25) reached!". False when it is about nothing of
/// ours.
bool search_was_cut(State& state, std::string_view notice);
/// The rows for this mask are complete; nothing happens when it was no search.
void end_search(State& state, std::string_view mask, Effects& effects);

}  // namespace dragoman::backends::irc
