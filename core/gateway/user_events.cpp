#include "base/log.hpp"
#include "gateway/announcements.hpp"
#include "gateway/listening.hpp"
#include "gateway/own_names.hpp"
#include "gateway/own_pictures.hpp"
#include "gateway/pictures.hpp"
#include "gateway/returned.hpp"
#include "gateway/room_archive.hpp"
#include "gateway/room_presence.hpp"
#include "gateway/to_stanza.hpp"
#include "gateway/user.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/stanza_error.hpp"

// What the network tells a person, one overload for each event.

namespace dragoman::gateway {

namespace {

std::string duration_text(Duration duration) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration).count();
  if (seconds < 120) return std::to_string(seconds) + " s";
  if (seconds < 7200) return std::to_string(seconds / 60) + " min";
  return std::to_string(seconds / 3600) + " h";
}

}  // namespace

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
  ask_again(from);
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
  std::vector<chat::RoomId> left;
  for (auto& [id, room] : rooms_) {
    if (room->part() == from.part) left.push_back(id);
  }
  for (const chat::RoomId& id : left) {
    if (Room* each = room(id)) {
      if (each->persistent && each->empty()) {
        join_later(*each);
      } else if (each->state() == Room::State::joining) {
        refuse_join(id, {{}, chat::Failed::Outcome::refused, event.fault, event.text, {}});
      } else {
        each->close({333}, {}, event.text);
        each->persistent ? join_later(*each) : forget_room(id);
      }
    }
  }
  from.given_up = true;
  refuse_login(from, event.fault, event.text);
  // A network that is one says so by its presence; of several servers who is refused a room has heard why.
  if (context_.network.in_parts() && left.empty()) say_notice({}, event.text, from.part);
  tidy_.arm();
}

void User::on(const chat::RoomJoined& event) {
  Room* known = room(event.room);
  if (known == nullptr) {  // left while the network was still letting us in
    if (has_session(context_.network.part_of(event.room)))
      ask(chat::LeaveRoom{event.room, {}}, [](const chat::Done*, const chat::Failed*) {});
    return;
  }
  const bool was_lost = known->state() == Room::State::lost;
  const bool was_inside = known->state() == Room::State::joined;
  const bool fills = catching_up_.has_history({event.room, {}}) && !was_inside;
  CatchUp begun;
  begun.deaf_since = std::exchange(known->deaf_since, {});
  begun.quietly = !was_lost && !known->restored;
  const auto& clock = context_.timers.clock();
  const Uplink* from = uplink(known->part());
  const bool says_how_long = was_lost && from != nullptr && from->lost_since != Instant{};
  if (says_how_long && fills) {
    const auto away = std::chrono::duration_cast<std::chrono::milliseconds>(clock.now() - from->lost_since);
    begun.deaf_since = clock.utc() - away;
  }
  if (begun.deaf_since && !fills) {
    known->announce_behind_snapshot(gap_text(*begun.deaf_since, clock.utc()));
  }
  if (fills && begun.quietly) known->history_is_coming();
  if (fills) catching_up_.start({event.room, {}}, std::move(begun));
  known->on_joined(event);
  if (says_how_long) {
    known->announce("The connection to " + context_.network.part_name(known->part()) + " is back after " +
                    duration_text(clock.now() - from->lost_since) + ".");
  }
  store_room(*known);
  if (!was_lost) bookmark(*known);
  room_changed();
  context_.announcements.greet(owner_.str());
  context_.store.erase(banned_kind, owner_key(), event.room.text);
  sent_.queue().wake();
}

