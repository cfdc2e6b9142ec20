#include "gateway/overview.hpp"

#include <algorithm>
#include <tuple>

#include "gateway/gateway.hpp"
#include "gateway/user.hpp"

// What the gateway and its people look like from outside.

namespace dragoman::gateway {

namespace {

RoomOverview::State seen_from_outside(Room::State state) {
  switch (state) {
    case Room::State::joining:
      return RoomOverview::State::joining;
    case Room::State::joined:
      return RoomOverview::State::joined;
    case Room::State::lost:
      return RoomOverview::State::lost;
  }
  return RoomOverview::State::lost;
}

RoomOverview overview_of(const Room& room, const User& person) {
  RoomOverview overview;
  overview.address = room.address();
  overview.name = room.name();
  overview.person = person.jid().str();
  overview.nickname = room.nick();
  overview.state = seen_from_outside(room.state());
  overview.occupants = room.occupants().size();
  overview.clients = room.resources().size();
  return overview;
}

SessionOverview::State state_of(const Uplink& uplink) {
  if (uplink.refused) return SessionOverview::State::refused;
  switch (uplink.state) {
    case Uplink::State::none:
      return SessionOverview::State::none;
    case Uplink::State::connecting:
      return SessionOverview::State::connecting;
    case Uplink::State::ready:
      return SessionOverview::State::ready;
    case Uplink::State::lost:
      return SessionOverview::State::lost;
  }
  return SessionOverview::State::none;
}

int rank(SessionOverview::State state) {
  switch (state) {
    case SessionOverview::State::none:
      return 0;
    case SessionOverview::State::refused:
      return 1;
    case SessionOverview::State::lost:
      return 2;
    case SessionOverview::State::connecting:
      return 3;
    case SessionOverview::State::ready:
      return 4;
  }
  return 0;
}

}  // namespace

std::string_view to_string(SessionOverview::State state) {
  switch (state) {
    case SessionOverview::State::none:
      return "none";
    case SessionOverview::State::connecting:
      return "connecting";
    case SessionOverview::State::ready:
      return "ready";
    case SessionOverview::State::lost:
      return "lost";
    case SessionOverview::State::refused:
      return "refused";
  }
  return "none";
}

std::string_view to_string(RoomOverview::State state) {
  switch (state) {
    case RoomOverview::State::joining:
      return "joining";
    case RoomOverview::State::joined:
      return "joined";
    case RoomOverview::State::lost:
      return "lost";
  }
  return "lost";
}

SessionOverview::State User::session_state() const {
  // Of several, the one that most can be done with.
  using State = SessionOverview::State;
  State best = State::none;
  for (const auto& each : uplinks_) {
    const State state = state_of(*each);
    if (rank(state) > rank(best)) best = state;
  }
  return best;
}

std::map<std::string, std::array<std::uint64_t, 5>> parts_by_state(const Overview& overview) {
  std::map<std::string, std::array<std::uint64_t, 5>> parts;
  for (const SessionOverview& session : overview.sessions) {
    for (const UplinkOverview& each : session.parts) ++parts[each.part][static_cast<std::size_t>(each.state)];
  }
  return parts;
}

std::vector<UplinkOverview> User::uplinks() const {
  std::vector<UplinkOverview> all;
  for (const auto& each : uplinks_) {
    all.push_back({each->part, context_.network.part_name(each->part), nickname(each->part), state_of(*each),
                   each->text, each->since, rooms_in(*each)});
  }
  return all;
}

SessionOverview User::overview() const {
  SessionOverview overview;
  if (context_.network.in_parts()) overview.parts = uplinks();
  overview.person = owner_.str();
  overview.nickname = nickname();
  overview.registered = registered();
  overview.present = is_present();
  overview.state = session_state();
  overview.text = status();
  for (const auto& each : uplinks_) overview.since = std::max(overview.since, each->since);
  overview.clients = clients_.online();
  overview.rooms = rooms_.size();
  overview.waiting = sent_.queue().size();
  overview.oldest = sent_.queue().oldest();
  overview.last_error = last_error_;
  overview.last_error_at = last_error_at_;
  return overview;
}

Overview Gateway::overview() const {
  Overview overview;
  const chat::Description& network = parts_.network.describe();
  overview.jid = parts_.link.jid().str();
  overview.kind = network.kind;
  overview.name = network.name;
  overview.link_up = parts_.link.up();
  overview.link_ups = parts_.link.times_up();
  overview.output_backlog = parts_.link.backlog();
  overview.received = parts_.link.received();
  overview.sent = parts_.link.sent();
  overview.errors_received = parts_.link.errors_received();
  overview.errors_sent = parts_.link.errors_sent();
  overview.traffic = context_.traffic;
  overview.accepted_for_people = incoming_.accepted();
  overview.written_to_people = incoming_.delivered();
  for (const auto& [bare, person] : users_) {
    overview.sessions.push_back(person->overview());
    person->each_room([&](const Room& room) { overview.rooms.push_back(overview_of(room, *person)); });
  }
  std::sort(overview.sessions.begin(), overview.sessions.end(),
            [](const auto& a, const auto& b) { return a.person < b.person; });
  std::sort(overview.rooms.begin(), overview.rooms.end(),
            [](const auto& a, const auto& b) { return std::tie(a.address, a.person) < std::tie(b.address, b.person); });
  return overview;
}

}  // namespace dragoman::gateway
