#include "backends/irc/redact.hpp"

#include <algorithm>
#include <array>

#include "backends/irc/message.hpp"

namespace dragoman::backends::irc {

namespace {

enum class Hide { nothing, text, all };

/// Anything not named here could carry what a person wrote.
Hide hidden_part(std::string_view command) {
  static constexpr std::array<std::string_view, 12> open{"PING", "PONG", "CAP",   "NICK",  "JOIN",  "MODE",
                                                         "WHO",  "LIST", "BATCH", "WHOIS", "NAMES", "ERROR"};
  static constexpr std::array<std::string_view, 10> with_target{"PRIVMSG", "NOTICE", "TOPIC", "KICK",   "PART",
                                                                "QUIT",    "AWAY",   "USER",  "INVITE", "TAGMSG"};
  if (std::find(open.begin(), open.end(), command) != open.end()) return Hide::nothing;
  if (std::find(with_target.begin(), with_target.end(), command) != with_target.end()) return Hide::text;
  const bool numeric =
      command.size() == 3 && std::all_of(command.begin(), command.end(), [](char c) { return c >= '0' && c <= '9'; });
  return numeric ? Hide::text : Hide::all;
}

std::string bytes(std::size_t count) { return "<" + std::to_string(count) + " bytes>"; }

}  // namespace

std::string redacted(std::string_view line) {
  Message message;
  if (!parse(line, message)) return {};
  std::string out;
  if (!message.source.empty()) (out += ':') += std::string{message.source} + ' ';
  out += message.command;
  const Hide hide = hidden_part(message.command);
  // Channel keys: behind the channels of a JOIN, and behind a mode k.
  std::size_t first_key = Message::most_params;
  if (message.command == "JOIN") first_key = 1;
  if (message.command == "MODE" && message.param(1).find('k') != std::string_view::npos) first_key = 2;
  if (message.command == "324" && message.param(2).find('k') != std::string_view::npos) first_key = 3;
  for (std::size_t i = 0; i < message.count; ++i) {
    out += ' ';
    const bool last = i + 1 == message.count;
    if (hide == Hide::all || (hide == Hide::text && last) || i >= first_key) {
      out += bytes(message.params[i].size());
    } else {
      out += message.params[i];
    }
  }
  return out;
}

}  // namespace dragoman::backends::irc
