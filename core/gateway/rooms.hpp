#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/token_bucket.hpp"
#include "chat/event.hpp"
#include "gateway/bookmarks.hpp"
#include "gateway/clients.hpp"
#include "gateway/context.hpp"
#include "gateway/room.hpp"
#include "store/archive.hpp"
#include "xmpp/element.hpp"
#include "xmpp/jid.hpp"
#include "xmpp/stanza_error.hpp"

namespace dragoman::gateway {

struct Uplink;

/// The rooms that a person is in: entering, leaving, changing the nickname (XEP-0045 7.2, 7.6, 7.14), staying in them
/// without a client, and what of them is bookmarked. Split by subject: rooms.cpp (entering), rooms_leaving.cpp,
/// rooms_refusing.cpp, rooms_staying.cpp, rooms_history.cpp (what who enters gets of the past), rooms_events.cpp (what
/// the network says of a room).
class Rooms {
 public:
  using Map = std::map<chat::RoomId, std::unique_ptr<Room>>;

  /// `owner` is the person's bare address; all outlive this, which is a part of `user`.
  Rooms(Context& context, const xmpp::Jid& owner, User& user);
  Rooms(const Rooms&) = delete;
  Rooms& operator=(const Rooms&) = delete;

  Map::const_iterator begin() const { return rooms_.begin(); }
  Map::const_iterator end() const { return rooms_.end(); }
  bool empty() const { return rooms_.empty(); }
  std::size_t size() const { return rooms_.size(); }
  /// nullptr: they are not in it.
  Room* find(const chat::RoomId& id) const;
  /// A client of theirs (full JID) is in a room.
  bool has_client(std::string_view client) const;
  /// Any client of theirs is in one.
  bool has_clients() const;

  // Stanzas of this person; `resource` is the full JID that sent it.
  void on_presence(const xmpp::Element& presence, const xmpp::Jid& resource, const chat::RoomId& id,
                   const xmpp::Jid& to);
  /// XEP-0410 and pings to other occupants: answers `iq`.
  void on_occupant_ping(const xmpp::Element& iq, const xmpp::Jid& resource, const chat::RoomId& id,
                        const xmpp::Jid& to);
  /// A stanza of ours came back as an error: a client that is gone leaves the room (XEP-0045 18.1.2, ghosts).
  void on_bounce(const xmpp::Element& stanza, const xmpp::Jid& resource, const std::optional<chat::RoomId>& id);
  /// Tells a client that believes to be in a room that it is not: unavailable with 110 and these codes.
  void tell_outside(const chat::RoomId& id, const std::string& client, const std::string& nick,
                    std::vector<int> status);

  void ask_to_join(Room& room);
  /// The network is back: rooms from before a restart that it could not let us into are asked for again.
  void ask_again(const Uplink& uplink);
  /// The network will not be tried again by itself: who waits is refused, who is inside thrown out; rooms that somebody
  /// stays in wait for the next connection. False: there was none of this part.
  bool give_up(const Uplink& from, Fault fault, const std::string& text);
  /// Leaves with all clients. False: not in it.
  bool leave(const chat::RoomId& id);
  /// The person leaves all of them, or those of a part of the network; who is inside is told so with these codes.
  void end_all(const std::vector<int>& status, const std::string& text);
  void end_in(const std::string& part, const std::string& text);
  /// Leaves a room with all clients as if it were no more (XEP-0045 10.9).
  void destroy(Room& room, const std::string& venue, const std::string& reason);
  void restore(const chat::RoomId& id, const std::string& json);

  // Staying in them without a client, rooms_staying.cpp.
  /// Those of their rooms, and no others, that they stay in without a client.
  void stay_in(const std::vector<chat::RoomId>& rooms);
  /// The same of one room; also of one that they are not in yet.
  void stay_in(const chat::RoomId& id, bool stays);
  bool stays_in(const chat::RoomId& id) const;

  /// nullptr: they have none.
  Bookmarks* bookmarks() const { return bookmarks_.get(); }
  void restore_bookmark(const std::string& room) { own_bookmarks().restore(room); }
  /// They unregister: what we have bookmarked goes.
  void remove_bookmarks();

  /// The history of a room is here for all clients that wait for it, up to now.
  void read_history(Room& room);
  /// How a room is for those who have it among their contacts.
  Showing showing_of(const chat::RoomId& id) const;

  // What the network says, rooms_events.cpp.
  void on(const chat::RoomJoined& event);
  void on(const chat::RoomLeft& event);
  void on(const chat::RoomChanged& event);
  void on(const chat::TopicChanged& event);
  void on(const chat::OccupantsJoined& event);
  void on(const chat::OccupantsLeft& event);
  void on(const chat::OccupantRenamed& event);
  void on(const chat::OccupantChanged& event);
  void on(const chat::HistoryGap& event);

 private:
  void join(const xmpp::Element& presence, const xmpp::Jid& resource, const chat::RoomId& id, const xmpp::Jid& to);
  /// Why they cannot enter one room more; nothing when they can.
  std::optional<Error> refusal_of_another(const std::string& part);
  /// Whether presence without <x/> to an occupant's address is how this client enters a room (Policy::groupchat1).
  bool enters_plainly(const xmpp::Element& presence, const xmpp::Jid& resource) const;
  void change_nickname(const xmpp::Element& presence, Room& room, const xmpp::Jid& resource, const xmpp::Jid& to);
  void left_by(Room& room, const std::string& resource, const std::string& text);
  void leave_network(const chat::RoomId& id, const std::string& text);
  void store(const Room& room);
  void forget(chat::RoomId id);  // a copy: the id of a room dies with it

  // rooms_refusing.cpp
  void stay_outside(Room& room, const chat::Failed& failed);
  /// Somebody who may not enter a room may not read its archive either, until they are let in again.
  void shut_out(const chat::RoomId& id);
  void refuse_join(const chat::RoomId& id, const chat::Failed& why, const chat::RoomId& moved_to = {});
  /// The error comes from the address that a client asked for, `by` its room.
  void refuse_presence(const std::string& to, const Room::Asked& asked, Fault fault, const std::string& text);
  void refuse_presence(const std::string& to, const Room::Asked& asked, const chat::Failed& why,
                       const chat::RoomId& moved_to = {});
  void refuse_presence(const std::string& to, const Room::Asked& asked, xmpp::StanzaError error);

  // rooms_staying.cpp
  /// The network will not let us in for now: the next connection asks again.
  void join_later(Room& room);
  /// The network says where a room is now: what its person has chosen for it goes along.
  void follow(const Room& room, const chat::RoomId& moved_to);
  void tell_not_staying(const Room& room, const std::string& text);
  Bookmarks& own_bookmarks();
  /// The person has entered a room: it is bookmarked if they have chosen that.
  void bookmark(const Room& room);

  // rooms_history.cpp
  /// How a client comes into a room whose presence this is: has its history read, if it wants any.
  Arrival arrive(const chat::RoomId& id, const xmpp::Jid& client, const xmpp::Element& presence);
  void read_history(const chat::RoomId& id, const std::string& client, const JoinHistory& history);
  /// The history that a client of a room has waited for.
  void on_history(const chat::RoomId& id, const std::string& client, std::uint64_t question,
                  const store::ArchivePage& page);
  const xmpp::Jid& network() const { return context_.link.jid(); }

  Context& context_;
  const xmpp::Jid& owner_;
  User& user_;
  Map rooms_;
  TokenBucket joins_;
  std::unique_ptr<Bookmarks> bookmarks_;  // nothing for those who have none
};

}  // namespace dragoman::gateway
