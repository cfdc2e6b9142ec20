#include "backends/matrix/sync_news.hpp"

#include <iterator>
#include <map>
#include <set>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "backends/matrix/json.hpp"

namespace dragoman::backends::matrix {

namespace {

/// The state at the end of the timeline; nullptr: the homeserver says the state before it.
const nlohmann::json* state_after(const nlohmann::json& room) {
  const nlohmann::json* stable = find_member(room, "state_after");
  return stable != nullptr ? stable : find_member(room, "org.matrix.msc4222.state_after");
}

std::set<std::string> senders_of(const std::vector<Event>& events) {
  std::set<std::string> users;
  for (const Event& event : events) users.insert(event.sender);
  return users;
}

/// Who stands in the state because what was said or the room's name needs them, whether they have changed or not.
std::set<std::string> named_anyway(const nlohmann::json& room, const std::vector<Event>& events) {
  std::set<std::string> users = senders_of(events);
  for (const nlohmann::json& hero : array_at(object_at(room, "summary"), "m.heroes")) {
    if (hero.is_string()) users.insert(hero.get<std::string>());
  }
  return users;
}

using Key = std::pair<std::string, std::string>;  // type, state key

Key key_of(const Event& event) { return {event.type, event.state_key.value_or(std::string{})}; }

/// Marks what the state at the end does not know. `end`: event ids by key.
void mark_moot(std::vector<Event>& events, const std::map<Key, std::string>& end,
               const std::set<std::string>& speakers) {
  std::set<Key> standing;  // of which what is behind has come to what it is at the end
  for (auto event = events.rbegin(); event != events.rend(); ++event) {
    if (!event->is_state()) continue;
    const Key key = key_of(*event);
    const auto found = end.find(key);
    if (found == end.end()) {
      const bool unsaid = event->type == "m.room.member" && !speakers.contains(*event->state_key);
      event->moot = !unsaid;
      continue;
    }
    if (found->second == event->id && !event->id.empty()) standing.insert(key);
    event->moot = !standing.contains(key);
  }
}

}  // namespace

RoomNews read_news(const nlohmann::json& room, const Missed* missed) {
  RoomNews news;
  if (missed != nullptr) news.events = missed->events;
  std::vector<Event> latest = read_events(object_at(room, "timeline"));
  const std::set<std::string> speakers = senders_of(latest);
  news.events.insert(news.events.end(), std::make_move_iterator(latest.begin()), std::make_move_iterator(latest.end()));
  const nlohmann::json* after = state_after(room);
  if (after == nullptr) {
    news.changed = read_events(object_at(room, "state"));
    return news;
  }
  const std::set<std::string> named = named_anyway(room, news.events);
  std::set<std::string> in_timeline;
  for (const Event& event : news.events) in_timeline.insert(event.id);
  std::map<Key, std::string> end;
  for (Event& event : read_events(*after)) {
    if (!event.is_state()) continue;
    end[key_of(event)] = event.id;
    if (!event.id.empty() && in_timeline.contains(event.id)) continue;
    event.settled = event.type != "m.room.member" || !named.contains(*event.state_key);
    news.changed.push_back(std::move(event));
  }
  mark_moot(news.events, end, speakers);
  return news;
}

}  // namespace dragoman::backends::matrix
