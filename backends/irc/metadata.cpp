#include "backends/irc/metadata.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <utility>

#include "backends/irc/address.hpp"
#include "backends/irc/formatting.hpp"
#include "backends/irc/handlers.hpp"
#include "backends/irc/own_profile.hpp"
#include "backends/irc/sending.hpp"
#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

/// More people than anybody talks with; then it begins anew.
constexpr std::size_t most_people = 2000;
constexpr std::size_t longest_value = 500;
/// In the order in which they are wanted, where a server takes only so many.
constexpr auto keys =
    std::to_array<std::string_view>({"display-name", "avatar", "homepage", "status", "pronouns", "url"});

/// maxsub of "maxsub=50,maxkey=20": how many keys a client may be told of.
std::size_t most_subscriptions(std::string_view terms) {
  for (const std::string_view pair : text::split(terms, ',')) {
    if (!pair.starts_with("maxsub=")) continue;
    std::size_t most = 0;
    const std::string_view digits = pair.substr(7);
    if (std::from_chars(digits.data(), digits.data() + digits.size(), most).ec == std::errc{}) return most;
  }
  return keys.size();
}

/// Nothing of it is believed that could not be a link.
std::string link_in(const std::string& value) {
  return value.starts_with("https://") || value.starts_with("http://") ? value : std::string{};
}

void fill_in(chat::Profile& profile, const Metadata& known) {
  const auto value = [&known](std::string_view key) {
    const auto found = known.find(key);
    return found == known.end() ? std::string{} : found->second;
  };
  if (const std::string name = value("display-name"); !name.empty()) profile.nickname = name;
  // The size of a picture may be left open: "https://example.com/avatar/{size}/alice.png".
  std::string avatar = link_in(value("avatar"));
  if (const auto open = avatar.find("{size}"); open != std::string::npos) avatar.replace(open, 6, "192");
  if (!avatar.empty()) profile.avatar_url = avatar;
  std::string home = link_in(value("homepage"));
  if (home.empty()) home = link_in(value("url"));
  if (!home.empty()) profile.url = home;
  for (const auto& [key, label] : {std::pair{"status", "Status: "}, std::pair{"pronouns", "Pronouns: "}}) {
    const std::string text = value(key);
    if (text.empty()) continue;
    if (!profile.description.empty()) profile.description += '\n';
    profile.description += label + text;
  }
}

void learn(State& state, std::string_view target, std::string_view key, std::string_view value, Effects& effects) {
  if (state.link.isupport->is_channel(target) || target == "*" || state.is_me(target)) return;
  const std::string name = text::ascii_lower(key);
  if (std::find(keys.begin(), keys.end(), name) == keys.end()) return;
  auto& people = state.link.metadata.change();
  if (people.size() >= most_people) people.clear();
  Metadata& known = people[std::string{state.folded(target)}];
  const std::string text{text::cut(without_formatting(decode_text(value)), longest_value)};
  const bool news = text.empty() ? known.erase(name) > 0 : std::exchange(known[name], text) != text;
  if (!news) return;
  chat::PersonChanged changed;
  changed.person = state.person_id(target);
  fill_in(changed.profile, known);
  effects.tell(std::move(changed));
}

void on_metadata(State& state, const Message& message, Effects& effects) {
  // METADATA target key visibility [:value]
  learn(state, message.param(0), message.param(1), message.param(3), effects);
}

void on_key_value(State& state, const Message& message, Effects& effects) {
  // 761 me target key visibility [:value]
  learn(state, message.param(1), message.param(2), message.param(4), effects);
}

void on_whois_key_value(State& state, const Message& message, Effects& effects) {
  // 760 me target key visibility :value, within a WHOIS
  learn(state, message.param(1), message.param(2), message.param(4), effects);
}

void on_sync_later(State& state, const Message& message, Effects& effects) {
  // 774 me target [seconds]: so much is known of these that we have to ask, and not before.
  constexpr unsigned longest = 3600;
  unsigned seconds = 0;
  const std::string_view digits = message.param(2);
  std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
  auto& syncs = state.link.metadata_syncs;
  if (syncs.size() >= most_people) return;
  syncs.emplace_back(effects.now + std::chrono::seconds{std::min(seconds, longest)}, std::string{message.param(1)});
}

constexpr Handler metadata_rows[] = {
    {"METADATA", 3, on_metadata},   {"761", 4, on_key_value}, {"774", 2, on_sync_later},
    {"760", 4, on_whois_key_value}, {"762", 0, on_ignored},   {"766", 0, on_ignored},
    {"770", 0, on_ignored},         {"771", 0, on_ignored},   {"772", 0, on_ignored},
};

}  // namespace

HandlerTable metadata_handlers() { return {metadata_rows, std::size(metadata_rows)}; }

void subscribe_metadata(State& state, Effects& effects) {
  Link& link = state.link;
  if (!link.caps.has(Cap::metadata)) return;
  for (const auto& [key, value] : metadata_to_tell(state)) {
    send(state, effects, {.urgency = Urgency::background}, "METADATA", {"*", "SET", key}, value);
  }
  const std::size_t most = std::min(most_subscriptions(link.offered.metadata_terms), keys.size());
  if (most == 0) return;
  std::vector<std::string_view> words{"*", "SUB"};
  words.insert(words.end(), keys.begin(), keys.begin() + static_cast<std::ptrdiff_t>(most));
  send(state, effects, {.urgency = Urgency::background}, "METADATA", words);
}

void sync_metadata(State& state, Effects& effects) {
  auto& syncs = state.link.metadata_syncs;
  for (const auto& [due, target] : syncs) {
    if (due <= effects.now) send(state, effects, {.urgency = Urgency::background}, "METADATA", {target, "SYNC"});
  }
  std::erase_if(syncs, [&effects](const auto& sync) { return sync.first <= effects.now; });
}

std::optional<Instant> next_metadata_sync(const State& state) {
  std::optional<Instant> next;
  for (const auto& [due, target] : state.link.metadata_syncs) {
    if (!next || due < *next) next = due;
  }
  return next;
}

void add_metadata(State& state, std::string_view nick, chat::Profile& profile) {
  const auto& people = *state.link.metadata;
  const auto known = people.find(std::string{state.folded(nick)});
  if (known != people.end()) fill_in(profile, known->second);
}

void metadata_moves(State& state, std::string_view from, std::string_view to) {
  if (state.link.metadata->empty()) return;
  auto& people = state.link.metadata.change();
  auto node = people.extract(std::string{state.folded(from)});
  if (node.empty()) return;
  node.key() = state.folded(to);
  people.erase(node.key());
  people.insert(std::move(node));
}

}  // namespace dragoman::backends::irc
