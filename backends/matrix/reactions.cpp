#include "backends/matrix/reactions.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "backends/matrix/handlers.hpp"
#include "backends/matrix/json.hpp"
#include "backends/matrix/message_read.hpp"
#include "backends/matrix/message_write.hpp"
#include "backends/matrix/outcome.hpp"
#include "backends/matrix/paths.hpp"
#include "backends/matrix/sending.hpp"

namespace dragoman::backends::matrix {

namespace {

constexpr std::size_t most_relation_pages = 5;

/// What a redaction says is only the event that it takes back, after a restart too: which message and whose reaction it
/// was is kept in so many places, each for the last reaction that belongs there.
constexpr std::size_t places = 1024;

std::string place_of(std::string_view reaction) {
  std::uint32_t hash = 2166136261;  // FNV-1a: the same in every process
  for (const char c : reaction) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619;
  return "reaction " + std::to_string(hash % places);
}

Reactions::Of& reactions_of(State& state, const std::string& room_id, const std::string& message) {
  Reactions& all = state.reactions;
  const auto [at, is_new] = all.of.try_emplace(message);
  if (is_new) {
    at->second.room = room_id;
    at->second.age = all.ages.insert(all.ages.end(), message);
    for (auto old = all.ages.begin(); all.of.size() > Reactions::most && old != std::prev(all.ages.end());) {
      const auto found = all.of.find(*old);
      if (found->second.asking || found->second.changing) {
        ++old;
        continue;
      }
      all.of.erase(found);
      old = all.ages.erase(old);
    }
  } else {
    all.ages.splice(all.ages.end(), all.ages, at->second.age);
  }
  return at->second;
}

void note(State& state, Reactions::Of& of, const std::string& message, const Event& event, const std::string& key,
          Effects& effects) {
  of.by_sender[event.sender][key] = event.id;
  nlohmann::json kept = nlohmann::json::array({event.id, message, event.sender});
  std::string text = dump_json(kept);
  const std::string place = place_of(event.id);
  if (state.kept(place) != text) effects.documents.emplace_back(place, std::move(text));
}

void ask(State& state, const std::string& message, const std::string& from, std::size_t page, Effects& effects);

void on_page(State& state, const std::string& message, const Answer& answer, std::size_t page, Effects& effects) {
  const auto found = state.reactions.of.find(message);
  if (found == state.reactions.of.end()) return;
  Reactions::Of& of = found->second;
  for (const nlohmann::json& json : array_at(answer.body, "chunk")) {
    const auto event = read_event(json);
    if (!event || event->redacted) continue;
    const Message read = read_message(*event);
    if (const auto* reacted = std::get_if<Reacted>(&read)) note(state, of, message, *event, reacted->key, effects);
  }
  const std::string next = text_at(answer.body, "next_batch");
  if (answer.ok() && !next.empty() && page + 1 < most_relation_pages)
    return ask(state, message, next, page + 1, effects);
  of.asking = false;
  of.complete = answer.ok() || answer.status != 0;  // an old homeserver knows no relations: what was heard has to do
  for (const auto& then : std::exchange(of.waiting, {})) then(state, effects);
}

void ask(State& state, const std::string& message, const std::string& from, std::size_t page, Effects& effects) {
  const Reactions::Of& of = state.reactions.of.at(message);
  std::string path = "/_matrix/client/v1/rooms/" + percent_encode(of.room) + "/relations/" + percent_encode(message) +
                     "/m.annotation/m.reaction?limit=100";
  if (!from.empty()) path += "&from=" + percent_encode(from);
  state.calls.add(
      {"GET", std::move(path)},
      [message, page](State& now, const Answer& answer, Effects& then) { on_page(now, message, answer, page, then); },
      effects);
}

/// Calls `then` once everybody's reactions to the message are known, maybe at once.
void with_reactions(State& state, const std::string& room_id, const std::string& message,
                    std::function<void(State&, Effects&)> then, Effects& effects) {
  Reactions::Of& of = reactions_of(state, room_id, message);
  if (of.complete) return then(state, effects);
  of.waiting.push_back(std::move(then));
  if (std::exchange(of.asking, true)) return;
  ask(state, message, {}, 0, effects);
}

void tell_set(State& state, const std::string& room_id, const std::string& message, const std::string& sender,
              Effects& effects) {
  Room* room = find_room(state, room_id);
  const auto found = state.reactions.of.find(message);
  if (room == nullptr || found == state.reactions.of.end()) return;
  chat::ReactionsChanged changed{
      conversation_of(state, *room), author_of(state, *room, sender), chat::MessageId{message}, {}};
  for (const auto& [key, event] : found->second.by_sender[sender]) changed.emoji.push_back(key);
  effects.tell(std::move(changed));
}

/// Reactions of the owner that are on their way.
struct Reacting {
  chat::CommandId command{};
  std::string message;
  std::size_t unanswered = 0;
  std::optional<Answer> refused{};
};

/// What is more and what is less is known when the set before has arrived.
void go_on(State& state, const std::string& message, Effects& effects) {
  const auto found = state.reactions.of.find(message);
  if (found == state.reactions.of.end()) return;
  Reactions::Of& of = found->second;
  of.changing = false;
  if (of.changes.empty()) return;
  const auto next = std::move(of.changes.front());
  of.changes.erase(of.changes.begin());
  next(state, effects);
}

void reacted(State& state, Reacting& reacting, const Answer& answer, Effects& effects) {
  // Somebody's other client was faster; what was to be taken away is gone.
  const bool there = answer.errcode == "M_DUPLICATE_ANNOTATION";
  if (!answer.ok() && !there && !reacting.refused) reacting.refused = answer;
  if (--reacting.unanswered > 0) return;
  if (reacting.refused) {
    fail_command(state, reacting.command, *reacting.refused, effects);
  } else {
    effects.done(reacting.command, chat::Sent{});
  }
  go_on(state, reacting.message, effects);
}

void add_one(State& state, const std::string& room_id, const std::string& message, const std::string& key,
             const std::string& transaction, const std::shared_ptr<Reacting>& reacting, Effects& effects) {
  state.calls.add(
      event_call(room_id, "m.reaction", transaction, make_reaction(message, key)),
      [reacting, room_id, message, key](State& now, const Answer& answer, Effects& then) {
        if (answer.ok()) {
          Event event;
          event.id = text_at(answer.body, "event_id");
          event.sender = now.me.user_id;
          note(now, reactions_of(now, room_id, message), message, event, key, then);
        }
        reacted(now, *reacting, answer, then);
      },
      effects);
}

void take_one(State& state, const std::string& room_id, const std::string& message, const std::string& key,
              const std::string& event, const std::string& transaction, const std::shared_ptr<Reacting>& reacting,
              Effects& effects) {
  Call call{"PUT", room_path(room_id, "/redact/" + percent_encode(event) + '/' + transaction), "{}"};
  call.lane = lane_of(room_id);
  state.calls.add(
      std::move(call),
      [reacting, message, key](State& now, const Answer& answer, Effects& then) {
        const auto found = now.reactions.of.find(message);
        if (answer.ok() && found != now.reactions.of.end()) found->second.by_sender[now.me.user_id].erase(key);
        reacted(now, *reacting, answer, then);
      },
      effects);
}

void change_own(State& state, const std::string& room_id, chat::CommandId id, const chat::React& react,
                Effects& effects) {
  const std::string message = read_line_id(react.message.text).event_id;
  Reactions::Of& of = reactions_of(state, room_id, message);
  if (of.changing) {
    of.changes.push_back(
        [room_id, id, react](State& now, Effects& then) { change_own(now, room_id, id, react, then); });
    return;
  }
  if (state.stage == Stage::offline) {
    effects.failed(id, chat::Failed::Outcome::not_sent, Fault::unavailable, "the homeserver is lost");
    return go_on(state, message, effects);
  }
  const std::map<std::string, std::string> before = of.by_sender[state.me.user_id];
  std::vector<std::string> more;
  for (const std::string& emoji : react.emoji) {
    if (!before.contains(emoji) && std::find(more.begin(), more.end(), emoji) == more.end()) more.push_back(emoji);
  }
  std::vector<std::pair<std::string, std::string>> less;
  for (const auto& [key, event] : before) {
    if (std::find(react.emoji.begin(), react.emoji.end(), key) == react.emoji.end()) less.emplace_back(key, event);
  }
  if (more.empty() && less.empty()) {
    effects.done(id, chat::Sent{});
    return go_on(state, message, effects);
  }
  of.changing = true;
  const auto reacting = std::make_shared<Reacting>();  // shared by the answers, of which any may be the last
  reacting->command = id;
  reacting->message = message;
  reacting->unanswered = more.size() + less.size();
  const chat::OnceKey key = react.key != 0 ? react.key : state.shared.random.number();
  std::size_t number = 0;
  for (const auto& [emoji, event] : less) {
    take_one(state, room_id, message, emoji, event, transaction_id(key, number++), reacting, effects);
  }
  for (const std::string& emoji : more) {
    add_one(state, room_id, message, emoji, transaction_id(key, number++), reacting, effects);
  }
}

}  // namespace

void react(State& state, chat::CommandId id, const chat::React& react, Effects& effects) {
  const Room* room = room_of(state, react.conversation);
  if (room == nullptr) return effects.refused(id, Fault::not_found, "You are not in this room.");
  // What is taken away says nothing.
  if (!react.emoji.empty() && refuse_encrypted(state, *room, id, effects)) return;
  with_reactions(
      state, room->id, read_line_id(react.message.text).event_id,
      [id, react, room_id = room->id](State& now, Effects& then) { change_own(now, room_id, id, react, then); },
      effects);
}

void on_reaction(State& state, Room& room, const Event& event, bool replayed, Effects& effects) {
  const Message read = read_message(event);
  const auto* reaction = std::get_if<Reacted>(&read);
  if (reaction == nullptr) return;
  note(state, reactions_of(state, room.id, reaction->message), reaction->message, event, reaction->key, effects);
  if (replayed || is_own_echo(state, event)) return;
  with_reactions(
      state, room.id, reaction->message,
      [room_id = room.id, message = reaction->message, sender = event.sender](State& now, Effects& then) {
        tell_set(now, room_id, message, sender, then);
      },
      effects);
}

bool on_reaction_redacted(State& state, Room& room, std::string_view redacted, Effects& effects) {
  const auto kept = parse_json(state.kept(place_of(redacted)));
  std::string message, sender;
  if (kept && kept->is_array() && kept->size() == 3 && kept->at(0) == redacted && kept->at(1).is_string() &&
      kept->at(2).is_string()) {
    message = kept->at(1).get<std::string>();
    sender = kept->at(2).get<std::string>();
  }
  for (auto& [of_message, of] : state.reactions.of) {
    for (auto& [who, set] : of.by_sender) {
      const auto gone = std::find_if(set.begin(), set.end(), [&](const auto& one) { return one.second == redacted; });
      if (gone == set.end()) continue;
      set.erase(gone);
      message = of_message;
      sender = who;
    }
  }
  if (message.empty()) return false;
  with_reactions(
      state, room.id, message,
      [room_id = room.id, message, sender](State& now, Effects& then) {
        tell_set(now, room_id, message, sender, then);
      },
      effects);
  return true;
}

}  // namespace dragoman::backends::matrix
