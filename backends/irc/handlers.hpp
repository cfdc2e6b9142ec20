#pragma once

#include <cstddef>
#include <string_view>

#include "backends/irc/message.hpp"
#include "backends/irc/state.hpp"

// What each message of a server does to a session. Rows stand beside their handlers, one table for each subject, so
// that a subject can be read alone; session.cpp looks them up.

namespace dragoman::backends::irc {

using Handle = void (*)(State& state, const Message& message, Effects& effects);
struct Handler {
  std::string_view command;
  std::size_t least_parameters;  ///< a message with fewer is ignored
  Handle handle;
};
struct HandlerTable {
  const Handler* first;
  std::size_t count;
};

/// For messages that tell nothing which the session does not know already.
inline void on_ignored(State&, const Message&, Effects&) {}

HandlerTable registration_handlers();
HandlerTable negotiation_handlers();
HandlerTable membership_handlers();
HandlerTable occupant_handlers();
HandlerTable identity_handlers();
HandlerTable account_handlers();
HandlerTable read_marker_handlers();
HandlerTable rename_handlers();
HandlerTable metadata_handlers();
HandlerTable topic_and_mode_handlers();
HandlerTable message_handlers();
HandlerTable redaction_handlers();
HandlerTable history_handlers();
HandlerTable query_handlers();
HandlerTable error_handlers();
HandlerTable contact_handlers();
HandlerTable bouncer_handlers();

/// messages.cpp: also of a message whose lines have come one by one.
void on_privmsg(State& state, const Message& message, Effects& effects);
void on_notice(State& state, const Message& message, Effects& effects);

/// What has no row of its own: error numerics by their table, everything else as text for the owner.
void on_other(State& state, const Message& message, Effects& effects);

/// The rest of a message's parameters as text for people, from `first` on.
std::string text_of(const Message& message, std::size_t first);

// registration.cpp
/// WEBIRC and CAP LS; over TLS also who we are.
void begin_registration(State& state, Effects& effects);
/// PASS, NICK, USER. In the clear not before the server could say that it wants TLS (STS).
void introduce(State& state, Effects& effects);
/// The server knows no CAP. False when the message does not say so.
bool has_no_capabilities(State& state, const Message& message, Effects& effects);
/// After the login has its result: CAP END, if it is owed.
void end_negotiation(State& state, Effects& effects);
void become_ready(State& state, Effects& effects);
/// As the server takes it, in whole characters.
std::string real_name(const State& state);
/// What the network can do may have changed.
void tell_capabilities(State& state, Effects& effects);
/// "connected as alice on Libera.Chat"
std::string status_of(const Link& link);
/// After 001 a server that never ends its MOTD counts as ready.
inline constexpr auto patience_for_motd = std::chrono::seconds{5};
inline constexpr auto registration_deadline = std::chrono::seconds{60};
/// In the clear a server has so long to answer CAP LS: more than the 5 s that hybrid and its kin look for a name and an
/// ident before they read anything, less than what a join may take.
inline constexpr auto patience_for_capabilities = std::chrono::seconds{8};
/// The answer to our NICK was no. True when it was about our nickname.
bool nickname_refused(State& state, const Message& message, Fault fault, Effects& effects);

// negotiation.cpp
/// The batch of 005 that was asked for before the welcome has ended.
void isupport_is_complete(State& state, Effects& effects);

// membership.cpp
/// Ends a netsplit, or the end of one, that was being collected.
void tell_net_join(State& state, Effects& effects);
void tell_split(State& state, Effects& effects);

// commands.cpp
void perform(State& state, chat::CommandId id, const chat::Command& command, Effects& effects);

}  // namespace dragoman::backends::irc
