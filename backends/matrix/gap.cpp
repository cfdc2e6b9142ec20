#include <algorithm>
#include <memory>
#include <utility>

#include "backends/matrix/handlers.hpp"
#include "backends/matrix/json.hpp"
#include "backends/matrix/members.hpp"
#include "backends/matrix/paths.hpp"

// What was missed between two answers of /sync.

namespace dragoman::backends::matrix {

namespace {

/// The reading of one gap, held by the call of it that is under way.
struct Gap {
  std::string room;
  Since until;
  std::function<void(State& state, Missed missed, Effects& effects)> then;
  Missed missed;  // newest first, until the end
};
using GapRef = std::shared_ptr<Gap>;

void end_gap(State& state, Gap& gap, bool complete, Effects& effects) {
  Missed& missed = gap.missed;
  missed.complete = complete;
  if (!complete && !missed.events.empty()) missed.until = std::min(missed.events.back().time, effects.utc);
  std::reverse(missed.events.begin(), missed.events.end());
  gap.then(state, std::move(missed), effects);
}

void read_gap(State& state, const GapRef& gap, const std::string& from, Effects& effects);

void on_gap_page(State& state, const GapRef& gap, const std::string& from, const Answer& answer, Effects& effects) {
  if (!answer.ok()) return end_gap(state, *gap, false, effects);
  if (Room* room = find_room(state, std::string_view{gap->room})) {
    for (const nlohmann::json& json : array_at(answer.body, "state")) {
      // Who they were then, until it is known who they are.
      const auto event = read_event(json);
      if (!event || event->type != "m.room.member" || !event->is_state()) continue;
      if (room->share) {
        room->share.note_name(*event->state_key, text_at(event->content, "displayname"));
      } else if (room->heard.find(*event->state_key) == nullptr) {
        learn_member(*room, *event);
      }
    }
  }
  for (const nlohmann::json& json : array_at(answer.body, "chunk")) {
    auto event = read_event(json);
    if (!event) continue;
    if (!gap->until.event.empty() && event->id == gap->until.event) return end_gap(state, *gap, true, effects);
    if (gap->missed.events.size() >= state.shared.gap_limit) return end_gap(state, *gap, false, effects);
    gap->missed.events.push_back(std::move(*event));
  }
  const std::string end = text_at(answer.body, "end");
  // A homeserver that goes round in circles is at its end too.
  if (end.empty() || end == from || end == gap->until.position) return end_gap(state, *gap, true, effects);
  read_gap(state, gap, end, effects);
}

void read_gap(State& state, const GapRef& gap, const std::string& from, Effects& effects) {
  Call call{"GET", room_path(gap->room, "/messages?dir=b&limit=100&from=" + percent_encode(from)) +
                       "&filter=%7B%22lazy_load_members%22%3Atrue%7D"};
  if (!gap->until.position.empty()) call.path += "&to=" + percent_encode(gap->until.position);
  call.patience = std::chrono::minutes{1};
  state.calls.add(
      std::move(call),
      [gap, from](State& now, const Answer& answer, Effects& then) { on_gap_page(now, gap, from, answer, then); },
      effects);
}

}  // namespace

void fetch_missed(State& state, const std::string& room_id, const std::string& from, Since until,
                  std::function<void(State& state, Missed missed, Effects& effects)> then, Effects& effects) {
  auto gap = std::make_shared<Gap>();
  gap->room = room_id;
  gap->until = std::move(until);
  gap->then = std::move(then);
  read_gap(state, gap, from, effects);
}

}  // namespace dragoman::backends::matrix
