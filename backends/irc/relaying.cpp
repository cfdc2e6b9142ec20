#include "backends/irc/relaying.hpp"

#include <algorithm>

#include "backends/irc/handlers.hpp"
#include "backends/irc/nickname.hpp"
#include "backends/irc/rooms.hpp"

namespace dragoman::backends::irc {

namespace {

std::size_t longest_name(const State& state) {
  return state.link.isupport->nick_length == 0 ? first_nick_length : state.link.isupport->nick_length;
}

/// The refusals of the command itself, and not of what was said.
bool concerns_relaying(const Message& message) {
  if (message.command == "FAIL") return message.param(0) == relay_verb;
  return message.command == "421" || message.command == "481" || message.command == "482";
}

}  // namespace

bool may_relay(const State& state, const Room& room, const chat::Content& content) {
  return !content.shown_author.empty() && content.kind != chat::Content::Kind::notice && !room.takes_no_relay &&
         state.link.caps.has(Cap::relaymsg);
}

std::string relayed_nickname(const State& state, const std::string& shown_author) {
  const std::string& separators = state.link.offered.relay_separators;
  const std::size_t most = longest_name(state);
  // Whose wish has no usable letter is told apart by what it was.
  const auto legal = [most](std::string_view name) { return legal_nickname(name, name, most); };
  if (separators.empty()) return legal(shown_author);
  const auto sign = shown_author.find_last_of(separators);
  if (sign == std::string::npos || sign == 0 || sign + 1 == shown_author.size()) {
    return legal(shown_author) + separators.front() + state.link.nickname;
  }
  const std::string_view shown{shown_author};
  return legal(shown.substr(0, sign)) + shown[sign] + legal(shown.substr(sign + 1));
}

void remember_relayed(State& state, Evidence::Slot slot, chat::CommandId command, const chat::SendMessage& message) {
  auto& relayed = state.link.made_past().relayed;
  std::erase_if(relayed,
                [&state](const FormattedMessage& each) { return !state.link.evidence.alive(each.slot, each.command); });
  relayed.push_back({slot, command, message});
}

bool say_as_ourselves(State& state, const Message& message, Effects& effects) {
  if (!concerns_relaying(message)) return false;
  const auto label = label_of(message);
  const auto slot = label ? state.link.evidence.find_label(*label) : state.link.evidence.find_verb(relay_verb);
  // Of another line of a message that is said as ourselves already.
  if (slot == Evidence::none) return message.command == "FAIL";
  auto& relayed = state.link.made_past().relayed;
  const auto found = std::find_if(relayed.begin(), relayed.end(), [&](const FormattedMessage& each) {
    return each.slot == slot && state.link.evidence.alive(slot, each.command);
  });
  if (found == relayed.end()) return false;
  const FormattedMessage again = std::move(*found);
  relayed.erase(found);
  Room* room = find_room(state, again.message.conversation.room);
  // A name that the server does not like is one name; everything else is about us.
  const bool only_the_name = message.param(1) == "INVALID_NICK";
  if (room != nullptr) room->takes_no_relay = true;
  perform(state, again.command, chat::Command{again.message}, effects);
  if (room != nullptr && only_the_name) room->takes_no_relay = false;
  // Only now: what of it still waits must not look like a line of the new one.
  state.link.evidence.give_up(slot);
  return true;
}

std::optional<std::string> relayer_of(const Message& message) {
  if (message.tags.find("relaymsg") == std::string_view::npos) return std::nullopt;
  for (const char* name : {"draft/relaymsg", "relaymsg", "overdrivenetworks.com/relaymsg"}) {
    if (auto bot = message.tag(name)) return bot;
  }
  return std::nullopt;
}

}  // namespace dragoman::backends::irc
