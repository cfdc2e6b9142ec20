#include "backends/irc/contacts.hpp"

#include <algorithm>
#include <iterator>

#include "backends/irc/address.hpp"
#include "backends/irc/formatting.hpp"
#include "backends/irc/handlers.hpp"
#include "backends/irc/raw_answer.hpp"
#include "backends/irc/regain.hpp"
#include "backends/irc/sending.hpp"
#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

using Seen = Contact::Seen;

constexpr std::size_t most_name_bytes = 400;  // in a line of 512, and in its answer
constexpr std::size_t most_watch_names = 12;  // each is a parameter of its own, and a line has 15
constexpr std::size_t most_polls = 100;       // unanswered: then the server is not asked more

Contact* find_contact(State& state, std::string_view nick) {
  if (state.contacts.empty()) return nullptr;
  const auto found = state.contacts.find(state.folded(nick));
  return found == state.contacts.end() ? nullptr : &found->second;
}

void tell(const Contact& contact, Effects& effects) {
  if (contact.person.empty()) return;
  chat::PresenceChanged changed;
  changed.person = contact.person;
  switch (contact.seen) {
    case Seen::unknown:
      return;
    case Seen::gone:
      changed.availability = chat::Availability::gone;
      break;
    case Seen::here:
      changed.availability = chat::Availability::available;
      break;
    case Seen::away:
      changed.availability = chat::Availability::away;
      changed.status = contact.text;
      break;
  }
  effects.tell(std::move(changed));
}

void see(Contact& contact, Seen seen, std::string text, Effects& effects) {
  if (contact.seen == seen && contact.text == text) return;
  contact.seen = seen;
  contact.text = std::move(text);
  tell(contact, effects);
}

/// Names joined to as few texts as fit a line each.
std::vector<std::string> packed(const std::vector<std::string>& names, char separator) {
  std::vector<std::string> texts;
  for (const std::string& name : names) {
    if (texts.empty() || texts.back().size() + 1 + name.size() > most_name_bytes) {
      texts.push_back(name);
    } else {
      (texts.back() += separator) += name;
    }
  }
  return texts;
}

void write_monitor(State& state, std::string_view sign, const std::vector<std::string>& names, Effects& effects) {
  for (const std::string& list : packed(names, ',')) {
    send(state, effects, {.urgency = Urgency::background}, "MONITOR", {sign, list});
  }
}

void write_watch(State& state, char sign, const std::vector<std::string>& names, Effects& effects) {
  std::vector<std::string> words;
  for (const std::string& name : names) words.push_back(sign + name);
  for (std::size_t next = 0; next < words.size();) {
    std::vector<std::string_view> middles;
    for (std::size_t bytes = 0; next < words.size() && middles.size() < most_watch_names; ++next) {
      bytes += words[next].size() + 1;
      if (bytes > most_name_bytes) break;
      middles.push_back(words[next]);
    }
    send(state, effects, {.urgency = Urgency::background}, "WATCH", middles);
  }
}

void write_list(State& state, char sign, const std::vector<std::string>& names, Effects& effects) {
  if (names.empty()) return;
  if (state.link.isupport->monitor) {
    write_monitor(state, {&sign, 1}, names, effects);
  } else if (state.link.isupport->watch) {
    write_watch(state, sign, names, effects);
  }
}

void ask(State& state, const std::vector<std::string>& names, Effects& effects) {
  auto& polls = state.link.contacts.polls;
  if (polls.size() >= most_polls) return;
  for (const std::string& list : packed(names, ' ')) {
    if (!send(state, effects, {.urgency = Urgency::background}, "ISON", {}, list)) continue;
    std::vector<std::string> folded;
    for (const std::string_view name : text::split(list, ' ')) folded.emplace_back(state.folded(name));
    polls.push_back(std::move(folded));
  }
}

