#include "backends/irc/typing.hpp"

#include <algorithm>

#include "backends/irc/client_tags.hpp"
#include "backends/irc/replay.hpp"
#include "backends/irc/rooms.hpp"
#include "backends/irc/sending.hpp"

namespace dragoman::backends::irc {

namespace {

// ircv3.net/specs/client-tags/typing
constexpr auto between_typing = std::chrono::seconds{3};
constexpr auto after_active = std::chrono::seconds{6};
constexpr auto after_paused = std::chrono::seconds{30};
/// Early enough for a link that is slow.
constexpr auto until_said_again = std::chrono::seconds{4};
/// A client that is gone does not take back that its person writes.
constexpr auto longest_typing = std::chrono::seconds{60};
constexpr std::size_t most_writers = 100;

void typing_changed(const State& state, const chat::Conversation& conversation, const chat::PersonId& person,
                    bool typing, Effects& effects) {
  chat::Typing event;
  event.conversation = conversation;
  event.author.person = person;
  event.author.name = decode_text(state.name_of(person));
  event.typing = typing;
  effects.tell(std::move(event));
}

void say_typing(State& state, bool active, Effects& effects) {
  const std::string tag = write_tag(ClientTag::typing, active ? "active" : "done");
  state.link.typing.told_at = effects.now;
  // An error (nobody of that name) would be about nothing that anybody has said.
  send(state, effects, {.urgency = Urgency::background, .labelled = true, .tags = tag}, "TAGMSG",
       {state.link.typing.target});
}

/// When "active" has to be said again.
std::optional<Instant> said_again_at(const TypingState& typing) {
  if (typing.target.empty() || typing.told_at + until_said_again >= typing.since + longest_typing) return std::nullopt;
  return typing.told_at + until_said_again;
}

}  // namespace

void set_typing(State& state, chat::CommandId id, const chat::SetTyping& typing, std::string_view target,
                Effects& effects) {
  effects.done(id);
  if (!state.link.caps.has(Cap::message_tags)) return;
  if (typing.conversation.is_room() && !state.shared.typing_in_channels) return;
  TypingState& ours = state.link.typing;
  const std::string folded = fold(state.link.isupport->casemap, target);
  ours.since = effects.now;
  const bool goes_on = typing.typing && ours.folded == folded;
  if (goes_on && effects.now - ours.told_at < between_typing) return;
  ours.target = target;
  ours.folded = folded;
  say_typing(state, typing.typing, effects);
  if (!typing.typing) has_spoken(state, folded);
}

void has_spoken(State& state, std::string_view folded) {
  TypingState& ours = state.link.typing;
  if (ours.folded != folded) return;
  ours.target.clear();
  ours.folded.clear();
}

bool typing_is_refused(State& state, std::string_view target) {
  const std::string& told = state.link.typing.folded;
  if (told.empty() || state.folded(target) != told) return false;
  has_spoken(state, std::string{told});
  return true;
}

void on_typing(State& state, const Message& message, std::string_view value, Effects& effects) {
  const Source source = split_source(message.source);
  if (state.is_me(source.nick) || is_replayed(state, message)) return;
  const chat::PersonId person = state.person_id(source.nick);
  chat::Conversation conversation;
  if (state.link.isupport->is_channel(message.param(0))) {
    const Room* room = find_room(state, message.param(0));
    NameId name;
    if (!state.shared.typing_in_channels || state.login.deaf || room == nullptr) return;
    if (room->phase != Room::Phase::joined || !find_source(state, *room, source.nick, name)) return;
    conversation.room = room->id;
  } else if (state.is_me(message.param(0))) {
    conversation.person = person;
  } else {
    return;
  }
  stopped_typing(state, conversation, person);
  if (value == "active") typing_changed(state, conversation, person, true, effects);
  if (value == "paused" || value == "done") typing_changed(state, conversation, person, false, effects);
  auto& writers = state.link.typing.writers;
  if (writers.size() >= most_writers) return;
  if (value == "active") writers.push_back({conversation, person, effects.now + after_active});
  if (value == "paused") writers.push_back({conversation, person, effects.now + after_paused});
}

void stopped_typing(State& state, const chat::Conversation& conversation, const chat::PersonId& person) {
  std::erase_if(state.link.typing.writers, [&](const TypingState::Writer& writer) {
    return writer.person == person && writer.conversation == conversation;
  });
}

void expire_typing(State& state, Effects& effects) {
  auto& writers = state.link.typing.writers;
  for (std::size_t i = 0; i < writers.size();) {
    if (writers[i].until > effects.now) {
      ++i;
      continue;
    }
    typing_changed(state, writers[i].conversation, writers[i].person, false, effects);
    writers.erase(writers.begin() + static_cast<std::ptrdiff_t>(i));
  }
  if (const auto again = said_again_at(state.link.typing); again && *again <= effects.now) {
    say_typing(state, true, effects);
  }
}

std::optional<Instant> next_typing_deadline(const State& state) {
  std::optional<Instant> next = said_again_at(state.link.typing);
  for (const TypingState::Writer& writer : state.link.typing.writers) {
    if (!next || writer.until < *next) next = writer.until;
  }
  return next;
}

}  // namespace dragoman::backends::irc
