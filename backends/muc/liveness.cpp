#include <algorithm>
#include <utility>

#include "backends/muc/handlers.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/stanza_error.hpp"

// XEP-0410: whether we are still in a room is asked by a ping of ourselves through it, because rooms forget people
// without a word.
namespace dragoman::backends::muc {

namespace {

constexpr auto soon = std::chrono::seconds{30};
constexpr unsigned most_lost = 2;

enum class Presence { here, gone, unknown };

/// XEP-0410 3.2.
Presence read_self_ping(const Answer& answer) {
  if (!answer) return Presence::unknown;
  if (answer->get("type") != "error") return Presence::here;
  const std::string_view condition = xmpp::condition_of(*answer);
  // The first two: somebody is there who knows no ping. The last one: our nickname is changing just now.
  for (const std::string_view here : {"service-unavailable", "feature-not-implemented", "item-not-found"}) {
    if (condition == here) return Presence::here;
  }
  for (const std::string_view unknown : {"remote-server-not-found", "remote-server-timeout"}) {
    if (condition == unknown) return Presence::unknown;
  }
  return Presence::gone;
}

/// Messages that were refused as if we were not there, and we are.
void settle_rejected(Room& room, Effects& effects) {
  std::deque<Pending> left;
  for (Pending& each : std::exchange(room.pending, {})) {
    if (each.rejected) {
      effects.refused(each.command, each.rejected->fault, each.rejected->text);
    } else {
      left.push_back(std::move(each));
    }
  }
  room.pending = std::move(left);
}

void on_self_ping(State& state, const std::string& address, const Answer& answer, Effects& effects) {
  Room* room = state.find(address);
  if (room == nullptr || !std::exchange(room->pinging, false) || room->phase != Room::Phase::present) return;
  if (!answer && answer.error().fault == Fault::closed) return;  // the link goes, and all rooms with it
  switch (read_self_ping(answer)) {
    case Presence::here:
      room->pings_lost = 0;
      room->ping_at = effects.now + self_ping_interval;
      settle_rejected(*room, effects);
      return;
    case Presence::gone:
      return lose(state, *room, Fault::unavailable, "the room has forgotten us", true, effects);
    case Presence::unknown:
      break;
  }
  if (++room->pings_lost < most_lost) {
    room->ping_at = effects.now + soon;
    return;
  }
  lose(state, *room, Fault::unavailable, "the room's server does not answer", false, effects);
}

}  // namespace

void self_ping(State& state, Room& room, Effects& effects) {
  room.ping_at.reset();
  const auto ours = occupant_address(room, room.nick);
  if (room.pinging || !ours) return;
  room.pinging = true;
  xmpp::Element iq = make_iq(state, "get", ours->str());
  iq.add("ping", xmpp::ns::ping);
  ask(
      state, std::move(iq),
      [address = room.address.str()](State& later, const Answer& answer, Effects& then) {
        on_self_ping(later, address, answer, then);
      },
      effects, soon);
}

void liveness_timers(State& state, Effects& effects) {
  for (auto& [address, room] : state.rooms) {
    if (room.phase != Room::Phase::present) continue;
    if (room.ping_at && *room.ping_at <= effects.now) self_ping(state, room, effects);
    if (room.renaming && room.renaming->deadline <= effects.now) {
      effects.refused(std::exchange(room.renaming, std::nullopt)->command, Fault::timeout, "the room does not answer");
    }
  }
}

std::optional<Instant> next_of_liveness(const Room& room) {
  if (room.phase != Room::Phase::present) return std::nullopt;
  std::optional<Instant> next = room.ping_at;
  if (room.renaming) next = std::min(next.value_or(Instant::max()), room.renaming->deadline);
  return next;
}

}  // namespace dragoman::backends::muc
