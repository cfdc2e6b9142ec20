#include "backends/irc/tags.hpp"

#include <algorithm>

#include "backends/irc/address.hpp"
#include "backends/irc/client_tags.hpp"
#include "backends/irc/history.hpp"
#include "backends/irc/replay.hpp"
#include "backends/irc/rooms.hpp"
#include "backends/irc/sending.hpp"
#include "backends/irc/translate.hpp"
#include "backends/irc/typing.hpp"

namespace dragoman::backends::irc {

namespace {

constexpr std::size_t longest_reaction = 100;  // bytes; an emoji of several people has 35

bool has(const std::vector<std::string>& set, const std::string& emoji) {
  return std::find(set.begin(), set.end(), emoji) != set.end();
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
  if (const auto reply = read_tag(message, ClientTag::reply)) {
    if (const auto emoji = read_tag(message, ClientTag::react)) {
      on_reaction(state, message, *reply, *emoji, true, effects);
    }
    if (const auto emoji = read_tag(message, ClientTag::unreact)) {
      on_reaction(state, message, *reply, *emoji, false, effects);
    }
  }
  if (const auto typing = read_tag(message, ClientTag::typing)) on_typing(state, message, *typing, effects);
}

}  // namespace dragoman::backends::irc
