#pragma once

#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>

#include "backends/irc/line_writer.hpp"
#include "backends/irc/state.hpp"
#include "backends/irc/translate.hpp"

namespace dragoman::backends::irc {

struct Sending {
  Urgency urgency = Urgency::command;
  std::string_view target = {};  ///< folded; lines to one target keep their order
  Evidence::Slot slot = Evidence::none;
  bool labelled = false;
  std::string_view tags = {};  ///< client_tags.hpp; only where the server takes them
};

/// Writes a line, or queues it while the server has not answered those before it. Nothing is written when the result is
/// an error.
Result<void> send(State& state, Effects& effects, Sending how, std::string_view command,
                  std::span<const std::string_view> middles, std::optional<std::string_view> text = std::nullopt);
inline Result<void> send(State& state, Effects& effects, Sending how, std::string_view command,
                         std::initializer_list<std::string_view> middles,
                         std::optional<std::string_view> text = std::nullopt) {
  return send(state, effects, how, command, std::span{middles.begin(), middles.size()}, text);
}
/// Writes or queues a message of several lines as one (ircv3.net: multiline): nothing else may stand between them, and
/// it has one answer.
Result<void> send_batch(State& state, Effects& effects, Sending how, std::string_view target,
                        std::span<const BatchLine> lines);
/// Past the flood control, for lines that the server waits for or that cannot fail: PONG, NICK of our own making.
void send_now(State& state, Effects& effects, std::string_view command, std::initializer_list<std::string_view> middles,
              std::optional<std::string_view> text = std::nullopt);

/// What AWAY says now: "*" for whoever is not there where the server knows it (ircv3.net: draft/pre-away), else the
/// text.
std::string away_text(const State& state);
/// The reverse: what others read of somebody who is away.
std::string read_away(const State& state, std::string_view text);

/// Writes what waits and may leave now.
void pump(State& state, Effects& effects);
/// At the end of a turn: the PING that stands for what was written in it.
void ask_for_evidence(State& state, Effects& effects);
/// When a line of the queue may leave without an answer of the server; nothing when none waits.
std::optional<Instant> next_leave(State& state, Instant now);

/// The longest line here, with CR LF: ISUPPORT LINELEN or 512.
std::size_t limit_of(const State& state);
/// Bytes of text that others can receive from us in one `command` to `target`.
std::size_t budget_of(const State& state, std::size_t command, std::size_t target);

}  // namespace dragoman::backends::irc
