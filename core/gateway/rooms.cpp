#include "gateway/rooms.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "gateway/access.hpp"
#include "gateway/room_document.hpp"
#include "gateway/room_presence.hpp"
#include "gateway/user.hpp"
#include "xmpp/muc.hpp"
#include "xmpp/namespaces.hpp"

namespace dragoman::gateway {

namespace {

Room::Asked asked_by(const xmpp::Element& presence) {
  return {std::string{presence.get("to")}, std::string{presence.get("id")},
          presence.child("x", xmpp::ns::muc) == nullptr};
}

/// COMPAT mcabber 1.1 changes its nickname by entering a room again under the new one. Who has lost sight of the room
/// asks for the name that it asked for before, or has. Where nicknames are the room's and nobody chooses theirs by
/// entering (Matrix), entering is entering.
bool is_other_name(const Room& room, const Room::Resource& client, const xmpp::Jid& to, const chat::Network& network) {
  if (network.realm_of(room.id()) != room.part()) return false;
  if (room.state() != Room::State::joined || client.waiting || to.resource().empty()) return false;
  const RealmNames names = network.names_in(room.id());
  const std::string nick = nickname_of(names, to.resource());
  return !nick.empty() && !network.same_name(nick, room.nick(), room.part()) &&
         !network.same_name(nick, nickname_of(names, client.wished_nick), room.part());
}

}  // namespace

Rooms::Rooms(Context& context, const xmpp::Jid& owner, User& user)
    : context_(context),
      owner_(owner),
      user_(user),
      joins_(context.policy.rooms_per_minute, Duration{std::chrono::minutes{1}} / context.policy.rooms_per_minute) {}

bool Rooms::has_client(std::string_view client) const {
  return std::any_of(begin(), end(), [&](const auto& each) { return each.second->has(client); });
}

bool Rooms::has_clients() const {
  return std::any_of(begin(), end(), [](const auto& each) { return !each.second->empty(); });
}

Room* Rooms::find(const chat::RoomId& id) const {
  const auto found = rooms_.find(id);
  return found == rooms_.end() ? nullptr : found->second.get();
}

void Rooms::on_presence(const xmpp::Element& presence, const xmpp::Jid& resource, const chat::RoomId& id,
                        const xmpp::Jid& to) {
  const std::string_view type = presence.get("type");
  Room* known = find(id);
  if (type == "unavailable") {
    if (known != nullptr && known->find(resource.str()) != nullptr) {
      const std::string text = presence.child_text("status", presence.ns);
      known->leave(resource.str(), {}, text);
      left_by(*known, resource.str(), text);
    }
    return;
  }
  if (!type.empty()) return;  // subscriptions to rooms come with the roster
  const bool joins = presence.child("x", xmpp::ns::muc) != nullptr;
  const Room::Resource* client = known == nullptr ? nullptr : known->find(resource.str());
  const bool renames = joins && client != nullptr && is_other_name(*known, *client, to, context_.network);
  if (joins && !renames) return join(presence, resource, id, to);
  if (client != nullptr) return change_nickname(presence, *known, resource, to);
  if (to.is_bare()) return;  // that of somebody who has the room among their contacts
  if (enters_plainly(presence, resource)) return join(presence, resource, id, to);
  // A client that believes it is in a room where it is not: XEP-0045 7.2.1 recommends to tell it so.
  tell_outside(id, resource.str(), std::string{to.resource()}, {307, 333});
}

bool Rooms::enters_plainly(const xmpp::Element& presence, const xmpp::Jid& resource) const {
  switch (context_.policy.groupchat1) {
    case Policy::Groupchat1::always:
      return true;
    case Policy::Groupchat1::never:
      return false;
    case Policy::Groupchat1::automatic:
      break;
  }
  return xmpp::is_groupchat1(presence) && !context_.features.knows_muc(resource.str());
}

void Rooms::join(const xmpp::Element& presence, const xmpp::Jid& resource, const chat::RoomId& id,
                 const xmpp::Jid& to) {
  const Room::Asked asked = asked_by(presence);
  const std::string nick{to.resource()};
  if (!asked.plainly) context_.features.learn_muc(resource.str());
  if (nick.empty()) {
    return refuse_presence(resource.str(), asked,
                           {"jid-malformed", {}, "Say which nickname you want in the room.", {}});
  }
  if (!user_.registered() && context_.policy.needs_account()) {
    return refuse_presence(resource.str(), asked, Fault::members_only,
                           "Register with " + context_.link.jid().str() + " before you join rooms.");
  }
  Room* known = find(id);
  if (known == nullptr) {
    const std::string part = context_.network.part_of(id);
    if (const auto refused = refusal_of_another(part)) {
      return refuse_presence(resource.str(), asked, refused->fault, refused->text);
    }
    const bool stays = stays_in(id);
    known = rooms_.emplace(id, std::make_unique<Room>(context_, id, nick)).first->second.get();
    known->persistent = stays;
    known->password = xmpp::read_join(presence).password;
    std::string invited = user_.invitations().take_password(id);
    if (known->password.empty()) known->password = std::move(invited);
    known->enter(resource.str(), nick, arrive(id, resource, presence), asked);
    store(*known);
    user_.connect_if_needed(part, nick);
    return ask_to_join(*known);
  }
  if (known->find(resource.str()) == nullptr && known->resources().size() >= user_.most(Quota::connections)) {
    return refuse_presence(resource.str(), asked, Fault::limited,
                           "you are in this room " + std::to_string(known->resources().size()) +
                               " times already, which is the limit here; leave it with one of these clients first");
  }
  if (known->empty()) user_.look_again();  // they stayed in it without a client, and away
  known->enter(resource.str(), nick, arrive(id, resource, presence), asked);
  store(*known);
  if (known->state() == Room::State::joining && !known->asking) ask_to_join(*known);
}

std::optional<Error> Rooms::refusal_of_another(const std::string& part) {
  if (rooms_.size() >= user_.most(Quota::rooms)) {
    return Error{Fault::limited, "You are in " + std::to_string(rooms_.size()) +
                                     " rooms here, which is your limit; leave one before you join another." +
                                     ask_whom(context_, "if you need more")};
  }
  if (!user_.takes(joins_, Quota::rooms_per_minute)) {
    ++context_.traffic.joins_limited;
    return Error{Fault::limited, "You may join " + std::to_string(user_.most(Quota::rooms_per_minute)) +
                                     " rooms a minute here; try again in a moment."};
  }
  if (const auto may = user_.may_connect(part); !may) return may.error();
  return std::nullopt;
}

void Rooms::ask_to_join(Room& room) {
  const chat::RoomId id = room.id();
  chat::JoinRoom command{id, room.nick(), room.password};
  room.asking = true;
  room.attempt = static_cast<unsigned>(context_.next_command());  // of all rooms: one entered anew is another
  user_.ask(command, [this, id, attempt = room.attempt](const chat::Done*, const chat::Failed* failed) {
    Room* asked = find(id);
    if (asked == nullptr || asked->attempt != attempt) return;
    asked->asking = false;
    if (failed == nullptr) return;
    if (asked->restored && failed->outcome != chat::Failed::Outcome::refused) return stay_outside(*asked, *failed);
    if (failed->fault == Fault::forbidden) shut_out(id);
    refuse_join(id, *failed);
  });
}

void Rooms::ask_again(const Uplink& uplink) {
  for (auto& [id, room] : rooms_) {
    if (room->part() == uplink.part && room->restored && !room->asking && room->state() == Room::State::joining)
      ask_to_join(*room);
  }
}

void Rooms::store(const Room& room) {
  context_.store.put_secret({"room", user_.owner_key(), room.id().text, write_room(room)});
}

void Rooms::forget(chat::RoomId id) {
  rooms_.erase(id);
  context_.store.erase("room", user_.owner_key(), id.text);
  user_.room_changed();
  user_.look_again();
}

void Rooms::restore(const chat::RoomId& id, const std::string& json) {
  const StoredRoom stored = read_room(json);
  if (stored.resources.empty() && !stored.persistent) return;
  if (const auto may = context_.network.may_open(context_.network.part_of(id), {}); !may) {
    // It is kept: the operator may list the server again.
    LOG_WARN("a stored room is of a server that is not served and is skipped", owner_, id, may.error());
    return;
  }
  auto restored = std::make_unique<Room>(context_, id, stored.nick);
  restored->password = stored.password;
  restored->persistent = stored.persistent;
  for (const std::string& resource : stored.resources) {
    const auto& old = stored.groupchat1;
    const bool plainly = std::find(old.begin(), old.end(), resource) != old.end();
    restored->enter(resource, stored.nick, {}, {{}, {}, plainly});
    if (!plainly) context_.features.learn_muc(resource);
  }
  restored->restored = stored.joined;
  if (stored.joined) restored->deaf_since = context_.deaf_since;
  Room& entered = *rooms_.emplace(id, std::move(restored)).first->second;
  if (!may_use(context_, owner_)) return;  // it is kept for when they may again: come_back()
  if (user_.may_connect(entered.part())) user_.connect_if_needed(entered.part(), stored.nick);
  ask_to_join(entered);
}

void Rooms::change_nickname(const xmpp::Element& presence, Room& room, const xmpp::Jid& resource, const xmpp::Jid& to) {
  // An update of show or status comes to the nickname that we have, as clients see it; a client that entered under
  // another spelling of it may go on with that.
  const RealmNames names = context_.network.names_in(room.id());
  const std::string nick = nickname_of(names, to.resource());
  if (nick.empty() || nick == room.nick()) return;
  const Room::Resource* client = room.find(resource.str());
  if (context_.network.same_name(nick, room.nick(), room.part()) && nick == nickname_of(names, client->wished_nick)) {
    return;
  }
  user_.ask(chat::SetNickname{nick, room.part(), room.id()},
            [this, asked = asked_by(presence), to_jid = resource.str()](const chat::Done*, const chat::Failed* failed) {
              if (failed != nullptr) refuse_presence(to_jid, asked, *failed);
            });
}

}  // namespace dragoman::gateway
