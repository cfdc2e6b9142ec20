#include "gateway/room_presence.hpp"

#include <utility>

#include "gateway/pictures.hpp"
#include "gateway/room.hpp"
#include "xmpp/delay.hpp"
#include "xmpp/namespaces.hpp"

namespace dragoman::gateway {

std::string occupant_resource(const RealmNames& names, std::string_view nickname) {
  if (nickname.empty()) return {};
  NameId id;
  if (names.find(nickname, id)) return names[id].resource;
  return escaped(xmpp::safe_resource(nickname));
}

std::string occupant_nick(const RealmNames& names, std::string_view nickname) {
  return unescaped(occupant_resource(names, nickname));
}

Shown shown_as(const RealmNames& names, std::string_view nickname) {
  NameId id;
  if (names.find(nickname, id)) return {names[id].resource, names[id].occupant_id};
  return {occupant_resource(names, nickname), {}};
}

std::string nickname_of(const RealmNames& names, std::string_view resource) {
  NameId id;
  return names.find_resource(escaped(resource), id) ? names[id].text : std::string{resource};
}

std::optional<std::string> Room::occupant(std::string_view resource) const {
  const RealmNames names = context_.network.names_in(id_);
  std::string nickname = nickname_of(names, resource);
  if (context_.network.same_name(nickname, nick(), part_)) return nick();
  NameId id;
  if (names.find(nickname, id) && occupants_.find(id) != nullptr) return nickname;
  for (const auto& member : occupants_) {  // in another spelling: rare, and somebody typed it
    if (context_.network.same_name(nickname, names[member.name].text, part_)) return names[member.name].text;
  }
  return std::nullopt;
}

std::optional<std::string> Room::occupant(const chat::PersonId& person) const {
  const auto is_called = [&](const std::string& nickname) {
    const auto other = context_.network.person_in_room(id_, nickname);
    return other && *other == person;
  };
  if (is_called(nick())) return nick();
  const Names& names = context_.network.names();
  for (const auto& member : occupants_) {
    if (is_called(names[member.name].text)) return names[member.name].text;
  }
  return std::nullopt;
}

// Room: presence and the snapshot that a client gets when it enters (XEP-0045 7.2.2: others, self, history, subject).

namespace {

/// The nickname where its resource is not the same text; both are kept as long as somebody bears the name.
std::string_view mangled(const Names::Name& name) {
  if (name.resource == name.text || unescaped(name.resource) == name.text) return {};
  return name.text;
}

}  // namespace

OccupantPresence Room::presence_of(const Resource& to, NameId name, chat::Standing standing) const {
  const Names::Name& occupant = context_.network.names()[name];
  OccupantPresence presence;
  presence.room = prepared_;
  presence.resource = occupant.resource;
  presence.occupant_id = occupant.occupant_id;
  presence.to = to.jid;
  presence.groupchat1 = to.groupchat1;
  presence.standing = standing;
  presence.nick = mangled(occupant);
  const bool shows_people = context_.network.describe().shows_people;
  if (shows_people || context_.pictures.supported()) {
    if (const auto person = context_.network.person_in_room(id_, occupant.text)) {
      if (shows_people) presence.jid = context_.address(*person);
      presence.picture = context_.pictures.hash({{}, *person}).value_or(std::string{});
    }
  }
  if (standing.rank == 0) return presence;
  const std::vector<chat::Rank>& ranks = context_.network.describe().ranks;
  if (standing.rank <= ranks.size()) presence.rank = &ranks[standing.rank - 1U];
  return presence;
}

OccupantPresence Room::own_presence(const Resource& resource) const {
  const bool shows_people = context_.network.describe().shows_people;
  if (self_) {
    OccupantPresence presence = presence_of(resource, self_.id(), standing_);
    if (shows_people) presence.jid = resource.jid;
    return presence;
  }
  OccupantPresence presence;
  if (shows_people) presence.jid = resource.jid;
  presence.room = prepared_;
  presence.resource = resource.prepared_nick;
  presence.to = resource.jid;
  presence.groupchat1 = resource.groupchat1;
  presence.standing = standing_;
  return presence;
}

void Room::write_presence(const Resource& to, NameId name, chat::Standing standing) {
  const auto presence = presence_of(to, name, standing);
  context_.link.write([&](xmpp::Writer& writer) { write(writer, presence); });
}

void Room::write_self(const Resource& resource, bool enters) {
  auto presence = own_presence(resource);
  // XEP-0045 7.2.4, "Room Logging": whoever enters is told that all see who they are, and that what they say is kept.
  if (enters && context_.network.describe().shows_people) presence.status.push_back(100);
  presence.status.push_back(110);
  if (enters && is_logged()) presence.status.push_back(170);
  // 210 only when the network really decided otherwise: Gajim tells the person about it.
  if (resource.prepared_nick != self_.resource() &&
      !context_.network.same_name(resource.wished_nick, self_.text(), part_)) {
    presence.status.push_back(210);
  }
  context_.link.write([&](xmpp::Writer& writer) { write(writer, presence); });
}

void Room::write_gone(NameId name, const Resource& to, const chat::OccupantsLeft& why) {
  const chat::Standing* known = occupants_.find(name);
  auto presence = presence_of(to, name, known ? *known : chat::Standing{});
  presence.unavailable = true;
  presence.actor = why.actor;
  switch (why.why) {
    case chat::OccupantsLeft::Why::left:
    case chat::OccupantsLeft::Why::quit:
      presence.text = why.text;
      break;
    case chat::OccupantsLeft::Why::kicked:
      presence.status = {307};
      presence.reason = why.text;
      break;
    case chat::OccupantsLeft::Why::banned:
      presence.status = {301};
      presence.standing.affiliation = chat::Affiliation::outcast;
      presence.reason = why.text;
      break;
    case chat::OccupantsLeft::Why::lost:
      presence.status = {333};
      presence.text = why.text;
      break;
  }
  context_.link.write([&](xmpp::Writer& writer) { write(writer, presence); });
}

void Room::write_subject(const Resource& to) {
  const std::string resource = occupant_resource(context_.network.names_in(id_), topic_author_);
  context_.link.write([&](xmpp::Writer& writer) {
    writer.begin_prepared("message", prepared_, resource, to.jid);
    writer.attribute("type", "groupchat");
    writer.leaf("subject", topic_);
    // What has no text is shown as an empty line by clients that know no subject of a room.
    if (to.groupchat1 && !topic_.empty()) {
      writer.leaf("body", (resource.empty() ? "The topic is: " : "/me has set the topic to: ") + topic_);
    }
    if (topic_time_) xmpp::write_delay(writer, *topic_time_, address_);
  });
}

bool Room::finish_snapshot(Resource& resource, bool all) {
  if (std::exchange(resource.unsung, false)) write_line(resource, nick() + " has arrived.");
  for (auto member = resource.started ? occupants_.from(resource.next) : occupants_.begin(); member != occupants_.end();
       ++member) {
    if (!all && context_.link.backlog() > Context::backlog_limit) {
      resource.started = true;
      resource.next = member->name;
      return false;
    }
    write_presence(resource, member->name, member->value);
  }
  write_self(resource, true);
  write_history(resource);
  write_subject(resource);
  resource.waiting = false;
  write_meanwhile(resource);
  return true;
}

bool Room::write_on() {
  if (state_ == State::joining || !context_.link.up()) return true;
  for (Resource& resource : resources_) {
    if (resource.waiting && resource.is_ready() && !finish_snapshot(resource, false)) return false;
  }
  return true;
}

void Room::complete(Resource& resource) {
  if (resource.waiting) finish_snapshot(resource, true);
}

void Room::resynchronise() {
  for (Resource& resource : resources_) {
    for (const std::string& gone : left_unseen_) {
      OccupantPresence presence;
      presence.room = prepared_;
      presence.resource = gone;
      presence.to = resource.jid;
      presence.groupchat1 = resource.groupchat1;
      presence.unavailable = true;
      context_.link.write([&](xmpp::Writer& writer) { write(writer, presence); });
    }
    resource.waiting = true;
    resource.started = false;
  }
  left_unseen_.clear();
  write_on();
}

}  // namespace dragoman::gateway
