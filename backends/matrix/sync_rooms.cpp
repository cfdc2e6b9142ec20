#include "backends/matrix/sync_rooms.hpp"

#include <algorithm>
#include <exception>
#include <iterator>
#include <utility>

#include "backends/matrix/clean_text.hpp"
#include "backends/matrix/json.hpp"
#include "backends/matrix/sync_news.hpp"
#include "base/log.hpp"

namespace dragoman::backends::matrix {

namespace {

using Phase = Room::Phase;

bool is_own_member(const State& state, const Event& event) {
  return event.type == "m.room.member" && event.state_key == state.me.user_id;
}

/// One event that nobody has thought of must not cost all others, and the position with them.
template <class Does>
void guarded(const State& state, const Room& room, Does does) {
  try {
    does();
  } catch (const std::exception& trouble) {
    LOG_ERROR("an event could not be taken and is skipped", state.me.owner, room.id, trouble.what());
  }
}

/// Of before we were in the room, or of before the gateway knew it: it is history.
void pass_over(Room& room, const Event& event) {
  if (!event.id.empty()) room.last_event = event.id;
  if (event.is_state() && event.moot) return;
  if (event.is_state()) return learn_state(room, event);
  if (is_for_owner(event)) room.newest = room.heard_from = event.id;
}

/// How many events of a timeline are of before our time.
std::size_t past_of(const State& state, const Room& room, bool was_joined, const std::vector<Event>& events,
                    const SyncKind& kind) {
  if (kind.first_ever) return events.size();
  if (!was_joined) {
    // Who asked us to talk with them may have said already what about.
    if (state.direct_of.contains(room.id)) return 0;
    const auto own =
        std::find_if(events.rbegin(), events.rend(), [&](const Event& each) { return is_own_member(state, each); });
    return static_cast<std::size_t>(std::distance(own, events.rend()));
  }
  // What was pushed comes again with the /sync behind it.
  if (!(kind.anew || state.me.pushed) || room.newest.empty()) return 0;
  const auto known =
      std::find_if(events.rbegin(), events.rend(), [&](const Event& each) { return each.id == room.newest; });
  return static_cast<std::size_t>(std::distance(known, events.rend()));
}

void take_summary(Room& room, const nlohmann::json& summary) {
  if (const auto count = number_at(summary, "m.joined_member_count"); count && *count >= 0) {
    room.joined_count = static_cast<std::uint64_t>(*count);
  }
  const nlohmann::json& heroes = array_at(summary, "m.heroes");
  if (!heroes.empty()) room.heroes.clear();
  for (const nlohmann::json& user : heroes) {
    if (user.is_string()) room.heroes.push_back(user.get<std::string>());
  }
}

void take_signals(State& state, Room& room, const nlohmann::json& ephemeral, Effects& effects) {
  for (const nlohmann::json& json : array_at(ephemeral, "events")) {
    if (const auto event = read_event(json)) take_signal(state, room, *event, effects);
  }
}

/// There was more than can be had: who is in the room is asked for again.
void take_cut(State& state, Room& room, const Missed& missed, Effects& effects) {
  forget_polls_of(state, room.id);
  when_told(
      state, room,
      [until = missed.until](State& now, Room& here, Effects& then) {
        then.tell(chat::HistoryGap{conversation_of(now, here), std::nullopt, until});
      },
      effects);
}

void load_again(State& state, Room& room, bool past, Effects& effects) {
  room.complete = room.state_known = false;
  // What was missed while we were away others may have heard.
  if (room.share && !past) room.share.distrust();
  if (room.entered) load_room(state, room, effects);
}

/// Of rooms that are read just now, or that others have followed while we were away, more is known than this answer
/// says.
bool is_past(const State& state, const Room& room) { return state.first_sync && !room.share.resumed_alone(); }

/// Beside the timeline members are said again, as they were when it began (sync_filter.cpp): of a shared room that is
/// known, and others may be ahead of it.
bool is_repeated(const Room& room, const Event& event) {
  return room.share && event.type == "m.room.member" && !event.settled;
}

/// State that no timeline has: rivals of it were resolved otherwise than before. When the shared room was told of the
/// same event earlier it is again what it was, which only reading it anew can tell from somebody who lags behind.
void take_changed(State& state, Room& room, const Event& event, Effects& effects) {
  if (is_repeated(room, event)) return;
  const bool is_back = event.settled && !event.past && room.share && room.share.contradicts(event);
  take_event(state, room, event, effects);
  if (!is_back) return;
  room.share.distrust();
  if (event.type == "m.room.member") load_again(state, room, false, effects);
}

void take_joined(State& state, Room& room, const nlohmann::json& json, const SyncKind& kind, Effects& effects) {
  const bool was_joined = room.phase == Phase::joined;
  const bool all_state = !was_joined || kind.first_ever || kind.anew;
  if (!was_joined) state.rooms_changed = true;
  room.phase = Phase::joined;
  take_summary(room, object_at(json, "summary"));
  const nlohmann::json& timeline = object_at(json, "timeline");
  const auto missed = kind.missed.find(room.id);
  const bool cut = missed != kind.missed.end() && !missed->second.complete;
  auto [changed, events] = read_news(json, missed == kind.missed.end() ? nullptr : &missed->second);
  const bool are_past = is_past(state, room);
  for (Event& event : changed) {
    event.past = are_past;
    event.settled = event.settled && !cut;  // everybody is asked for anew
  }
  for (Event& event : events) event.past = are_past;
  const std::size_t past = past_of(state, room, was_joined, events, kind);
  if (all_state) {
    if (!room.loading) forget_members(room);
    for (const Event& event : changed) learn_state(room, event);
    for (std::size_t i = 0; i < past; ++i) pass_over(room, events[i]);
    room.state_known = true;
    for (const Event& event : changed) note_direct_invitation(state, room, event, effects);
    if (!is_direct(state, room)) name_room(state, room, effects);
    if (room.entered || is_awaited(state, room.address)) load_room(state, room, effects);
  }
  if (cut) take_cut(state, room, missed->second, effects);
  if (!all_state) {
    for (const Event& event : changed) {
      when_told(
          state, room, [event](State& now, Room& here, Effects& then) { take_changed(now, here, event, then); },
          effects);
    }
  }
  for (std::size_t i = past; i < events.size(); ++i) {
    when_told(
        state, room,
        [event = std::move(events[i])](State& now, Room& here, Effects& then) { take_event(now, here, event, then); },
        effects);
  }
  take_signals(state, room, object_at(json, "ephemeral"), effects);
  const std::string before = text_at(timeline, "prev_batch");
  if (!before.empty() && (room.prev_batch.empty() || flag_at(timeline, "limited"))) room.prev_batch = before;
  if (cut && !all_state) load_again(state, room, are_past, effects);
}

void take_invited(State& state, Room& room, const nlohmann::json& json, Effects& effects) {
  if (room.phase == Phase::invited || room.phase == Phase::joined) return;
  room.phase = Phase::invited;
  state.rooms_changed = true;
  for (const Event& event : read_events(object_at(json, "invite_state"))) {
    learn_state(room, event);
    if (!is_own_member(state, event)) continue;
    room.inviter = event.sender;
    room.invite_reason = clean_line(text_at(event.content, "reason"));
    room.invited_direct = flag_at(event.content, "is_direct");
  }
  on_invited(state, room, effects);
}

void take_left(State& state, Room& room, const nlohmann::json& json, Effects& effects) {
  auto [events, latest] = read_news(json, nullptr);
  events.insert(events.end(), std::make_move_iterator(latest.begin()), std::make_move_iterator(latest.end()));
  const auto why =
      std::find_if(events.rbegin(), events.rend(), [&](const Event& each) { return is_own_member(state, each); });
  if (room.phase == Phase::joined && !room.loading) {
    const bool are_past = is_past(state, room);
    for (Event& event : events) {
      event.past = are_past;
      if (is_own_member(state, event) && &event == &*why) break;
      take_event(state, room, event, effects);
    }
  }
  on_left(state, room, why == events.rend() ? nullptr : &*why, effects);
}

}  // namespace

void take_event(State& state, Room& room, const Event& event, Effects& effects) {
  guarded(state, room, [&] {
    if (!event.id.empty()) room.last_event = event.id;
    if (event.is_state()) {
      // Messages are looked for where they are told.
      const bool again = event.settled && is_otherwise(room, room.roster(), event);  // other events came in between
      if (state.me.pushed && was_told(room, event.id) && !again) return;
      if (event.moot) return room.share ? room.share.pass_over(event) : void();
      note_direct_invitation(state, room, event, effects);
      return apply_state(state, room, event, effects);
    }
    if (!on_timeline_event(state, room, event, false, effects) || event.id.empty()) return;
    room.newest = event.id;
    room.active = ++state.activity;
    effects.documents.emplace_back("newest " + room.id, event.id);
  });
}

void take_signal(State& state, Room& room, const Event& event, Effects& effects) {
  when_told(
      state, room,
      [event](State& now, Room& here, Effects& then) {
        guarded(now, here, [&] {
          if (event.type == "m.typing") on_typing(now, here, event.content, then);
          if (event.type == "m.receipt") on_receipts(now, here, event.content, then);
        });
      },
      effects);
}

std::vector<GapIn> gaps_in(State& state, const nlohmann::json& rooms) {
  std::vector<GapIn> gaps;
  if (state.since.empty() && !state.anew) return gaps;
  for (const auto& [id, json] : object_at(rooms, "join").items()) {
    const Room* room = find_room(state, std::string_view{id});
    const nlohmann::json& timeline = object_at(json, "timeline");
    const std::string from = text_at(timeline, "prev_batch");
    if (room == nullptr || room->phase != Phase::joined || from.empty() || !flag_at(timeline, "limited")) continue;
    if (state.me.deaf && !state.direct_of.contains(id)) continue;
    // Without a position only what was told before says where the gap ends.
    if (state.since.empty() && room->newest.empty()) continue;
    const std::vector<Event> events = read_events(timeline);
    const bool known = std::any_of(events.begin(), events.end(),
                                   [room](const Event& each) { return !each.id.empty() && each.id == room->newest; });
    if (!known) gaps.push_back({id, from, {state.since, room->newest}});
  }
  return gaps;
}

void take_rooms(State& state, const nlohmann::json& rooms, const SyncKind& kind, Effects& effects) {
  const nlohmann::json& joined = object_at(rooms, "join");
  if (kind.anew) {
    for (auto& [id, room] : state.rooms) {
      if (room->phase == Phase::joined && !joined.contains(id)) on_left(state, *room, nullptr, effects);
    }
  }
  const auto each = [&](const char* which, auto take) {
    for (const auto& [id, json] : object_at(rooms, which).items()) {
      Room& room = need_room(state, id);
      guarded(state, room, [&, &content = json] { take(room, content); });
    }
  };
  each("invite", [&](Room& room, const nlohmann::json& json) { take_invited(state, room, json, effects); });
  each("knock", [&](Room& room, const nlohmann::json& json) {
    room.phase = Phase::knocking;
    for (const Event& event : read_events(object_at(json, "knock_state"))) learn_state(room, event);
  });
  each("join", [&](Room& room, const nlohmann::json& json) { take_joined(state, room, json, kind, effects); });
  each("leave", [&](Room& room, const nlohmann::json& json) { take_left(state, room, json, effects); });
  std::erase_if(state.rooms, [](const auto& entry) { return entry.second->phase == Phase::left; });
}

void tell_rooms_again(State& state, const nlohmann::json& rooms, Effects& effects) {
  const nlohmann::json &left = object_at(rooms, "leave"), &joined = object_at(rooms, "join");
  for (auto& [id, room] : state.rooms) {
    const bool stays = !left.contains(id) && (!state.anew || joined.contains(id));
    if (room->phase == Phase::invited && room->invited_direct) on_invited(state, *room, effects);
    if (room->phase != Phase::joined) continue;
    room->heard_from = room->newest;
    // Who was thrown out meanwhile sees nothing of who has come since.
    stays ? resume_room(*room) : forget_members(*room);
    if (room->address.empty() && !is_direct(state, *room)) name_room(state, *room, effects);
    if (!room->entered) {
      // What is said from now on follows behind the room.
      if (!room->address.empty() && is_awaited(state, room->address)) load_room(state, *room, effects);
      continue;
    }
    room->complete || !stays ? tell_room(state, *room, effects) : load_room(state, *room, effects);
  }
}

}  // namespace dragoman::backends::matrix
