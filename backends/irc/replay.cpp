#include "backends/irc/replay.hpp"

#include <algorithm>
#include <iterator>

#include "backends/irc/translate.hpp"

namespace dragoman::backends::irc {

namespace {
/// Clocks of servers differ.
constexpr auto difference = std::chrono::seconds{10};
}  // namespace

bool is_in_history(const State& state, const Message& message) {
  const Batches& batches = state.link.batches;
  if (batches.empty() || message.tags.empty()) return false;
  return batches.has(message, "chathistory") || batches.has(message, "znc.in/playback");
}

bool is_replayed(const State& state, const Message& message) { return is_replayed(state, message, time_of(message)); }

bool is_replayed(const State& state, const Message& message, std::optional<Timestamp> time) {
  if (message.tags.empty()) return false;
  if (is_in_history(state, message)) return true;
  return time && *time + difference < state.link.connected_utc;
}

bool is_event_of_the_past(const State& state, const Message& message) {
  static constexpr std::string_view said[] = {"PRIVMSG", "NOTICE", "TAGMSG", "REDACT", "BATCH", "CHATHISTORY"};
  if (std::find(std::begin(said), std::end(said), message.command) != std::end(said)) return false;
  return is_in_history(state, message);
}

}  // namespace dragoman::backends::irc