void User::on(const chat::RoomLeft& event) {
  using Why = chat::RoomLeft::Why;
  Room* known = room(event.room);
  if (known == nullptr) return;
  if (event.renamed) {
    context_.store.rename_room(network().str(), owner_.str(), event.room.text, event.moved_to.text);
  }
  const bool refused = known->state() == Room::State::joining && event.fault == Fault::forbidden;
  if (refused || event.why == Why::banned) shut_out(event.room);
  if (known->state() == Room::State::joining) {
    // Left and joined again before the network had answered: that is the end of the first time.
    if (event.why == Why::left) return;
    const chat::Failed why{{}, chat::Failed::Outcome::refused, event.fault, event.text, {}};
    return refuse_join(event.room, why, event.why == Why::moved ? event.moved_to : chat::RoomId{});
  }
  const std::string venue = event.moved_to.empty() ? std::string{} : context_.address(event.moved_to);
  Room::Farewell farewell;
  farewell.actor = event.actor;
  switch (event.why) {
    case Why::left:
      farewell.text = event.text;
      break;
    case Why::kicked:
      farewell.status = {307};
      farewell.reason = event.text;
      break;
    case Why::banned:
      farewell.status = {301};
      farewell.reason = event.text;
      farewell.banned = true;
      break;
    case Why::lost:
    case Why::refused:
      farewell.status = {333};
      farewell.text = event.text;
      break;
    case Why::moved:
    case Why::destroyed:
      farewell.destroyed = true;
      farewell.venue = venue;
      farewell.reason = event.text;
      break;
  }
  if (farewell.destroyed && bookmarks_) bookmarks_->remove(known->address());
  if (event.why == Why::moved && !event.moved_to.empty()) {
    follow(*known, event.moved_to);
  } else if (known->persistent && known->empty() && event.why != Why::left) {
    tell_not_staying(*known, event.text);
  }
  known->close(std::move(farewell));
  sent_.queue().give_back({event.room, {}}, Fault::forbidden,
                          event.text.empty() ? "you are not in the room any more" : event.text);
  forget_room(event.room);
}

void User::on(const chat::RoomChanged& event) {
  Room* known = room(event.room);
  if (known == nullptr) return;
  known->capabilities.reset();
  if (event.capabilities != capabilities({{}, {}})) {
    known->capabilities = std::make_unique<chat::Capabilities>(event.capabilities);
  }
  known->on_settings(event.settings, event.name);
  context_.pictures.learn({event.room, {}}, event.picture, *this);
}

void User::on(const chat::TopicChanged& event) {
  if (Room* known = room(event.room)) known->on_topic(event);
  room_changed();
}

void User::on(const chat::OccupantsJoined& event) {
  if (Room* known = room(event.room)) known->on_occupants_joined(event);
}

void User::on(const chat::OccupantsLeft& event) {
  if (Room* known = room(event.room)) known->on_occupants_left(event);
}

void User::on(const chat::OccupantRenamed& event) {
  if (Room* known = room(event.room)) {
    known->on_renamed(event);
    if (event.self) store_room(*known);
  }
}

void User::on(const chat::OccupantChanged& event) {
  if (Room* known = room(event.room)) known->on_changed(event);
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

void User::on(const chat::HistoryGap& event) {
  if (Room* known = room(event.conversation.room)) {
    known->announce("Messages of this room were missed while the connection was away and cannot be fetched.");
  }
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

void User::on_occupant_ping(const xmpp::Element& iq, const xmpp::Jid& resource, const chat::RoomId& id,
                            const xmpp::Jid& to) {
  Room* known = room(id);
  if (known == nullptr || known->find(resource.str()) == nullptr) {
    return refuse(iq, Fault::unacceptable, "You are not in this room.");
  }
  const std::string nickname = nickname_of(context_.network.names_in(id), to.resource());
  if (context_.network.same_name(nickname, known->nick(), known->part())) {
    context_.link.send(xmpp::make_result(iq));
    return;
  }
  const auto person = context_.network.person_in_room(id, nickname);
  if (!person || !has_session(known->part()))
    return refuse(iq, Fault::not_found, "Nobody of that name is in this room.");
  ask(chat::Ping{*person}, [this, iq](const chat::Done* done, const chat::Failed* failed) {
    if (done != nullptr) {
      context_.link.send(xmpp::make_result(iq));
    } else {
      refuse(iq, *failed);
    }
  });
}

}  // namespace dragoman::gateway
