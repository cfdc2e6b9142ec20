#include "gateway/room.hpp"

#include <algorithm>
#include <utility>

#include "gateway/room_presence.hpp"
#include "xmpp/muc.hpp"
#include "xmpp/namespaces.hpp"

namespace dragoman::gateway {

Room::Room(Context& context, chat::RoomId id, std::string wished_nick)
    : context_(context),
      id_(std::move(id)),
      part_(context.network.part_of(id_)),
      address_(context.address(id_)),
      prepared_(escaped(address_)),
      name_(context.network.format(id_)),
      wished_nick_(std::move(wished_nick)),
      occupants_(context.network.names()) {}

Room::Resource* Room::find(std::string_view jid) {
  const auto found =
      std::find_if(resources_.begin(), resources_.end(), [&](const Resource& r) { return r.jid == jid; });
  return found == resources_.end() ? nullptr : &*found;
}

void Room::enter(const std::string& jid, const std::string& wished_nick, Arrival arrival, Asked asked) {
  Resource* resource = find(jid);
  if (resource == nullptr) resource = &resources_.emplace_back();
  *resource = Resource{};
  resource->jid = jid;
  resource->wished_nick = wished_nick;
  resource->arrival = std::move(arrival);
  resource->prepared_nick = escaped(xmpp::safe_resource(wished_nick));
  resource->groupchat1 = asked.plainly;
  resource->unsung = resource->groupchat1 && !asked.to.empty();
  if (state_ == State::joining) resource->asked = std::move(asked);
  if (state_ != State::joining) write_on();
}

bool Room::leave(const std::string& jid, std::vector<int> status, std::string_view text) {
  Resource* resource = find(jid);
  if (resource == nullptr) return false;
  status.insert(status.begin(), 110);
  auto presence = own_presence(*resource);
  presence.unavailable = true;
  presence.status = std::move(status);
  presence.text = text;
  context_.link.write([&](xmpp::Writer& writer) { write(writer, presence); });
  return drop(jid);
}

bool Room::drop(std::string_view jid) {
  return std::erase_if(resources_, [&](const Resource& r) { return r.jid == jid; }) > 0;
}

void Room::close(Farewell farewell) {
  farewell.status.insert(farewell.status.begin(), 110);
  for (const Resource& resource : resources_) {
    auto presence = own_presence(resource);
    presence.unavailable = true;
    presence.status = farewell.status;
    presence.actor = farewell.actor;
    presence.text = farewell.text;
    presence.reason = farewell.reason;
    if (farewell.banned) presence.standing.affiliation = chat::Affiliation::outcast;
    if (farewell.destroyed) presence.standing.affiliation = chat::Affiliation::none;
    presence.destroyed = farewell.destroyed;
    presence.venue = farewell.venue;
    context_.link.write([&](xmpp::Writer& writer) { write(writer, presence); });
  }
  resources_.clear();
}

void Room::on_joined(const chat::RoomJoined& joined) {
  const bool again = state_ != State::joining;
  if (storm_ != nullptr) storm_->forget_waiting();  // what clients believe is compared with what is now
  const NameRef self{context_.network.names(), joined.self};
  if (!again) {
    for (const chat::Occupant& occupant : joined.occupants) occupants_.add(occupant.name, occupant.standing);
  }
  if (again && self_ && self_.id() != joined.self) on_renamed({id_, self_.id(), joined.self, true});
  self_ = self;
  if (!joined.name.empty()) name_ = joined.name;
  for (Resource& resource : resources_) {
    Asked answered{};
    std::swap(resource.asked, answered);  // the bytes are given back: a thousand people may be in a thousand rooms
  }
  standing_ = joined.standing;
  logged_ = joined.logged;
  const bool topic_changed = again && topic_ != joined.topic;
  topic_ = joined.topic;
  topic_author_ = joined.topic_author;
  topic_time_ = joined.topic_time;
  state_ = State::joined;
  if (again) {
    // Clients keep what they have; they are told only what became different while the network was away.
    chat::Members<chat::Standing> now{context_.network.names()};
    for (const chat::Occupant& occupant : joined.occupants) now.add(occupant.name, occupant.standing);
    chat::OccupantsLeft gone{id_, {}, chat::OccupantsLeft::Why::quit, {}, {}};
    for (const auto& member : occupants_) {
      if (now.find(member.name) == nullptr) gone.occupants.push_back(member.name);
    }
    if (!gone.occupants.empty()) on_occupants_left(gone);
    chat::OccupantsJoined come{id_, {}};
    for (const auto& member : now) {
      const chat::Standing* before = occupants_.find(member.name);
      if (before == nullptr || !(*before == member.value)) come.occupants.push_back({member.name, member.value});
    }
    if (!come.occupants.empty()) on_occupants_joined(come);
    if (topic_changed) to_each([&](const Resource& resource) { write_subject(resource); });
  }
  write_on();
}

void Room::on_topic(const chat::TopicChanged& changed) {
  topic_ = changed.topic;
  topic_author_ = changed.author.name;
  topic_time_.reset();  // live: no delay
  to_each([&](const Resource& resource) { write_subject(resource); });
  topic_time_ = changed.time ? changed.time : context_.timers.clock().utc();
}

void Room::show_joined(const chat::Occupant& occupant) {
  const bool came = occupants_.add(occupant.name, occupant.standing);
  if (came && has_groupchat1()) tell_groupchat1(context_.network.names()[occupant.name].text + " has arrived.");
  to_each([&](const Resource& resource) { write_presence(resource, occupant.name, occupant.standing); });
}

void Room::show_left(std::span<const NameId> occupants, const chat::OccupantsLeft& why) {
  std::string lines;
  for (const NameId name : occupants) {
    if (occupants_.find(name) == nullptr) continue;
    if (!context_.link.up()) left_unseen_.push_back(context_.network.names()[name].resource);
    to_each([&](const Resource& resource) { write_gone(name, resource, why); });
    if (has_groupchat1()) lines += (lines.empty() ? "" : "\n") + context_.network.names()[name].text + " has left.";
    occupants_.remove(name);
  }
  if (!lines.empty()) tell_groupchat1(lines);
}

void Room::on_renamed(const chat::OccupantRenamed& renamed) {
  const Names& names = context_.network.names();
  settle(names[renamed.from].resource);
  chat::Standing standing = standing_;
  if (!renamed.self) {
    const chat::Standing* known = occupants_.find(renamed.from);
    if (known == nullptr) return;
    standing = *known;
  }
  const std::string new_nick = names[renamed.to].text;
  const std::string new_resource = unescaped(names[renamed.to].resource);  // clients look for this occupant
  if (!context_.link.up()) left_unseen_.push_back(names[renamed.from].resource);
  to_each([&](const Resource& resource) {
    auto before = presence_of(resource, renamed.from, standing);
    if (renamed.self && !before.jid.empty()) before.jid = resource.jid;
    before.unavailable = true;
    before.new_nick = new_resource;
    before.status = {303};
    if (renamed.self) before.status.push_back(110);
    context_.link.write([&](xmpp::Writer& writer) { write(writer, before); });
    auto after = presence_of(resource, renamed.to, standing);
    if (renamed.self) after.status = {110};
    if (renamed.self && !after.jid.empty()) after.jid = resource.jid;
    if (renamed.self && renamed.by_network) after.status.push_back(210);
    context_.link.write([&](xmpp::Writer& writer) { write(writer, after); });
  });
  if (has_groupchat1()) tell_groupchat1(names[renamed.from].text + " is now known as " + new_nick + '.');
  if (renamed.self) {
    self_ = NameRef{context_.network.names(), renamed.to};
    wished_nick_ = new_nick;
    for (Resource& resource : resources_) resource.wished_nick = new_nick;
  } else {
    occupants_.remove(renamed.from);
    occupants_.add(renamed.to, standing);
  }
}

void Room::on_changed(const chat::OccupantChanged& changed) {
  Storm::Change* const waiting = storm_ == nullptr ? nullptr : storm_->find(changed.occupant.name);
  if (waiting != nullptr && waiting->here) {
    waiting->standing = changed.occupant.standing;
    return;
  }
  chat::Standing* known = occupants_.find(changed.occupant.name);
  if (known == nullptr) return;
  *known = changed.occupant.standing;
  to_each([&](const Resource& to) { write_presence(to, changed.occupant.name, changed.occupant.standing); });
}

void Room::on_self_standing(chat::Standing standing) {
  standing_ = standing;
  to_each([&](const Resource& resource) { write_self(resource); });
}

void Room::on_settings(const chat::RoomSettings& settings, const std::string& name) {
  const bool renamed = !name.empty() && name != name_;
  std::vector<int> codes;  // XEP-0045 10.2.1
  if (settings.logged != is_logged()) codes.push_back(settings.logged ? 170 : 171);
  if (settings_) {  // the first time nobody has asked yet
    chat::RoomSettings before = *settings_;
    before.logged = settings.logged;
    if (renamed || before != settings) codes.push_back(104);  // ask for the configuration again
  }
  settings_ = settings;
  if (renamed) name_ = name;
  if (codes.empty()) return;
  to_each([&](const Resource& to) { write_change_of_settings(to, codes); });
}

void Room::write_change_of_settings(const Resource& to, const std::vector<int>& codes) {
  if (to.groupchat1) return;
  context_.link.write([&](xmpp::Writer& writer) {
    writer.begin_prepared("message", prepared_, {}, to.jid);
    writer.attribute("type", "groupchat");
    writer.open("x", xmpp::ns::muc_user);
    for (const int code : codes) xmpp::write_status(writer, code);
    writer.close();
  });
}

void Room::on_picture(const std::string& hash) {
  if (std::exchange(picture_, hash) == hash) return;
  to_each([&](const Resource& to) { write_change_of_settings(to, {104}); });
}

void Room::on_picture(const chat::PersonId& person) {
  const auto nickname = occupant(person);
  if (!nickname) return;
  if (*nickname == nick()) {
    to_each([&](const Resource& resource) { write_self(resource); });
    return;
  }
  NameId id;
  const chat::Standing* known = context_.network.names_in(id_).find(*nickname, id) ? occupants_.find(id) : nullptr;
  if (known == nullptr) return;
  to_each([&, standing = *known](const Resource& resource) { write_presence(resource, id, standing); });
}

}  // namespace dragoman::gateway
