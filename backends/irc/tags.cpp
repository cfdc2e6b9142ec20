#include "backends/irc/tags.hpp"

#include <algorithm>

#include "backends/irc/address.hpp"
#include "backends/irc/client_tags.hpp"
#include "backends/irc/history.hpp"
#include "backends/irc/replay.hpp"
#include "backends/irc/rooms.hpp"
#include "backends/irc/sending.hpp"
#include "backends/irc/translate.hpp"

namespace dragoman::backends::irc {

namespace {

// ircv3.net/specs/client-tags/typing
constexpr auto between_typing = std::chrono::seconds{3};
constexpr auto after_active = std::chrono::seconds{6};
constexpr auto after_paused = std::chrono::seconds{30};
constexpr std::size_t most_writers = 100;
constexpr std::size_t longest_reaction = 100;  // bytes; an emoji of several people has 35

bool has(const std::vector<std::string>& set, const std::string& emoji) {
  return std::find(set.begin(), set.end(), emoji) != set.end();
}

void typing_changed(const State& state, const chat::PersonId& person, bool typing, Effects& effects) {
  chat::Typing event;
  event.conversation.person = person;
  event.author.person = person;
  event.author.name = decode_text(state.name_of(person));
  event.typing = typing;
  effects.tell(std::move(event));
}

void on_typing(State& state, const Message& message, std::string_view value, Effects& effects) {
  const chat::PersonId person = state.person_id(split_source(message.source).nick);
  stopped_typing(state, person);
  if (value == "active") typing_changed(state, person, true, effects);
  if (value == "paused" || value == "done") typing_changed(state, person, false, effects);
  auto& writers = state.link.writers;
  if (value == "active" && writers.size() < most_writers) writers.push_back({person, effects.now + after_active});
  if (value == "paused" && writers.size() < most_writers) writers.push_back({person, effects.now + after_paused});
}

void on_reaction(State& state, const Message& message, const std::string& reply, const std::string& emoji, bool added,
                 Effects& effects) {
  if (emoji.size() > longest_reaction || reply.size() > longest_reaction) return;
  const Source source = split_source(message.source);
  const bool self = state.is_me(source.nick);
  chat::ReactionsChanged changed;
  const std::string_view target = message.param(0);
  if (state.link.isupport->is_channel(target)) {
    const Room* room = find_room(state, target);
    if (room == nullptr) return;
    changed.conversation.room = room->id;
  } else {
    changed.conversation.person = state.person_id(self ? target : source.nick);
  }
  changed.author = author_of(state, message);
  changed.message.text = reply;
  changed.time = time_of(message);
  const std::string who{state.folded(source.nick)};
  const std::vector<std::string> before = state.reactions.change().of(reply, who);
  changed.emoji = state.reactions.change().change(reply, who, decode_text(emoji), added);
  if (is_replayed(state, message) && changed.emoji == before) return;
  if (!is_answer(state, message, chat::Event{changed})) effects.tell(std::move(changed));
}

}  // namespace

std::vector<std::string>& ReactionBook::of(const std::string& message, std::string_view who) {
  std::string key = message + ' ' + std::string{who};
  const auto known = sets_.find(key);
  if (known != sets_.end()) return known->second;
  if (order_.size() >= most) {
    sets_.erase(order_[next_]);
    order_[next_] = key;
    next_ = (next_ + 1) % most;
  } else {
    order_.push_back(key);
  }
  return sets_[std::move(key)];
}

const std::vector<std::string>& ReactionBook::change(const std::string& message, std::string_view who,
                                                     const std::string& emoji, bool added) {
  std::vector<std::string>& set = of(message, who);
  if (!added) std::erase(set, emoji);
  if (added && set.size() < most_of_one && !has(set, emoji)) set.push_back(emoji);
  return set;
}

void set_typing(State& state, chat::CommandId id, const chat::SetTyping& typing, std::string_view nick,
                Effects& effects) {
  effects.done(id);
  Link& link = state.link;
  if (!link.caps.has(Cap::message_tags)) return;
  const std::string folded = fold(link.isupport->casemap, nick);
  const bool again = typing.typing && link.typed_to == folded && effects.now - link.typed_at < between_typing;
  if (again) return;
  link.typed_to = typing.typing ? folded : std::string{};
  link.typed_at = effects.now;
  const std::string tag = write_tag(ClientTag::typing, typing.typing ? "active" : "done");
  // An error (nobody of that name) would be about nothing that anybody has said.
  send(state, effects, {.urgency = Urgency::background, .labelled = true, .tags = tag}, "TAGMSG", {nick});
}

void react(State& state, chat::CommandId id, const chat::React& react, std::string_view target, Effects& effects) {
  std::vector<std::string>& had = state.reactions.change().of(react.message.text, state.folded(state.link.nickname));
  std::vector<std::string> tags;
  const std::string reply = write_tag(ClientTag::reply, react.message.text) + ';';
  for (const std::string& emoji : had) {
    if (!has(react.emoji, emoji)) tags.push_back(reply + write_tag(ClientTag::unreact, emoji));
  }
  for (const std::string& emoji : react.emoji) {
    if (!has(had, emoji)) tags.push_back(reply + write_tag(ClientTag::react, emoji));
  }
  had = react.emoji;
  if (tags.empty()) return effects.done(id, chat::Sent{});
  const std::string folded = fold(state.link.isupport->casemap, target);
  const auto slot = state.link.evidence.open({id, Concerns::message, Evidence::Answer::sent, "TAGMSG", folded, {}},
                                             static_cast<std::uint32_t>(tags.size()));
  for (const std::string& each : tags) {
    const auto sent = send(state, effects, {Urgency::message, folded, slot, true, each}, "TAGMSG", {target});
    if (!sent) return state.link.evidence.refuse(slot, sent.error().fault, sent.error().text, effects);
  }
}

void on_tags(State& state, const Message& message, Effects& effects) {
  const bool self = state.is_me(split_source(message.source).nick);
  if (const auto reply = read_tag(message, ClientTag::reply)) {
    if (const auto emoji = read_tag(message, ClientTag::react)) {
      on_reaction(state, message, *reply, *emoji, true, effects);
    }
    if (const auto emoji = read_tag(message, ClientTag::unreact)) {
      on_reaction(state, message, *reply, *emoji, false, effects);
    }
  }
  if (self || !state.is_me(message.param(0)) || is_replayed(state, message)) return;
  if (const auto typing = read_tag(message, ClientTag::typing)) on_typing(state, message, *typing, effects);
}

void expire_typing(State& state, Effects& effects) {
  auto& writers = state.link.writers;
  for (std::size_t i = 0; i < writers.size();) {
    if (writers[i].until > effects.now) {
      ++i;
      continue;
    }
    typing_changed(state, writers[i].person, false, effects);
    writers.erase(writers.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

std::optional<Instant> next_typing_deadline(const State& state) {
  std::optional<Instant> next;
  for (const Writer& writer : state.link.writers) {
    if (!next || writer.until < *next) next = writer.until;
  }
  return next;
}

void stopped_typing(State& state, const chat::PersonId& person) {
  std::erase_if(state.link.writers, [&person](const Writer& writer) { return writer.person == person; });
}

}  // namespace dragoman::backends::irc