/// A minute, a little more or less, so that the people of a gateway do not ask all at once.
Duration until_next_poll(const State& state) {
  const std::size_t chance = TextHash{}(state.login.owner) + state.link.contacts.rounds * std::size_t{2654435761};
  return std::chrono::seconds{50} + std::chrono::milliseconds{chance % 20'000};
}

/// The list of the server is full, or has no place for this one.
void poll_instead(State& state, std::string_view nick, Effects& effects) {
  Contact* contact = find_contact(state, nick);
  if (contact == nullptr || contact->polled) return;
  contact->polled = true;
  if (state.link.contacts.watched > 0) --state.link.contacts.watched;
  ask(state, {contact->nick}, effects);
  if (!state.link.contacts.next_poll) state.link.contacts.next_poll = effects.now + until_next_poll(state);
}

void forget(State& state, Contacts::iterator contact) {
  ContactWatch& watch = state.link.contacts;
  const std::string& nick = contact->second.nick;
  const bool is_written = std::erase(watch.added, nick) == 0;
  if (state.stage == Stage::ready && is_written && !contact->second.polled) watch.removed.push_back(nick);
  state.contacts.erase(contact);
}

void on_online(State& state, const Message& message, Effects& effects) {
  // 730 me :bob!b@host,carol!c@host
  for (const std::string_view target : text::split(message.last(), ',')) {
    contact_is_here(state, target.substr(0, target.find('!')), effects);
  }
}

void on_offline(State& state, const Message& message, Effects& effects) {
  for (const std::string_view target : text::split(message.last(), ',')) {
    contact_is_gone(state, target.substr(0, target.find('!')), effects);
  }
}

void on_list_full(State& state, const Message& message, Effects& effects) {
  // 734 me 30 bob,carol :Monitor list is full
  const std::string targets{message.param(2)};
  for (const std::string_view target : text::split(targets, ',')) poll_instead(state, target, effects);
}

void on_watch_full(State& state, const Message& message, Effects& effects) {
  // 512 me bob :Maximum size for WATCH-list is 128 entries
  poll_instead(state, message.param(1), effects);
}

void on_watch_online(State& state, const Message& message, Effects& effects) {
  // 600 and 604: me bob user host time :is online
  contact_is_here(state, message.param(1), effects);
}

void on_watch_away(State& state, const Message& message, Effects& effects) {
  // 597, 598 and 609: me bob user host time :at lunch
  contact_is_away(state, message.param(1), without_formatting(read_text(state, message.last())), effects);
}

void on_watch_back(State& state, const Message& message, Effects& effects) {
  contact_is_back(state, message.param(1), effects);
}

void on_watch_offline(State& state, const Message& message, Effects& effects) {
  contact_is_gone(state, message.param(1), effects);
}

void on_ison(State& state, const Message& message, Effects& effects) {
  auto& polls = state.link.contacts.polls;
  std::vector<std::string> there;
  for (const std::string_view name : text::split(message.last(), ' ')) {
    if (!name.empty()) there.emplace_back(state.folded(name));
  }
  const auto asked = [&](const std::string& name) {
    return std::find(polls.front().begin(), polls.front().end(), name) != polls.front().end();
  };
  if (polls.empty() || !std::all_of(there.begin(), there.end(), asked)) {
    const std::string text = text_of(message, 1);
    if (is_raw_answer(state, text)) return;  // the owner's own question
    return effects.tell(chat::Notice{decode_text(message.source), text, {}});
  }
  const std::vector<std::string> names = std::move(polls.front());
  polls.erase(polls.begin());
  for (const std::string& name : names) {
    const bool is_there = std::find(there.begin(), there.end(), name) != there.end();
    is_there ? contact_is_here(state, name, effects) : contact_is_gone(state, name, effects);
  }
}

constexpr Handler contact_rows[] = {
    {"303", 2, on_ison},          {"730", 2, on_online},       {"731", 2, on_offline},
    {"732", 0, on_ignored},       {"733", 0, on_ignored},      {"734", 3, on_list_full},
    {"600", 2, on_watch_online},  {"604", 2, on_watch_online}, {"601", 2, on_watch_offline},
    {"605", 2, on_watch_offline}, {"602", 0, on_ignored},      {"603", 0, on_ignored},
    {"597", 3, on_watch_away},    {"598", 3, on_watch_away},   {"609", 3, on_watch_away},
    {"599", 2, on_watch_back},    {"606", 0, on_ignored},      {"607", 0, on_ignored},
    {"512", 2, on_watch_full},
};

}  // namespace

HandlerTable contact_handlers() { return {contact_rows, std::size(contact_rows)}; }

void add_contact(State& state, chat::CommandId id, const chat::PersonId& person, Effects& effects) {
  const std::string nick = state.name_of(person);
  if (const auto valid = check_nickname(nick); !valid) {
    return effects.refused(id, valid.error().fault, valid.error().text);
  }
  const auto [at, is_new] = state.contacts.emplace(state.folded(nick), Contact{});
  at->second.person = person;
  effects.done(id);
  if (!is_new) return tell(at->second, effects);
  at->second.nick = nick;
  if (state.stage == Stage::ready) state.link.contacts.added.push_back(nick);
}

