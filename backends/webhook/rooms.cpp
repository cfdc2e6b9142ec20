#include "backends/webhook/rooms.hpp"

#include <algorithm>

#include "backends/webhook/hub.hpp"
#include "backends/webhook/session.hpp"
#include "base/log.hpp"
#include "base/text.hpp"

// Into the rooms of other networks and bridges, and out of them. What is said there: rooms_said.cpp; what is heard:
// rooms_heard.cpp.

namespace dragoman::backends::webhook {

namespace {

constexpr std::size_t most_rooms = 20;

const char* state_word(BoundRoom::State state) {
  switch (state) {
    case BoundRoom::State::wanted:
      return "waits for an invitation";
    case BoundRoom::State::asking:
      return "waits for a moderator";
    case BoundRoom::State::bound:
      return "bound";
    case BoundRoom::State::paused:
      return "paused";
  }
  return "";
}

std::vector<BoundRoom>::iterator row_of(Hook& hook, const std::string& address) {
  return std::find_if(hook.rooms.begin(), hook.rooms.end(),
                      [&address](const BoundRoom& each) { return each.address == address; });
}

/// What people write for a bridge: "bridge:dev", in any case; empty: they name a room.
std::string bridge_named(std::string_view written) { return bridge_in(text::ascii_lower(text::trim(written))); }

Error too_many_rooms() {
  return failure(Fault::limited, "A webhook may be in " + std::to_string(most_rooms) + " rooms at most.");
}

}  // namespace

void Rooms::start() {
  if (desk_ == nullptr) return;
  for (const auto& [name, hook] : hub_.book().all()) {
    for (const BoundRoom& each : hook.rooms) {
      if (each.state == BoundRoom::State::bound || each.state == BoundRoom::State::asking) enter(hook, each);
    }
  }
}

void Rooms::enter(const Hook& hook, const BoundRoom& room) {
  RoomDesk::Entry entry;
  entry.welcome = room.state == BoundRoom::State::bound;
  entry.owner = bridge_in(room.address).empty() ? hook.owner : room.by;
  entry.inviter = entry.welcome ? std::string{} : room.by;
  entry.through_room = room.through_room;
  entry.password = room.password;
  desk_->enter({hook.name, room.address}, entry);
}

const BoundRoom* Rooms::find(const Visit& visit) const {
  const Hook* hook = hub_.book().find(visit.guest);
  if (hook == nullptr) return nullptr;
  const auto found = std::find_if(hook->rooms.begin(), hook->rooms.end(),
                                  [&visit](const BoundRoom& each) { return each.address == visit.room; });
  return found == hook->rooms.end() ? nullptr : &*found;
}

void Rooms::change(const Visit& visit, const BoundRoom& room) {
  Hook hook = *hub_.book().find(visit.guest);
  const auto row = row_of(hook, visit.room);
  row == hook.rooms.end() ? void(hook.rooms.push_back(room)) : void(*row = room);
  hub_.keep(std::move(hook));
}

Result<void> Rooms::may_want(const std::string& hook, const std::string& address, const std::string& asker) const {
  if (desk_ == nullptr) return failure(Fault::unsupported, "Webhooks speak in no rooms elsewhere here.");
  if (const std::string bridge = bridge_named(address); !bridge.empty()) return desk_->may_bridge(bridge, hook, asker);
  const auto found = desk_->find(address);
  if (!found) return failure(found.error().fault, "This room cannot be reached: " + found.error().text + '.');
  return {};
}

Result<std::string> Rooms::want(const std::string& name, const std::string& address, const std::string& asker) {
  const Hook* hook = hub_.book().find(name);
  if (const auto may = may_want(name, address, asker); !may) return may.error();
  if (const std::string bridge = bridge_named(address); !bridge.empty()) return want_bridge(*hook, bridge, asker);
  const auto found = desk_->find(address);
  const Visit visit{name, found->address};
  const BoundRoom* known = find(visit);
  if (known == nullptr && hook->rooms.size() >= most_rooms) return too_many_rooms();
  if (known != nullptr && known->state == BoundRoom::State::bound) return name + " is in " + visit.room + " already.";
  BoundRoom room = known == nullptr ? BoundRoom{} : *known;
  room.address = visit.room;
  const bool invited = known != nullptr && !known->by.empty() && known->state == BoundRoom::State::wanted;
  if (found->by_invitation && !invited) {
    if (room.state != BoundRoom::State::asking) room.state = BoundRoom::State::wanted;
    change(visit, room);
    return "Now invite " + name + '@' + hub_.jid() + " into " + visit.room +
           ": who moderates the room has to do that. It says there who has connected it.";
  }
  room.state = BoundRoom::State::asking;
  if (!found->by_invitation) room.by = asker;
  change(visit, room);
  enter(*hub_.book().find(name), room);
  return name + " goes to " + visit.room + ". Whoever moderates the room connects it with the words \"" + name +
         ": connect\" there; you need not, if you are one of them and there.";
}

Result<std::string> Rooms::want_bridge(const Hook& hook, const std::string& bridge, const std::string& asker) {
  const Visit visit{hook.name, bridge_room(bridge)};
  if (find(visit) != nullptr) return hook.name + " is in the bridge " + bridge + " already.";
  if (hook.rooms.size() >= most_rooms) return too_many_rooms();
  BoundRoom room;
  room.address = visit.room;
  room.state = BoundRoom::State::bound;
  room.by = asker;
  RoomDesk::Entry entry;
  entry.owner = asker;
  change(visit, room);
  desk_->enter(visit, entry);
  return visit.guest + " speaks in all rooms of the bridge " + bridge +
         " now, and what is said in them is said to it. They are told so.";
}

Result<void> Rooms::release(const std::string& name, const std::string& written) {
  const std::string bridge = bridge_named(written);
  const std::string address = bridge.empty() ? written : bridge_room(bridge);
  Hook hook = *hub_.book().find(name);
  auto row = row_of(hook, address);
  if (row == hook.rooms.end() && desk_ != nullptr) {
    if (const auto found = desk_->find(address)) row = row_of(hook, found->address);
  }
  if (row == hook.rooms.end()) return failure(Fault::not_found, name + " is in no room " + address + '.');
  if (desk_ != nullptr) desk_->leave({name, row->address});
  hook.rooms.erase(row);
  hub_.keep(std::move(hook));
  return {};
}

void Rooms::end(const Hook& hook) {
  if (desk_ == nullptr) return;
  for (const BoundRoom& each : hook.rooms) desk_->leave({hook.name, each.address});
}

void Rooms::tell_owner(const std::string& hook, const std::string& text) {
  for (Session* each : hub_.sessions_of(hub_.book().find(hook)->owner)) each->say(chat::Notice{hook, text, {}});
}

bool Rooms::on_invited(const chat::InvitedElsewhere& invitation) {
  const Hook* hook = hub_.book().find(invitation.person);
  if (hook == nullptr || desk_ == nullptr) return false;
  const auto found = desk_->find(invitation.room);
  if (!found) return true;
  const Visit visit{hook->name, found->address};
  const std::string& room_address = visit.room;
  const std::string& name = hook->name;
  const std::string& inviter = invitation.inviter;
  LOG_INFO("a hook is invited", name, room_address, inviter);
  const BoundRoom* known = find(visit);
  if (known != nullptr && known->state == BoundRoom::State::bound) return true;
  if (known != nullptr && known->state == BoundRoom::State::asking &&
      desk_->invited(visit, inviter, invitation.through_room)) {
    return true;
  }
  BoundRoom room = known == nullptr ? BoundRoom{} : *known;
  room.address = visit.room;
  room.by = inviter;
  room.through_room = invitation.through_room;
  room.password = invitation.password;
  room.text.clear();
  // What a hook says is for whom its owners choose: of an invitation they know only when it is their own, and that is
  // not for a room to say.
  const bool own = !invitation.through_room && may_change(*hook, inviter);
  if (known == nullptr && !own && !hook->is_public) {
    if (hook->rooms.size() >= most_rooms) return true;
    room.state = BoundRoom::State::wanted;
    change(visit, room);
    tell_owner(name, inviter + " invites your webhook " + name + " into " + visit.room + ". The command \"bind " +
                         name + ' ' + visit.room + "\" lets it go there.");
    return true;
  }
  // A row that is only somebody's invitation is no wish of an owner.
  if (known != nullptr && known->state == BoundRoom::State::wanted && !known->by.empty() && !own && !hook->is_public) {
    change(visit, room);
    return true;
  }
  room.state = BoundRoom::State::asking;
  change(visit, room);
  enter(*hub_.book().find(visit.guest), room);
  return true;
}

void Rooms::on_welcome(const Visit& visit, const std::string& by) {
  const BoundRoom* known = find(visit);
  if (known == nullptr) return;
  BoundRoom room = *known;
  room.state = BoundRoom::State::bound;
  room.by = by;
  change(visit, room);
  tell_owner(visit.guest, visit.guest + " is in " + visit.room + " now: " + by + " has connected it.");
}

void Rooms::on_shut_out(const Visit& visit, const std::string& why) {
  const BoundRoom* known = find(visit);
  if (known == nullptr) return;
  BoundRoom room = *known;
  room.state = room.state == BoundRoom::State::bound ? BoundRoom::State::paused : BoundRoom::State::wanted;
  room.by.clear();
  room.text = why;
  change(visit, room);
  tell_owner(visit.guest, visit.guest + " is not in " + visit.room + " any more: " + why +
                              ". Another invitation, or the command \"bind\", brings it back.");
}

void Rooms::on_no_voice(const Visit& visit, const std::string& nickname, const std::string& network) {
  const BoundRoom* known = find(visit);
  if (known == nullptr) return;
  const std::string gives = network == "irc" ? "gives it voice (/mode " + visit.room.substr(0, visit.room.rfind('@')) +
                                                   " +v " + nickname + ')'
                                             : std::string{"gives it voice"};
  const std::string text = visit.guest + " has no voice in " + visit.room;
  if (known->state == BoundRoom::State::bound) {
    return tell_owner(visit.guest,
                      text + ": what it says there is kept, for a day at most, until a moderator " + gives + '.');
  }
  tell_owner(visit.guest, text + ", so that it cannot ask there. A moderator connects it with the words \"" + nickname +
                              ": connect\" in the room, or " + gives + " first, for it to ask.");
}

std::string Rooms::describe(const Hook& hook) const {
  std::string text;
  for (const BoundRoom& each : hook.rooms) {
    text += (text.empty() ? "" : "; ") + each.address + " (" + state_word(each.state);
    if (!each.text.empty()) text += ": " + each.text;
    if (const std::string bridge = bridge_in(each.address); !bridge.empty() && desk_ != nullptr) {
      const auto takes = desk_->may_bridge(bridge, hook.name, each.by);
      if (!takes) text += "; it is not there now: " + takes.error().text;
    }
    text += ')';
  }
  return text;
}

}  // namespace dragoman::backends::webhook
