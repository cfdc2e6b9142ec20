#include "backends/matrix/polls.hpp"

#include <algorithm>
#include <utility>

#include "backends/matrix/handlers.hpp"
#include "backends/matrix/json.hpp"
#include "backends/matrix/paths.hpp"
#include "backends/matrix/received.hpp"

namespace dragoman::backends::matrix {

namespace {

constexpr std::size_t most_pages = 10;  // of a hundred votes
constexpr Duration first_pause = std::chrono::seconds{5}, longest_pause = std::chrono::minutes{5};

/// Makes it the one that was spoken of last.
Poll& remember(Polls& polls, const std::string& event_id) {
  const auto [found, is_new] = polls.of.try_emplace(event_id);
  if (!is_new) polls.ages.remove(event_id);
  polls.ages.push_back(event_id);
  for (auto oldest = polls.ages.begin(); polls.of.size() > Polls::most && oldest != std::prev(polls.ages.end());) {
    const auto old = polls.of.find(*oldest);
    if (old->second.asking) {
      ++oldest;
      continue;
    }
    polls.of.erase(old);
    oldest = polls.ages.erase(oldest);
  }
  return found->second;
}

/// False: it changes nothing.
bool take_vote(Poll& poll, const Event& event, const PollVoted& voted) {
  // Whoever votes after the end has not voted; senders say when that was (MSC3381).
  if (!poll.end.empty() && (event.time > poll.ended || !poll.asking)) return false;
  Poll::Cast& cast = poll.casts[event.sender];
  if (!cast.event.empty() && event.time < cast.time) return false;
  cast = {event.id, event.time};
  std::vector<std::string> chosen = valid_answers(poll.asked, voted.answers);
  std::vector<std::string>& before = poll.votes[event.sender];
  if (before == chosen) return false;
  before = std::move(chosen);
  return true;
}

/// Who asks may end it, and who may take messages of others back.
bool may_end(const State& state, const Poll& poll, const std::string& sender) {
  if (sender == poll.by) return true;
  const auto room = state.rooms.find(poll.room);
  return room != state.rooms.end() && level_of(*room->second, sender) >= room->second->levels.redact;
}

void take_end(const State& state, Poll& poll, const Event& event) {
  if (!may_end(state, poll, event.sender) || (!poll.end.empty() && poll.ended <= event.time)) return;
  poll.end = event.id;
  poll.ended = event.time;
  std::erase_if(poll.casts, [&poll](const auto& each) {
    if (each.second.time <= poll.ended) return false;
    poll.votes.erase(each.first);
    return true;
  });
}

void asked(State& state, const std::string& event_id, bool known, Effects& effects) {
  const auto found = state.polls.of.find(event_id);
  if (found == state.polls.of.end()) return;
  found->second.asking = false;
  const auto waiting = std::exchange(found->second.waiting, {});
  if (!known) {
    state.polls.ages.remove(event_id);
    state.polls.of.erase(found);
  }
  for (const auto& then : waiting) {
    const auto now = state.polls.of.find(event_id);
    then(state, now == state.polls.of.end() ? nullptr : &now->second, effects);
  }
}

void ask_votes(State& state, const std::string& event_id, const std::string& from, std::size_t page, Effects& effects);

void on_votes(State& state, const std::string& event_id, const Answer& answer, std::size_t page, Effects& effects) {
  const auto found = state.polls.of.find(event_id);
  if (found == state.polls.of.end()) return;
  for (const nlohmann::json& json : array_at(answer.body, "chunk")) {
    const auto event = read_event(json);
    if (!event || event->redacted || state.ignored.contains(event->sender)) continue;
    const Message read = read_message(*event);
    if (const auto* voted = std::get_if<PollVoted>(&read)) take_vote(found->second, *event, *voted);
    if (std::holds_alternative<PollEnded>(read)) take_end(state, found->second, *event);
  }
  const std::string next = text_at(answer.body, "next_batch");
  if (answer.ok() && !next.empty() && page + 1 < most_pages) return ask_votes(state, event_id, next, page + 1, effects);
  // Half of the votes are a wrong result.
  asked(state, event_id, answer.ok(), effects);
}

void ask_votes(State& state, const std::string& event_id, const std::string& from, std::size_t page, Effects& effects) {
  std::string path = "/_matrix/client/v1/rooms/" + percent_encode(state.polls.of.at(event_id).room) + "/relations/" +
                     percent_encode(event_id) + "/m.reference?limit=100";
  if (!from.empty()) path += "&from=" + percent_encode(from);
  state.calls.add(
      {"GET", std::move(path)},
      [event_id, page](State& now, const Answer& answer, Effects& then) {
        on_votes(now, event_id, answer, page, then);
      },
      effects);
}

/// What is asked, in its latest version; nothing when it is no poll.
std::optional<PollStarted> read_started(const Event& event) {
  if (event.redacted) return std::nullopt;
  Message read = read_message(event);
  auto* started = std::get_if<PollStarted>(&read);
  if (started == nullptr || started->answers.empty()) return std::nullopt;
  const auto edit = read_event(event.latest_edit);
  if (!edit || edit->sender != event.sender) return std::move(*started);
  Message latest = read_message(*edit);
  auto* edited = std::get_if<Edited>(&latest);
  if (edited == nullptr || !edited->poll || edited->poll->answers.empty()) return std::move(*started);
  edited->poll->stable = started->stable;
  edited->poll->content.thread = started->content.thread;
  return std::move(*edited->poll);
}

void ask_poll(State& state, const std::string& room_id, const std::string& event_id, Effects& effects) {
  state.calls.add(
      {"GET", room_path(room_id, "/event/" + percent_encode(event_id))},
      [event_id](State& now, const Answer& answer, Effects& then) {
        const auto found = now.polls.of.find(event_id);
        if (found == now.polls.of.end()) return;
        const auto event = answer.ok() ? read_event(answer.body) : std::nullopt;
        auto started = event ? read_started(*event) : std::nullopt;
        if (!started) return asked(now, event_id, false, then);
        found->second.by = event->sender;
        found->second.asked = std::move(*started);
        ask_votes(now, event_id, {}, 0, then);
      },
      effects);
}

/// As it stands, in place of what it was.
void show(State& state, const std::string& event_id, Poll& poll, Effects& effects) {
  poll.due.reset();
  poll.not_before = effects.now + std::min<Duration>(first_pause * (1U << std::min(poll.shown, 10U)), longest_pause);
  ++poll.shown;
  Room* room = find_room(state, std::string_view{poll.room});
  if (room == nullptr || state.ignored.contains(poll.by)) return;
  chat::Content content = poll.asked.content;
  content.text = poll_text(poll.asked, poll.votes, !poll.end.empty());
  content.reply_to = {};
  chat::MessageEdited edited{conversation_of(state, *room),
                             author_of(state, *room, poll.by),
                             {},
                             chat::MessageId{event_id},
                             for_owner(state, *room, std::move(content))};
  effects.tell(std::move(edited));
}

void show_soon(State& state, const std::string& event_id, Poll& poll, Effects& effects) {
  if (poll.not_before <= effects.now) return show(state, event_id, poll, effects);
  if (!poll.due) poll.due = poll.not_before;
}

void say_of_poll(State& state, Room& room, const Event& event, const std::string& event_id, std::string text,
                 Effects& effects) {
  if (text.empty()) return;
  chat::Content content = chat::plain(std::move(text));
  content.kind = chat::Content::Kind::notice;
  content.reply_to.text = event_id;
  effects.tell(make_received(state, room, event, std::move(content), false, effects.utc));
}

}  // namespace

void with_poll(State& state, const std::string& room_id, const std::string& event_id,
               std::function<void(State&, Poll*, Effects&)> then, Effects& effects) {
  const auto known = state.polls.of.find(event_id);
  if (known != state.polls.of.end() && !known->second.asking) {
    return then(state, known->second.room == room_id ? &known->second : nullptr, effects);
  }
  Poll& poll = remember(state.polls, event_id);
  poll.waiting.push_back(std::move(then));
  if (std::exchange(poll.asking, true)) return;
  poll.room = room_id;
  ask_poll(state, room_id, event_id, effects);
}

void note_poll(State& state, const Room& room, const Event& event, const PollStarted& started) {
  if (event.id.empty() || started.answers.empty() || state.polls.of.contains(event.id)) return;
  Poll& poll = remember(state.polls, event.id);
  poll.room = room.id;
  poll.by = event.sender;
  poll.asked = started;
}

void on_vote(State& state, Room& room, const Event& event, const PollVoted& voted, Effects& effects) {
  with_poll(
      state, room.id, voted.poll,
      [event, voted, room_id = room.id](State& now, Poll* poll, Effects& then) {
        if (poll == nullptr) return;
        const auto cast = poll->casts.find(event.sender);
        // One that was among those that the homeserver has just told is news all the same.
        const bool counted = cast != poll->casts.end() && cast->second.event == event.id;
        if (!take_vote(*poll, event, voted) && !counted) return;
        Room* here = find_room(now, std::string_view{room_id});
        if (here != nullptr && poll->by == now.me.user_id && is_direct(now, *here)) {
          // What the owner has asked with another client cannot be corrected outside of rooms.
          return say_of_poll(now, *here, event, voted.poll, vote_text(poll->asked, poll->votes[event.sender]), then);
        }
        show_soon(now, voted.poll, *poll, then);
      },
      effects);
}

void on_poll_end(State& state, Room& room, const Event& event, const PollEnded& ended, Effects& effects) {
  with_poll(
      state, room.id, ended.poll,
      [event, ended, room_id = room.id](State& now, Poll* poll, Effects& then) {
        Room* here = find_room(now, std::string_view{room_id});
        if (here == nullptr) return;
        if (poll == nullptr) {
          const std::string words = ended.text.empty() ? "The poll has ended." : ended.text;
          return say_of_poll(now, *here, event, ended.poll, words, then);
        }
        take_end(now, *poll, event);
        if (poll->end != event.id) return;  // it had ended, or they may not end it
        show(now, ended.poll, *poll, then);
        say_of_poll(now, *here, event, ended.poll, result_text(poll->asked, poll->votes), then);
        poll->votes.clear();  // nobody asks any more, and they may be many
        poll->casts.clear();
      },
      effects);
}

void forget_poll(State& state, const std::string& event_id) {
  const auto found = state.polls.of.find(event_id);
  if (found == state.polls.of.end() || found->second.asking) return;
  state.polls.ages.remove(event_id);
  state.polls.of.erase(found);
}

void forget_polls_of(State& state, const std::string& room_id) {
  std::vector<std::string> gone;
  for (const auto& [event_id, poll] : state.polls.of) {
    if (poll.room == room_id) gone.push_back(event_id);
  }
  for (const std::string& event_id : gone) forget_poll(state, event_id);
}

bool on_vote_redacted(State& state, Room& room, const std::string& redacted, Effects& effects) {
  for (auto& [event_id, poll] : state.polls.of) {
    if (poll.room != room.id || poll.asking) continue;
    const auto cast = std::find_if(poll.casts.begin(), poll.casts.end(),
                                   [&](const auto& each) { return each.second.event == redacted; });
    if (cast == poll.casts.end()) continue;
    // What they voted before counts again, as for everybody else.
    poll.votes.clear();
    poll.casts.clear();
    poll.asking = true;
    poll.waiting.push_back([id = event_id](State& now, Poll* counted, Effects& then) {
      if (counted != nullptr) show_soon(now, id, *counted, then);
    });
    ask_votes(state, event_id, {}, 0, effects);
    return true;
  }
  return false;
}

void show_polls(State& state, Effects& effects) {
  for (auto& [event_id, poll] : state.polls.of) {
    if (poll.due && *poll.due <= effects.now) show(state, event_id, poll, effects);
  }
}

std::optional<Instant> next_poll(const State& state) {
  std::optional<Instant> next;
  for (const auto& [event_id, poll] : state.polls.of) {
    if (poll.due && (!next || *poll.due < *next)) next = poll.due;
  }
  return next;
}

}  // namespace dragoman::backends::matrix