void watch_wished(State& state, const std::string& nick) {
  const auto [at, is_new] = state.contacts.emplace(state.folded(nick), Contact{});
  at->second.wished = true;
  if (!is_new) return;
  at->second.nick = nick;
  if (state.stage == Stage::ready) state.link.contacts.added.push_back(nick);
}

void unwatch_wished(State& state) {
  const auto found =
      std::find_if(state.contacts.begin(), state.contacts.end(), [](const auto& entry) { return entry.second.wished; });
  if (found == state.contacts.end()) return;
  found->second.wished = false;
  if (found->second.person.empty()) forget(state, found);
}

void remove_contact(State& state, chat::CommandId id, const chat::PersonId& person, Effects& effects) {
  effects.done(id);
  const auto found = state.contacts.find(state.folded(state.name_of(person)));
  if (found == state.contacts.end()) return;
  if (found->second.wished) {
    found->second.person = {};
    return;
  }
  forget(state, found);
}

void watch_all_contacts(State& state) {
  state.link.contacts = {};
  for (auto& [key, contact] : state.contacts) {
    contact.seen = Seen::unknown;
    contact.text.clear();
    contact.polled = false;
    state.link.contacts.added.push_back(contact.nick);
  }
  // In an order that is the same in every run.
  std::sort(state.link.contacts.added.begin(), state.link.contacts.added.end());
}

void write_contacts(State& state, Effects& effects) {
  ContactWatch& watch = state.link.contacts;
  if (watch.added.empty() && watch.removed.empty()) return;
  const auto offered = state.link.isupport->monitor ? state.link.isupport->monitor : state.link.isupport->watch;
  const std::vector<std::string> removed = std::move(watch.removed), added = std::move(watch.added);
  watch.removed.clear();
  watch.added.clear();
  watch.watched -= std::min(watch.watched, removed.size());
  write_list(state, '-', removed, effects);
  std::vector<std::string> watched, polled;
  for (const std::string& nick : added) {
    Contact* contact = find_contact(state, nick);
    if (contact == nullptr) continue;
    const std::size_t limit = offered.value_or(0);
    contact->polled = !offered || (limit != 0 && watch.watched >= limit);
    if (!contact->polled) ++watch.watched;
    (contact->polled ? polled : watched).push_back(nick);
  }
  write_list(state, '+', watched, effects);
  if (polled.empty()) return;
  ask(state, polled, effects);
  if (!watch.next_poll) watch.next_poll = effects.now + until_next_poll(state);
}

void poll_contacts(State& state, Effects& effects) {
  ContactWatch& watch = state.link.contacts;
  if (!watch.next_poll || *watch.next_poll > effects.now) return;
  ++watch.rounds;
  watch.next_poll.reset();
  std::vector<std::string> polled;
  for (const auto& [key, contact] : state.contacts) {
    if (contact.polled) polled.push_back(contact.nick);
  }
  if (polled.empty()) return;
  std::sort(polled.begin(), polled.end());
  ask(state, polled, effects);
  watch.next_poll = effects.now + until_next_poll(state);
}

std::optional<Instant> next_poll(const State& state) { return state.link.contacts.next_poll; }

void rekey_contacts(State& state) {
  Contacts contacts;
  contacts.swap(state.contacts);
  while (!contacts.empty()) {
    auto node = contacts.extract(contacts.begin());
    node.key() = state.folded(node.mapped().nick);
    state.contacts.insert(std::move(node));
  }
}

void contact_is_here(State& state, std::string_view nick, Effects& effects) {
  Contact* contact = find_contact(state, nick);
  // That somebody is away is told by other lines than that somebody is there.
  if (contact != nullptr && contact->seen != Seen::away) see(*contact, Seen::here, {}, effects);
}

void contact_is_gone(State& state, std::string_view nick, Effects& effects) {
  Contact* contact = find_contact(state, nick);
  if (contact == nullptr) return;
  see(*contact, Seen::gone, {}, effects);
  if (contact->wished) wished_name_is_free(state, effects);
}

void contact_is_back(State& state, std::string_view nick, Effects& effects) {
  if (Contact* contact = find_contact(state, nick)) see(*contact, Seen::here, {}, effects);
}

bool contact_is_away(State& state, std::string_view nick, const std::string& text, Effects& effects) {
  Contact* contact = find_contact(state, nick);
  if (contact != nullptr) see(*contact, Seen::away, text, effects);
  return contact != nullptr;
}

}  // namespace dragoman::backends::irc
