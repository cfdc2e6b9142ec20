#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "backends/irc/message.hpp"
#include "backends/irc/state.hpp"

// ircv3.net: relaymsg. A bot says in a channel what somebody said elsewhere, under their name:
//   RELAYMSG #tea smith/bridge :hello
// Others see "smith/bridge" speak, with a tag that names the bot. Where the server does not let us, the name stands in
// the text.

namespace dragoman::backends::irc {

inline constexpr std::string_view relay_verb = "RELAYMSG";

/// Whether this is said for somebody (Content::shown_author) and can be said under their name here.
bool may_relay(const State& state, const Room& room, const chat::Content& content);
/// What others see: a legal nickname, and where the server has separators one of them and our own nickname behind it;
/// an author "smith/xmpp" has one already.
std::string relayed_nickname(const State& state, const std::string& shown_author);

/// What was said under another name, should the server refuse it.
void remember_relayed(State& state, Evidence::Slot slot, chat::CommandId command, const chat::SendMessage& message);
/// The server does not let us speak under another name: it is said as ourselves, and what follows in that channel too,
/// until our rank changes. False when the refusal was about something else.
bool say_as_ourselves(State& state, const Message& message, Effects& effects);

/// The nickname of the bot that has relayed a message; nothing: it is somebody's own.
std::optional<std::string> relayer_of(const Message& message);

}  // namespace dragoman::backends::irc
