#include <utility>

#include "backends/muc/handlers.hpp"
#include "xmpp/muc.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/writer.hpp"

// Who is in a room, and how they leave it (XEP-0045 7.2.3, 7.6, 7.14, 8.2, 9.1, 10.9).
namespace dragoman::backends::muc {

namespace {

/// Rooms without a topic say so since 2012; who does not is not waited for.
constexpr auto subject_patience = std::chrono::seconds{4};

/// What <x xmlns='http://jabber.org/protocol/muc#user'/> says of somebody.
struct Item {
  chat::Standing standing;
  std::string account;  ///< bare address
  std::string nick;     ///< the new one
  std::string actor, reason;
};

Item read_item(const xmpp::Element& presence) {
  Item item;
  const xmpp::Element* x = presence.child("x", xmpp::ns::muc_user);
  const xmpp::Element* found = x == nullptr ? nullptr : x->child("item", xmpp::ns::muc_user);
  const std::string show = presence.child_text("show", presence.ns);
  item.standing.away = show == "away" || show == "xa" || show == "dnd";
  if (found == nullptr) return item;
  if (const auto role = xmpp::read_role(found->get("role"))) item.standing.role = static_cast<chat::Role>(*role);
  if (const auto affiliation = xmpp::read_affiliation(found->get("affiliation"))) {
    item.standing.affiliation = static_cast<chat::Affiliation>(*affiliation);
  }
  if (const auto jid = xmpp::Jid::parse(found->get("jid"))) item.account = jid->bare_view();
  item.nick = found->get("nick");
  item.reason = found->child_text("reason", xmpp::ns::muc_user);
  if (const xmpp::Element* actor = found->child("actor", xmpp::ns::muc_user)) {
    item.actor = actor->has("nick") ? actor->get("nick") : actor->get("jid");
  }
  return item;
}

NameRef name_in(State& state, const Room& room, const std::string& nick, const Item& item, std::string_view occupant) {
  Names& names = state.shared.names;
  std::string resource;
  xmpp::append_escaped(resource, nick);
  const NameId id = names.acquire(room.realm.id(), nick, nick, resource, occupant);
  if (!item.account.empty()) names.identify(id, item.account, occupant);
  NameRef name{names, id};
  names.release(id);
  return name;
}

/// An occupant whom we see for the first time, or again.
void on_available(State& state, Room& room, const xmpp::Element& presence, const std::string& nick, Effects& effects) {
  const bool self = nick == room.nick;
  // Who else is there is known by the voice that hears.
  if (state.voice.deaf && !self) return;
  const Item item = read_item(presence);
  const std::string_view occupant = occupant_id_of(presence);
  const auto [at, is_new] = room.occupants.try_emplace(nick);
  Occupant& somebody = at->second;
  const chat::Standing before = somebody.standing;
  if (is_new) somebody.name = name_in(state, room, nick, item, occupant);
  somebody.standing = item.standing;
  if (!item.account.empty()) somebody.account = item.account;
  if (!occupant.empty()) somebody.occupant_id = occupant;
  if (!self) note_picture(room, nick, somebody, presence, effects);
  if (room.phase != Room::Phase::present || (!is_new && before == item.standing)) return;
  if (self) {
    effects.tell(chat::SelfChanged{nick, room.id, item.standing, {}});
  } else if (is_new) {
    effects.tell(chat::OccupantsJoined{room.id, {{hold(somebody.name, effects), item.standing}}});
  } else {
    effects.tell(chat::OccupantChanged{room.id, {hold(somebody.name, effects), item.standing}, item.actor});
  }
}

/// Our own presence ends the list of those who were there before us.
void on_self(State& state, Room& room, const xmpp::Element& presence, const std::string& nick, Effects& effects) {
  room.nick = nick;  // the room may have given us another one (210)
  on_available(state, room, presence, nick, effects);
  if (room.phase != Room::Phase::arriving || room.self_seen) return;
  room.self_seen = true;
  room.arrival_deadline = effects.now + subject_patience;
  if (xmpp::has_status(presence, 201)) {
    // XEP-0045 10.1.2: a room that we have made is locked until somebody takes its settings as they are.
    xmpp::Element iq = make_iq(state, "set", room.address.str());
    iq.add("query", xmpp::ns::muc_owner).add("x", xmpp::ns::data_form).set("type", "submit");
    ask(
        state, std::move(iq), [](State&, const Answer&, Effects&) {}, effects);
  }
}

void on_renamed(State& state, Room& room, const xmpp::Element& presence, const std::string& nick, const Item& item,
                Effects& effects) {
  auto moved = room.occupants.extract(nick);
  if (moved.empty()) return;
  const auto address = occupant_address(room, item.nick);
  const std::string to = address ? std::string{address->resource()} : item.nick;
  Occupant somebody = std::move(moved.mapped());
  const NameRef before = somebody.name;
  somebody.name = name_in(state, room, to, item, occupant_id_of(presence));
  const bool self = nick == room.nick;
  if (self) {
    if (const auto old = occupant_address(room, nick)) state.shared.ours.erase(old->str());
    if (address) state.shared.ours.insert(address->str());
    room.nick = to;
  }
  const bool asked = self && room.renaming.has_value();
  if (room.phase == Room::Phase::present && (self || !state.voice.deaf)) {
    effects.tell(
        chat::OccupantRenamed{room.id, hold(before, effects), hold(somebody.name, effects), self, self && !asked});
  }
  room.occupants.insert_or_assign(to, std::move(somebody));
  if (asked) effects.done(std::exchange(room.renaming, std::nullopt)->command);
}

/// XEP-0045 10.9: the room is no more; its <destroy/> may name another one.
std::optional<chat::RoomLeft> read_destruction(const Room& room, const xmpp::Element& presence) {
  const xmpp::Element* x = presence.child("x", xmpp::ns::muc_user);
  const xmpp::Element* destroy = x == nullptr ? nullptr : x->child("destroy", xmpp::ns::muc_user);
  if (destroy == nullptr) return std::nullopt;
  chat::RoomLeft left{room.id, chat::RoomLeft::Why::destroyed, Fault::closed, {}, {}, {}};
  left.text = destroy->child_text("reason", xmpp::ns::muc_user);
  if (const auto venue = xmpp::Jid::parse(destroy->get("jid"))) {
    left.why = chat::RoomLeft::Why::moved;
    left.moved_to = chat::RoomId{std::string{venue->bare_view()}};
  }
  return left;
}

/// Codes of XEP-0045 15.6.2 in the order in which they decide: a ban is said with 301 alone, Prosody says 333 and 307
/// together of a connection that broke.
chat::OccupantsLeft::Why why_gone(const xmpp::Element& presence) {
  using Why = chat::OccupantsLeft::Why;
  if (xmpp::has_status(presence, 301)) return Why::banned;
  if (xmpp::has_status(presence, 332) || xmpp::has_status(presence, 333)) return Why::lost;
  for (const int code : {307, 321, 322}) {
    if (xmpp::has_status(presence, code)) return Why::kicked;
  }
  return Why::left;
}

std::string reason_of(const xmpp::Element& presence, const Item& item) {
  if (!item.reason.empty()) return item.reason;
  if (xmpp::has_status(presence, 321)) return "not a member any more";
  if (xmpp::has_status(presence, 322)) return "the room is for members only now";
  if (xmpp::has_status(presence, 332)) return "the room's service is being shut down";
  return presence.child_text("status", presence.ns);
}

/// May end the room.
void on_self_gone(State& state, Room& room, const xmpp::Element& presence, const Item& item, Effects& effects) {
  if (auto destroyed = read_destruction(room, presence)) {
    return end_room(state, room, std::move(*destroyed), effects);
  }
  const std::string text = reason_of(presence, item);
  const auto end = [&](chat::RoomLeft::Why why, Fault fault) {
    end_room(state, room, {room.id, why, fault, item.actor, text, {}}, effects);
  };
  switch (why_gone(presence)) {
    case chat::OccupantsLeft::Why::banned:
      return end(chat::RoomLeft::Why::banned, Fault::forbidden);
    case chat::OccupantsLeft::Why::kicked:
      return end(chat::RoomLeft::Why::kicked, Fault::closed);
    case chat::OccupantsLeft::Why::lost:
      return lose(state, room, Fault::unavailable, text.empty() ? "the room lost us" : text,
                  !xmpp::has_status(presence, 332), effects);
    case chat::OccupantsLeft::Why::left:
    case chat::OccupantsLeft::Why::quit:
      if (room.phase == Room::Phase::leaving) return end(chat::RoomLeft::Why::left, Fault::closed);
      return lose(state, room, Fault::unavailable, text.empty() ? "the room says that we left" : text, true, effects);
  }
}

void on_gone(State& state, Room& room, const xmpp::Element& presence, const std::string& nick, Effects& effects) {
  const Item item = read_item(presence);
  if (xmpp::has_status(presence, 303) && !item.nick.empty()) {
    return on_renamed(state, room, presence, nick, item, effects);
  }
  const bool self = nick == room.nick || xmpp::has_status(presence, 110);
  if (self && room.phase == Room::Phase::arriving && !room.self_seen) return;  // of an earlier stay
  if (self) return on_self_gone(state, room, presence, item, effects);
  if (state.voice.deaf) {
    if (room.phase == Room::Phase::present && nick == room.wished) regain_nickname(state, room, effects);
    return;
  }
  const auto gone = room.occupants.extract(nick);
  if (gone.empty() || room.phase != Room::Phase::present) return;
  regain_nickname(state, room, effects);
  chat::OccupantsLeft left{room.id, {hold(gone.mapped().name, effects)}, why_gone(presence), item.actor, {}};
  left.text = reason_of(presence, item);
  effects.tell(std::move(left));
}

}  // namespace

void on_presence(State& state, Room& room, const xmpp::Element& presence, std::string_view nick, Effects& effects) {
  const std::string_view type = presence.get("type");
  const std::string name{nick};
  if (type == "error") {
    if (rename_refused(state, room, presence, nick, effects)) return;
    if (room.phase == Room::Phase::arriving) entry_refused(state, room, presence, effects);
    return;
  }
  if (name.empty()) {  // of the room itself: some say of their end so
    if (type != "unavailable") return;
    if (auto destroyed = read_destruction(room, presence)) end_room(state, room, std::move(*destroyed), effects);
    return;
  }
  if (room.phase == Room::Phase::away) return;
  if (type == "unavailable") return on_gone(state, room, presence, name, effects);
  if (!type.empty()) return;
  const bool self = xmpp::has_status(presence, 110) || (name == room.nick && room.phase != Room::Phase::leaving);
  self ? on_self(state, room, presence, name, effects) : on_available(state, room, presence, name, effects);
}

}  // namespace dragoman::backends::muc
