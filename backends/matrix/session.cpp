#include "backends/matrix/session.hpp"

#include <algorithm>
#include <utility>

#include "backends/matrix/handlers.hpp"
#include "backends/matrix/json.hpp"
#include "backends/matrix/paths.hpp"

namespace dragoman::backends::matrix {

namespace {

/// How we are called everywhere.
void ask_own_profile(State& state, Effects& effects) {
  Call call{"GET", client_api + "/profile/" + percent_encode(state.me.user_id)};
  call.counted = false;
  state.calls.add(
      std::move(call),
      [](State& now, const Answer& answer, Effects& then) {
        if (!answer.ok()) return;
        const std::string before = std::exchange(now.display_name, text_at(answer.body, "displayname"));
        now.avatar = text_at(answer.body, "avatar_url");
        if (!now.me.wished_name.empty() && now.display_name != now.me.wished_name)
          be_called(now, now.me.wished_name, then);
        if (now.stage != Stage::ready || now.display_name == before || now.display_name.empty()) return;
        then.tell(chat::SelfChanged{now.display_name, std::nullopt, {}, {}});
      },
      effects);
}

void earlier(std::optional<Instant>& next, std::optional<Instant> when) {
  if (when && (!next || *when < *next)) next = when;
}

/// The rooms are those of another homeserver now, whatever they are called.
void take_homeserver(State& state, const std::string& homeserver) {
  if (state.homeserver == homeserver) return;
  state.homeserver = homeserver;
  for (auto& [id, room] : state.rooms) {
    if (room->share) forget_members(*room);
  }
}

}  // namespace

State::State(const Shared& of, Identity who)
    : shared(of),
      me(std::move(who)),
      encryption(of.make_encryption ? of.make_encryption(me) : std::make_unique<NoEncryption>()),
      calls(of.random,
            [this](const Call::Saying& says, const std::string& content) -> std::optional<Result<std::string>> {
              const auto room = rooms.find(says.room);
              if (room == rooms.end() || !room->second->encrypted) return std::nullopt;
              return encryption->seal(says.room, says.type, content);
            }) {}

Session::Session(const Shared& shared, Identity me, const std::function<std::string(const std::string& key)>& kept,
                 std::function<void()> wants_input)
    : state_(shared, std::move(me)) {
  state_.kept = kept;
  state_.wants_input = std::move(wants_input);
  restore(state_, kept);
}

void Session::on_connected(const std::string& homeserver, Effects& effects) {
  if (state_.stage == Stage::stopped) return;
  take_homeserver(state_, homeserver);
  state_.stage = Stage::syncing;
  state_.first_sync = true;
  state_.calls.resume(effects);
  make_filter(state_, effects);
  ask_features(state_, effects);
  ask_own_profile(state_, effects);
  begin_sync(state_, effects);
  end_input(effects);
}

void Session::end_input(Effects& effects) {
  state_.calls.end_refused(state_, effects);
  keep_rooms(state_, effects);
}

void Session::on_response(CallId id, const Returned& returned, Effects& effects) {
  if (state_.stage == Stage::stopped) return;
  const bool was_ready = state_.stage == Stage::ready;
  state_.calls.on_returned(id, returned, state_, effects);
  join_waiting(state_, effects);
  if (!was_ready && state_.stage == Stage::ready) ask_presences(state_, effects);
  end_input(effects);
}

void Session::on_upload(CallId id, const Result<Uploaded>& uploaded, Effects& effects) {
  if (state_.stage == Stage::stopped) return;
  on_uploaded(state_, id, uploaded, effects);
  end_input(effects);
}

void Session::on_pushed(const std::vector<Event>& events, Effects& effects) {
  if (state_.stage == Stage::stopped || state_.stage == Stage::offline) return;
  for (const Event& event : events) take_pushed(state_, event, effects);
  end_input(effects);
}

void Session::on_tokens(const std::optional<Ending>& refused, Effects& effects) {
  if (state_.stage == Stage::stopped || state_.stage == Stage::offline) return;
  if (refused) {
    effects.ending = *refused;
  } else {
    state_.calls.resume(effects);
  }
  end_input(effects);
}

void Session::on_shared(Effects& effects) {
  if (state_.stage == Stage::stopped || state_.stage == Stage::offline) return;
  go_on_loading(state_, effects);
  end_input(effects);
}

void Session::on_wake(Effects& effects) {
  if (state_.stage == Stage::stopped) return;
  expire_joins(state_, effects);
  if (state_.stage == Stage::offline) return;
  state_.calls.on_wake(state_, effects);
  expire_signals(state_, effects);
  show_polls(state_, effects);
  if (state_.sync_at && *state_.sync_at <= effects.now) begin_sync(state_, effects);
  end_input(effects);
}

void Session::perform(chat::CommandId id, const chat::Command& command, Effects& effects) {
  if (state_.stage == Stage::stopped) return;
  matrix::perform(state_, id, command, effects);
  end_input(effects);
}

void Session::on_lost(const Ending& ending, std::optional<Instant> retry_at, Effects& effects) {
  if (state_.stage == Stage::stopped) return;
  state_.stage = Stage::offline;
  state_.sync = CallId{};
  state_.answered.reset();
  state_.failing_since.reset();
  state_.sync_at.reset();
  state_.sync_failures = 0;
  state_.pushed.clear();  // the next /sync has it all
  state_.sync_wanted = false;
  effects.tell(chat::Lost{ending.fault, ending.text, retry_at});
  const Error error{ending.fault, ending.text};
  state_.calls.lost(error, state_, effects);
  sending_lost(state_, error, effects);
  pause_rooms(state_, error, effects);
  for (Joining& each : state_.joining) each.asked = false;
  // Who waits for a room hears at once what cannot become better while they wait.
  if (!retry_at || *retry_at >= effects.now + answer_deadline) {
    for (const Joining& each : std::exchange(state_.joining, {})) {
      effects.failed(each.command, chat::Failed::Outcome::not_sent, ending.fault, ending.text);
    }
  }
  end_input(effects);
}

void Session::stop(Effects& effects) {
  state_.stage = Stage::stopped;
  // Nobody listens any more: what its calls would tell is told to nobody.
  Heard nobody;
  Effects silent{effects.now, effects.utc, nobody};
  state_.calls.lost({Fault::closed, "stopped"}, state_, silent);
  effects.abandoned = std::move(silent.abandoned);
  for (auto& [id, room] : state_.rooms) room->share.leave();
}

std::optional<chat::PersonId> Session::person_in_room(const chat::RoomId& room, std::string_view nickname) const {
  const auto id = state_.shared.book.room_at(room);
  const auto known = id ? state_.rooms.find(*id) : state_.rooms.end();
  if (known == state_.rooms.end()) return std::nullopt;
  const auto user_id = user_in_room(*known->second, nickname);
  return user_id ? std::optional{person_id(*user_id)} : std::nullopt;
}

std::optional<std::uint64_t> Session::people_in(const chat::RoomId& room) const {
  const auto id = state_.shared.book.room_at(room);
  const auto known = id ? state_.rooms.find(*id) : state_.rooms.end();
  if (known == state_.rooms.end() || known->second->phase != Room::Phase::joined) return std::nullopt;
  const std::uint64_t people = known->second->joined_count;
  return people == 0 ? std::nullopt : std::optional{people};
}

bool Session::is_up_to_date() const {
  const State& now = state_;
  if (now.stage != Stage::ready || now.first_sync || now.answered || now.failing_since) return false;
  return !now.sync_wanted && !now.calls.has(now.sync);
}

std::optional<Instant> Session::wake() const {
  if (state_.stage == Stage::stopped) return std::nullopt;
  std::optional<Instant> next = next_join_deadline(state_);
  if (state_.stage == Stage::offline) return next;
  earlier(next, state_.calls.wake());
  earlier(next, next_signal(state_));
  earlier(next, next_poll(state_));
  earlier(next, state_.sync_at);
  return next;
}

}  // namespace dragoman::backends::matrix
