#include "backends/irc/bouncer.hpp"

#include <algorithm>
#include <cstdio>
#include <iterator>

#include "backends/irc/formatting.hpp"
#include "backends/irc/handlers.hpp"
#include "backends/irc/raw_answer.hpp"
#include "backends/irc/sending.hpp"
#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

constexpr std::size_t most_listed = 100, longest_attribute = 200;

std::string readable(std::string_view value) {
  return std::string{text::cut(without_formatting(decode_text(unescape_tag(value))), longest_attribute)};
}

/// "name=Libera;state=connected"; what is not named stays as it was.
void read_attributes(BouncerNetwork& network, std::string_view attributes) {
  for (const std::string_view each : text::split(attributes, ';')) {
    const auto mark = each.find('=');
    const std::string_view key = each.substr(0, mark);
    const std::string value = mark == std::string_view::npos ? std::string{} : readable(each.substr(mark + 1));
    if (key == "name") network.name = value;
    if (key == "host" && network.name.empty()) network.name = value;
    if (key == "state") network.state = value;
    if (key == "error") network.error = value;
  }
}

void on_bouncer(State& state, const Message& message, Effects&) {
  // BOUNCER NETWORK 42 name=Libera;state=connected, or * when it is gone
  if (!text::ascii_iequals(message.param(0), "NETWORK")) return;
  auto& networks = state.link.made_past().networks;
  const std::string id = readable(message.param(1));
  const auto known =
      std::find_if(networks.begin(), networks.end(), [&id](const BouncerNetwork& each) { return each.id == id; });
  if (message.param(2) == "*") {
    if (known != networks.end()) networks.erase(known);
  } else if (known != networks.end()) {
    read_attributes(*known, message.param(2));
  } else if (networks.size() < most_listed) {
    read_attributes(networks.emplace_back(BouncerNetwork{id, {}, {}, {}}), message.param(2));
  }
}

void on_persistence(State& state, const Message& message, Effects& effects) {
  // PERSISTENCE STATUS wanted effective
  if (!text::ascii_iequals(message.param(0), "STATUS")) return;
  // Told by itself it is for nobody to read; who has asked waits for it.
  if (state.link.evidence.find_verb("PERSISTENCE") == Evidence::none) return;
  const bool stays = text::ascii_iequals(message.param(2), "ON");
  const std::string text = stays ? "The network keeps you in your channels while you are not connected."
                                 : "The network takes you out of your channels when you are not connected.";
  if (!is_raw_answer(state, text)) effects.tell(chat::Notice{{}, text, {}});
}

constexpr Handler bouncer_rows[] = {{"BOUNCER", 3, on_bouncer}, {"PERSISTENCE", 3, on_persistence}};

}  // namespace

HandlerTable bouncer_handlers() { return {bouncer_rows, std::size(bouncer_rows)}; }

void bind_to_network(State& state, Effects& effects) {
  const std::string& wanted = state.login.bouncer_network;
  if (wanted.empty() || !state.link.caps.has(Cap::bouncer_networks)) return;
  send_now(state, effects, "BOUNCER", {"BIND", wanted});
}

bool bouncer_refused(State& state, const Message& message, Effects& effects) {
  if (message.param(0) != "BOUNCER" || state.stage != Stage::registering) return false;
  // Not into another network than the person believes to be in.
  const std::string text = "the bouncer does not have the network \"" + state.login.bouncer_network +
                           "\": " + without_formatting(decode_text(message.last()));
  const bool unknown = message.param(1) == "INVALID_NETID";
  effects.ending = Ending{unknown ? Fault::not_found : Fault::unacceptable, text, Farewell::Retry::never};
  return true;
}

std::string list_networks(const State& state) {
  std::string lines;
  if (!state.link.past) return lines;
  for (const BouncerNetwork& each : state.link.past->networks) {
    if (!lines.empty()) lines += '\n';
    lines += each.id + ": " + each.name;
    const std::string& what = each.error.empty() ? each.state : each.error;
    if (!what.empty()) lines += " (" + what + ')';
  }
  return lines;
}

void networks_are_listed(State& state, Effects& effects) {
  const std::string lines = list_networks(state);
  if (!state.login.bouncer_network.empty() || state.link.isupport->bound_to_network || lines.empty()) return;
  effects.tell(
      chat::Notice{{},
                   "This bouncer has several networks, and you are connected to none of them. Enter the number "
                   "of one as \"Network of the bouncer\" in the command \"configure\":\n" +
                       lines,
                   {}});
}

void ask_playback(State& state, Effects& effects) {
  if (!state.heard_until || !state.link.caps.has(Cap::playback)) return;
  const auto milliseconds = state.heard_until->time_since_epoch().count();
  char since[32];
  std::snprintf(since, sizeof since, "%lld.%03lld", static_cast<long long>(milliseconds / 1000),
                static_cast<long long>(milliseconds % 1000));
  send(state, effects, {}, "PRIVMSG", {"*playback"}, "PLAY * " + std::string{since});
}

}  // namespace dragoman::backends::irc
