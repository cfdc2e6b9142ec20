#include "backends/irc/fit_line.hpp"

#include <string>
#include <string_view>
#include <utility>

#include "backends/irc/ctcp.hpp"
#include "backends/irc/message.hpp"
#include "backends/irc/sending.hpp"
#include "backends/irc/split.hpp"
#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

constexpr std::string_view action = "ACTION";

/// The same tags with another label.
std::string front_of(std::string_view tags, std::uint32_t label) {
  if (tags.empty()) return {};
  std::string front = "@";
  if (label != 0) front += "label=" + std::to_string(label) + (tags.find(';') == std::string_view::npos ? "" : ";");
  const std::size_t others = label == 0 ? 0 : std::min(tags.find(';'), tags.size() - 1) + 1;
  return front.append(tags.substr(others)).append(" ");
}

}  // namespace

void fit_line(State& state, QueuedLine& line) {
  Message message;
  const std::string whole = line.bytes.substr(0, line.bytes.find("\r\n"));
  const bool one_line = whole.size() + 2 == line.bytes.size();
  if (!one_line || line.slot == Evidence::none || !parse(whole, message) || message.count != 2) return;
  if (message.command != "PRIVMSG" && message.command != "NOTICE") return;
  const std::size_t budget = budget_of(state, message.command.size(), message.param(0).size());
  if (message.param(1).size() <= budget) return;
  const auto ctcp = parse_ctcp(message.param(1));
  if (ctcp && ctcp->command != action) return;
  const std::string_view text = ctcp ? ctcp->text : message.param(1);
  const std::size_t around = ctcp ? make_ctcp(action, "x").size() - 1 : 0;
  const auto pieces = split_text(text, budget - std::min(around, budget));
  if (pieces.size() < 2) return;
  const auto with = [&](std::string_view part, std::uint32_t label, QueuedLine& made) {
    const std::string said = ctcp ? make_ctcp(action, part) : std::string{part};
    made.bytes = front_of(message.tags, label);
    made.bytes.append(message.command).append(" ").append(message.param(0)).append(" :").append(said).append("\r\n");
    made.label = label;
    if (!line.text.empty()) made.text = said;
  };
  QueuedLine rest;
  rest.slot = line.slot;
  rest.command = line.command;
  rest.goes_on = true;
  with(text.substr(pieces.front().size()), line.label == 0 ? 0 : ++state.link.last_label, rest);
  const std::string target{state.folded(message.param(0))};
  QueuedLine first = line;
  with(pieces.front(), line.label, first);
  state.link.evidence.one_line_more(line.slot);
  state.link.queue.give_back(target, std::move(rest));
  line = std::move(first);
}

}  // namespace dragoman::backends::irc
