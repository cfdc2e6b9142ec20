#include <algorithm>
#include <utility>

#include "backends/matrix/handlers.hpp"
#include "backends/matrix/json.hpp"
#include "backends/matrix/members.hpp"
#include "backends/matrix/paths.hpp"

// Who spoke lately in a room of which not everybody is shown. Who follows it hears that; who enters it asks once.

namespace dragoman::backends::matrix {

namespace {

/// Who enters waits no longer for it. A homeserver that asks others for what was said may take a minute.
constexpr auto recall_patience = std::chrono::seconds{4};

/// Messages alone, and who spoke.
const std::string recall_query =
    "/messages?dir=b&limit=250&filter=" +
    percent_encode(R"({"lazy_load_members":true,"types":["m.room.message","m.room.encrypted","m.sticker"]})");

void note_spoken(Room& room, const std::string& user_id, Timestamp when) {
  room.share ? room.share.note_spoken(user_id, when) : room.heard.note_spoken(user_id, when);
}

void take_speakers(Room& room, const nlohmann::json& body, Timestamp utc) {
  // Of a huge room nobody is told who is in it but here.
  if (!room.share) {
    for (const nlohmann::json& json : array_at(body, "state")) {
      const auto event = read_event(json);
      if (event && event->is_state() && room.heard.find(*event->state_key) == nullptr) learn_member(room, *event);
    }
  }
  for (const nlohmann::json& json : array_at(body, "chunk")) {
    const auto event = read_event(json);
    if (event && !event->is_state()) note_spoken(room, event->sender, std::min(event->time, utc));
  }
}

}  // namespace

void note_speaker(Room& room, const Event& event, Timestamp utc) {
  note_spoken(room, event.sender, std::min(event.time, utc));
}

void recall_speakers(State& state, Room& room, std::function<void(State& state, Room& room, Effects& effects)> then,
                     Effects& effects) {
  Call call{"GET", room_path(room.id, recall_query)};
  call.kind = Call::Kind::once;
  call.patience = recall_patience;
  call.counted = false;
  room.recalling = true;
  state.calls.add(
      std::move(call),
      [id = room.id, then = std::move(then)](State& now, const Answer& answer, Effects& effects_then) {
        Room* here = find_room(now, std::string_view{id});
        if (here == nullptr || !std::exchange(here->recalling, false)) return;
        if (answer.ok()) take_speakers(*here, answer.body, effects_then.utc);
        then(now, *here, effects_then);
      },
      effects);
}

}  // namespace dragoman::backends::matrix
