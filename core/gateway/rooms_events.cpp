#include "gateway/announcements.hpp"
#include "gateway/listening.hpp"
#include "gateway/pictures.hpp"
#include "gateway/room_archive.hpp"
#include "gateway/room_presence.hpp"
#include "gateway/rooms.hpp"
#include "gateway/spans_of_time.hpp"
#include "gateway/user.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/stanza_error.hpp"

// What the network says of the rooms that a person is in.

namespace dragoman::gateway {

void Rooms::on(const chat::RoomJoined& event) {
  Room* known = find(event.room);
  if (known == nullptr) {  // left while the network was still letting us in
    if (user_.has_session(context_.network.part_of(event.room)))
      user_.ask(chat::LeaveRoom{event.room, {}}, [](const chat::Done*, const chat::Failed*) {});
    return;
  }
  const bool was_lost = known->state() == Room::State::lost;
  const bool was_inside = known->state() == Room::State::joined;
  const bool fills = user_.catching_up().has_history({event.room, {}}) && !was_inside;
  CatchUp begun;
  begun.deaf_since = std::exchange(known->deaf_since, {});
  begun.quietly = !was_lost && !known->restored;
  const auto& clock = context_.timers.clock();
  const Uplink* from = user_.uplink(known->part());
  const bool says_how_long = was_lost && from != nullptr && from->lost_since != Instant{};
  if (says_how_long && fills) {
    const auto away = std::chrono::duration_cast<std::chrono::milliseconds>(clock.now() - from->lost_since);
    begun.deaf_since = clock.utc() - away;
  }
  if (begun.deaf_since && !fills) {
    known->announce_behind_snapshot(gap_text(*begun.deaf_since, clock.utc()));
  }
  if (fills && begun.quietly) known->history_is_coming();
  if (fills) user_.catching_up().start({event.room, {}}, std::move(begun));
  known->on_joined(event);
  if (says_how_long) {
    known->announce("The connection to " + context_.network.part_name(known->part()) + " is back after " +
                    duration_text(clock.now() - from->lost_since) + ".");
  }
  store(*known);
  if (!was_lost) bookmark(*known);
  user_.room_changed();
  context_.announcements.greet(owner_.str());
  context_.store.erase(banned_kind, user_.owner_key(), event.room.text);
  user_.sent().queue().wake();
}

void Rooms::on(const chat::RoomLeft& event) {
  using Why = chat::RoomLeft::Why;
  Room* known = find(event.room);
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
  user_.sent().queue().give_back({event.room, {}}, Fault::forbidden,
                                 event.text.empty() ? "you are not in the room any more" : event.text);
  forget(event.room);
}

void Rooms::on(const chat::RoomChanged& event) {
  Room* known = find(event.room);
  if (known == nullptr) return;
  known->capabilities.reset();
  if (event.capabilities != user_.capabilities({{}, {}})) {
    known->capabilities = std::make_unique<chat::Capabilities>(event.capabilities);
  }
  known->on_settings(event.settings, event.name);
  context_.pictures.learn({event.room, {}}, event.picture, user_);
}

void Rooms::on(const chat::TopicChanged& event) {
  if (Room* known = find(event.room)) known->on_topic(event);
  user_.room_changed();
}

void Rooms::on(const chat::OccupantsJoined& event) {
  if (Room* known = find(event.room)) known->on_occupants_joined(event);
}

void Rooms::on(const chat::OccupantsLeft& event) {
  if (Room* known = find(event.room)) known->on_occupants_left(event);
}

void Rooms::on(const chat::OccupantRenamed& event) {
  if (Room* known = find(event.room)) {
    known->on_renamed(event);
    if (event.self) store(*known);
  }
}

void Rooms::on(const chat::OccupantChanged& event) {
  if (Room* known = find(event.room)) known->on_changed(event);
}

void Rooms::on(const chat::HistoryGap& event) {
  if (Room* known = find(event.conversation.room)) {
    known->announce("Messages of this room were missed while the connection was away and cannot be fetched.");
  }
}

void Rooms::on_occupant_ping(const xmpp::Element& iq, const xmpp::Jid& resource, const chat::RoomId& id,
                             const xmpp::Jid& to) {
  Room* known = find(id);
  if (known == nullptr || known->find(resource.str()) == nullptr) {
    return user_.refuse(iq, Fault::unacceptable, "You are not in this room.");
  }
  const std::string nickname = nickname_of(context_.network.names_in(id), to.resource());
  if (context_.network.same_name(nickname, known->nick(), known->part())) {
    context_.link.send(xmpp::make_result(iq));
    return;
  }
  const auto person = context_.network.person_in_room(id, nickname);
  if (!person || !user_.has_session(known->part()))
    return user_.refuse(iq, Fault::not_found, "Nobody of that name is in this room.");
  user_.ask(chat::Ping{*person}, [this, iq](const chat::Done* done, const chat::Failed* failed) {
    if (done != nullptr) {
      context_.link.send(xmpp::make_result(iq));
    } else {
      user_.refuse(iq, *failed);
    }
  });
}

}  // namespace dragoman::gateway
