#include <algorithm>
#include <utility>

#include "backends/matrix/handlers.hpp"
#include "backends/matrix/json.hpp"
#include "backends/matrix/members.hpp"
#include "backends/matrix/paths.hpp"
#include "backends/matrix/sync_filter.hpp"
#include "backends/matrix/sync_rooms.hpp"
#include "base/log.hpp"

// The long poll: each answer is worked on as a whole, what it missed is fetched first, and its position is kept in the
// transaction of the rows that it made.

namespace dragoman::backends::matrix {

namespace {

constexpr auto poll = std::chrono::seconds{30};
/// For an answer behind the poll; the first one may take a homeserver minutes.
constexpr auto slack = std::chrono::seconds{15};
constexpr auto first_patience = std::chrono::minutes{5};
constexpr std::size_t most_answer = 64 * 1024 * 1024;
/// A homeserver that is restarted is back within this; who is not has been lost.
constexpr auto patience_with_failures = std::chrono::seconds{60};
constexpr auto pause_when_locked = std::chrono::hours{1};
constexpr std::size_t most_offers = 50;  // rooms, of a new account

std::string filter_of(const State& state, bool first) {
  if (state.small_sync) return SyncFilter::small();
  if (first) return SyncFilter::first();
  return state.filter_id.empty() ? SyncFilter::usual() : state.filter_id;
}

void keep_position(const State& state, Effects& effects) {
  nlohmann::json kept = {{"since", state.since}, {"filter", state.filter_id}};
  if (!state.state_after.empty()) kept["state_after"] = state.state_after;
  effects.documents.emplace_back("sync", dump_json(kept));
}

void forget_position(State& state) {
  LOG_WARN("the homeserver does not know where we were: everything is read anew", state.me.owner, state.me.user_id);
  state.since.clear();
  state.anew = true;
}

void sync_failed(State& state, const Answer& answer, Effects& effects) {
  // A proxy whose homeserver is away says such things too, and knows nothing of positions.
  const bool not_understood =
      (answer.status == 400 || answer.status == 404) && !answer.errcode.empty() && answer.errcode != "M_UNRECOGNIZED";
  if (not_understood && !state.filter_id.empty()) {
    state.filter_id.clear();
    return begin_sync(state, effects);
  }
  if (not_understood && !state.since.empty()) {
    forget_position(state);
    return begin_sync(state, effects);
  }
  if (answer.error.fault == Fault::too_long && !state.small_sync) {
    state.small_sync = true;
    return begin_sync(state, effects);
  }
  if (answer.errcode == "M_USER_DEACTIVATED") {
    effects.ending = Ending{Fault::unauthorized, answer.error.text, false};
    return;
  }
  if (answer.errcode == "M_USER_LOCKED") {  // it may be unlocked, and the login is good then ("Account locking")
    effects.ending = Ending{Fault::forbidden, answer.error.text, true, pause_when_locked};
    return;
  }
  if (!state.failing_since) state.failing_since = effects.now;
  // Who waits for the first answer is better told that there is none.
  if (state.first_sync || *state.failing_since + patience_with_failures <= effects.now) {
    effects.ending = Ending{answer.error.fault, answer.error.text, true};
    return;
  }
  const Duration pause = std::chrono::seconds{1U << std::min(state.sync_failures++, 4U)};
  const auto quarter = static_cast<std::uint64_t>(pause.count() / 4);
  state.sync_at = effects.now + pause + Duration{static_cast<Duration::rep>(state.shared.random.below(quarter))};
}

void become_ready(State& state, Effects& effects) {
  state.stage = Stage::ready;
  const std::string nickname = state.display_name.empty() ? std::string{name_in(state.me.user_id)} : state.display_name;
  effects.tell(chat::Ready{nickname, "connected as " + state.me.user_id});
  effects.tell(chat::CapabilitiesChanged{capabilities()});
}

void read_account_data(State& state, const nlohmann::json& body) {
  for (const nlohmann::json& event : array_at(object_at(body, "account_data"), "events")) {
    const std::string type = text_at(event, "type");
    if (type == "m.direct") on_direct_rooms(state, object_at(event, "content"));
    if (type == "m.ignored_user_list") on_ignored(state, object_at(event, "content"));
  }
}

/// Rooms that an account had before it came here: nobody has asked for them, so that they are offered.
void offer_rooms(State& state, Effects& effects) {
  std::vector<Room*> rooms;
  for (auto& [id, room] : state.rooms) {
    if (room->phase == Room::Phase::joined && !is_direct(state, *room) && room->type != "m.space")
      rooms.push_back(room.get());
  }
  if (rooms.size() > most_offers) {
    effects.tell(chat::Notice{{},
                              "You are in " + std::to_string(rooms.size()) + " rooms on Matrix. " +
                                  std::to_string(most_offers) + " of them are offered to you here.",
                              {}});
    rooms.resize(most_offers);
  }
  for (Room* room : rooms) {
    when_told(
        state, *room,
        [](State&, Room& here, Effects& then) {
          // From nobody: the account is in it.
          then.tell(chat::Invited{here.address, name_of(here), {}, "You are in this room on Matrix.", {}});
        },
        effects);
  }
}

/// Nothing has happened: the position before it is as good for the next start, and idle accounts write nothing.
bool says_nothing(const nlohmann::json& body) {
  const auto no_events = [&body](const char* part) { return array_at(object_at(body, part), "events").empty(); };
  const nlohmann::json& rooms = object_at(body, "rooms");
  return std::all_of(rooms.begin(), rooms.end(), [](const nlohmann::json& kind) { return kind.empty(); }) &&
         no_events("presence") && no_events("account_data") && no_events("to_device");
}

/// Tells everything that an answer says.
void take_answer(State& state, const nlohmann::json& body, const std::map<std::string, Missed>& missed,
                 Effects& effects) {
  const bool first_ever = state.since.empty() && !state.anew;
  read_account_data(state, body);
  if (state.first_sync) tell_rooms_again(state, object_at(body, "rooms"), effects);
  take_rooms(state, object_at(body, "rooms"), {first_ever, state.anew, missed}, effects);
  for (auto& [id, room] : state.rooms) settle_changes(state, *room, effects);
  for (const nlohmann::json& json : array_at(object_at(body, "presence"), "events")) {
    if (const auto event = read_event(json)) on_presence(state, *event, effects);
  }
  const bool is_first = state.first_sync || state.anew || state.since.empty();
  state.since = text_at(body, "next_batch");
  state.first_sync = state.anew = false;
  if (is_first || !says_nothing(body)) keep_position(state, effects);
  tell_contacts(state, effects);
  if (first_ever) offer_rooms(state, effects);
  go_on_joining(state, effects);
  state.me.pushed ? go_on_pushed(state, effects) : begin_sync(state, effects);
}

void gap_filled(State& state, const std::string& room_id, Missed missed, Effects& effects) {
  if (!state.answered) return;  // lost meanwhile: the same answer comes again
  state.answered->missed[room_id] = std::move(missed);
  if (--state.answered->open > 0 || state.stage != Stage::ready) return;
  const auto answered = std::exchange(state.answered, nullptr);
  take_answer(state, answered->body, answered->missed, effects);
}

}  // namespace

void begin_sync(State& state, Effects& effects) {
  if (state.stage == Stage::offline || state.stage == Stage::stopped || state.calls.has(state.sync)) return;
  state.sync_at.reset();
  const bool first_ever = state.since.empty() && !state.anew;
  state.sync_wanted = false;
  const auto wait = state.first_sync || state.me.pushed ? std::chrono::seconds{0} : poll;
  Call call{"GET", client_api + "/sync?timeout=" + std::to_string(std::chrono::milliseconds{wait}.count()) +
                       "&set_presence=" + presence_word(state.availability) +
                       "&filter=" + percent_encode(filter_of(state, first_ever))};
  if (const Features* features = state.shared.features.find(state.homeserver))
    state.state_after = features->state_after;
  if (!state.state_after.empty()) call.path += '&' + percent_encode(state.state_after) + "=true";
  if (!state.since.empty()) call.path += "&since=" + percent_encode(state.since);
  call.kind = Call::Kind::waiting;
  call.counted = false;
  call.patience = state.since.empty() ? Duration{first_patience} : Duration{wait + slack};
  call.most_body = most_answer;
  state.sync = state.calls.add(
      std::move(call), [](State& now, const Answer& answer, Effects& then) { on_synced(now, answer, then); }, effects);
}

void make_filter(State& state, Effects& effects) {
  if (!state.filter_id.empty()) return;
  state.calls.add(
      {"POST", client_api + "/user/" + percent_encode(state.me.user_id) + "/filter", SyncFilter::usual()},
      [](State& now, const Answer& answer, Effects&) {
        if (answer.ok()) now.filter_id = text_at(answer.body, "filter_id");
      },
      effects);
}

void ask_features(State& state, Effects& effects) {
  if (!state.shared.features.is_due(state.homeserver, effects.now)) return;
  Call call{"GET", "/_matrix/client/versions"};
  call.counted = false;
  state.calls.add(
      std::move(call),
      [homeserver = state.homeserver](State& now, const Answer& answer, Effects&) {
        if (!answer.ok()) return now.shared.features.not_learned(homeserver);
        now.shared.features.learn(homeserver, read_features(answer.body));
      },
      effects);
}

void on_synced(State& state, const Answer& answer, Effects& effects) {
  state.sync = CallId{};
  if (state.stage == Stage::offline || state.stage == Stage::stopped) return;
  if (answer.ok() && text_at(answer.body, "next_batch").empty()) {
    Answer unreadable;
    unreadable.error = {Fault::unavailable, "the homeserver's answer has no position"};
    return sync_failed(state, unreadable, effects);
  }
  if (!answer.ok()) return sync_failed(state, answer, effects);
  state.failing_since.reset();
  state.sync_failures = 0;
  state.small_sync = false;
  if (state.stage != Stage::ready) become_ready(state, effects);
  const auto gaps = gaps_in(state, object_at(answer.body, "rooms"));
  if (gaps.empty()) return take_answer(state, answer.body, {}, effects);
  state.answered = std::make_unique<SyncAnswer>();
  state.answered->body = answer.body;
  state.answered->open = gaps.size();
  for (const GapIn& gap : gaps) {
    fetch_missed(
        state, gap.room, gap.from, gap.until,
        [room = gap.room](State& now, Missed missed, Effects& then) { gap_filled(now, room, std::move(missed), then); },
        effects);
  }
}

}  // namespace dragoman::backends::matrix
