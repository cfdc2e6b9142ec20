#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "backends/irc/message.hpp"
#include "backends/irc/state.hpp"

// What was said before (ircv3.net: chathistory), asked for page by page; what comes of it is kept until the last page.

namespace dragoman::backends::irc {

/// The server can be asked for it: batches tell an answer from what is live, times where it belongs.
inline bool has_history(const CapSet& caps) {
  return caps.has(Cap::chathistory) && caps.has(Cap::batch) && caps.has(Cap::server_time);
}

/// `target`: channel or nickname; empty: all people.
void get_history(State& state, chat::CommandId id, const chat::GetHistory& get, const std::string& target,
                 Effects& effects);

/// A line within the answer to a question of ours, whatever it says.
void note_history_line(State& state, const Message& message);
/// Part of the answer to a question of ours: kept for it. False: not part of any.
bool is_answer(State& state, const Message& message, const chat::MessageReceived& received);
bool is_answer(State& state, const Message& message, chat::Event about);

/// A batch opens, or has been closed.
void history_begins(State& state, std::string_view reference, const Message& message);
void history_ends(State& state, std::string_view reference, Effects& effects);
/// The label of our question came back with nothing.
bool history_acknowledged(State& state, std::uint32_t label, Effects& effects);
/// FAIL, or an error numeric. False: not of our question.
bool history_refused(State& state, const Message& message, Fault fault, const std::string& text, Effects& effects);

/// The link is gone.
void history_lost(const State& state, const Ending& ending, Effects& effects);
void expire_history(State& state, Effects& effects);
std::optional<Instant> next_history_deadline(const State& state);

}  // namespace dragoman::backends::irc
