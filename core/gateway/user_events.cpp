#include "base/log.hpp"
#include "gateway/announcements.hpp"
#include "gateway/own_names.hpp"
#include "gateway/own_pictures.hpp"
#include "gateway/spans_of_time.hpp"
#include "gateway/user.hpp"

// What the network tells a person, one overload for each event.

namespace dragoman::gateway {

void User::on_event(Uplink& from, const chat::Event& event) {
  std::visit(
      [&](const auto& each) {
        if constexpr (requires { on(each, from); }) {
          on(each, from);
        } else {
          on(each);
        }
      },
      event);
  context_.wrote();
}

void User::on(const chat::Ready& event, Uplink& from) {
  context_.listens();
  ++context_.traffic.ready;
  from.nickname = event.nickname;
  from.is(Uplink::State::ready, event.text.empty() ? "connected as " + event.nickname : event.text,
          context_.timers.clock().utc());
  LOG_DEBUG_OF(owner_.bare_view(), "network ready", owner_, network(), from.part, from.nickname);
  sent_.on_ready(from);
  say_notices(from);
  tell_presence();
  if (from.told) from.told->stale = true;
  Contacts* contacts = subscriptions_.contacts();
  if (contacts != nullptr && contacts->has_people() && !account_.registered) contacts->keep_nickname(from.nickname);
  subscriptions_.watch_all(from);
  context_.own_pictures.on_ready(*this);
  context_.own_names.on_ready(*this, from.part);
  blocked_.tell_all(from);
  tidy_.arm();
  rooms_.ask_again(from);
  ask_unasked(from);
  sent_.queue().wake();
}

void User::on(const chat::Lost& event, Uplink& from) {
  const auto& clock = context_.timers.clock();
  const bool was_ready = from.state == Uplink::State::ready;
  const bool known = from.state == Uplink::State::lost && event.retry_at;
  from.is(Uplink::State::lost, event.text, clock.utc());
  ++context_.traffic.lost;
  note_error(event.text);
  LOG_DEBUG_OF(owner_.bare_view(), "network lost", owner_, network(), from.part, event.fault, event.text);
  if (was_ready || from.lost_since == Instant{}) from.lost_since = clock.now();
  if (Contacts* contacts = subscriptions_.contacts()) contacts->lose_people(from.part);
  room_changed();
  say_notices(from);
  fail_unasked(from, event.fault, unreachable_text(from));
  if (!event.retry_at) return give_up(event, from);
  for (auto& [id, room] : rooms_) {
    if (room->state() != Room::State::joined || room->part() != from.part) continue;
    room->on_lost();
    room->announce("The connection to " + context_.network.part_name(from.part) + " was lost (" + event.text +
                   "). It is being retried; what you write is kept for " +
                   duration_text(context_.policy.delivery.room_patience) + ".");
  }
  if (!known) tell_presence();  // once an outage, not at every attempt
}

void User::give_up(const chat::Lost& event, Uplink& from) {
  // It will not get better by itself: nothing may look as if it would.
  for (const chat::Conversation& conversation : sent_.queue().conversations()) {
    if (chat::part_of(context_.network, conversation) == from.part) {
      sent_.queue().give_back(conversation, event.fault, event.text);
    }
  }
  const bool had_rooms = rooms_.give_up(from, event.fault, event.text);
  from.given_up = true;
  refuse_login(from, event.fault, event.text);
  // A network that is one says so by its presence; of several servers who is refused a room has heard why.
  if (context_.network.in_parts() && !had_rooms) say_notice({}, event.text, from.part);
  tidy_.arm();
}

void User::on(const chat::SelfChanged& event, Uplink& from) {
  if (!event.nickname.empty()) from.nickname = event.nickname;
  if (from.state == Uplink::State::ready && !event.text.empty() && event.text != from.text) {
    from.text = event.text;
    tell_presence();
  }
  if (!event.room) return;
  if (Room* known = room(*event.room)) known->on_self_standing(event.standing);
}

void User::on(const chat::CapabilitiesChanged& event, Uplink& from) {
  from.capabilities.reset();
  if (event.capabilities != context_.network.describe().capabilities) {
    from.capabilities = std::make_unique<chat::Capabilities>(event.capabilities);
  }
  catching_up_.get_missed_private(from);
}

void User::on(const chat::Done& event, Uplink& from) {
  if (sent_.queue().on_done(event)) {
    if (sent_.queue().empty()) tidy_.arm();
    return;
  }
  from.asking.on_done(event);
}

void User::on(const chat::Failed& event, Uplink& from) {
  if (!sent_.queue().on_failed(event)) from.asking.on_failed(event);
}

}  // namespace dragoman::gateway
