#include "backends/irc/after_connect.hpp"

#include <optional>
#include <span>
#include <string>

#include "backends/irc/message.hpp"
#include "backends/irc/sending.hpp"
#include "backends/irc/state.hpp"
#include "base/text.hpp"

namespace dragoman::backends::irc {

Result<void> check_after_connect(std::string_view line) {
  Message command;
  if (line.find_first_of(std::string_view{"\0\r\n", 3}) != std::string_view::npos || !parse(line, command) ||
      !command.source.empty() || !command.tags.empty()) {
    return failure(Fault::malformed, "not one IRC command: " + text::without_controls(line, false));
  }
  const std::string verb = text::ascii_lower(command.command);
  if (verb == "cap" || verb == "authenticate" || verb == "pass" || verb == "user" || verb == "nick" || verb == "quit") {
    return failure(Fault::unacceptable, "the gateway does this itself: " + std::string{command.command});
  }
  return {};
}

void say_after_connect(State& state, Effects& effects) {
  for (const std::string& line : state.login.after_connect) {
    Message command;
    if (!check_after_connect(line) || !parse(line, command)) continue;
    const bool text = command.count > 0 && line.find(" :") != std::string::npos;
    const std::span parameters{command.params.data(), command.count - (text ? 1 : 0)};
    // A line that is too long is not said; nothing waits for it.
    static_cast<void>(
        send(state, effects, {}, command.command, parameters, text ? std::optional{command.last()} : std::nullopt));
  }
}

}  // namespace dragoman::backends::irc
