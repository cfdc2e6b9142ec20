#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/token_bucket.hpp"
#include "chat/event.hpp"
#include "chat/members.hpp"
#include "gateway/context.hpp"
#include "gateway/room_history.hpp"
#include "gateway/room_storm.hpp"
#include "gateway/to_stanza.hpp"

namespace dragoman::gateway {

/// One room as one person sees it: who is in it, the topic, and which of the person's clients (resources) show it. A
/// person is one occupant however many clients they have (XEP-0045 multi-session nicknames).
class Room {
 public:
  enum class State {
    joining,  ///< asked, not answered yet
    joined,
    lost,  ///< was joined; the network is away and will be rejoined, people stay where they are
  };

  /// The presence with which somebody asked for something: an error repeats both (RFC 6120 8.1.3).
  struct Asked {
    std::string to;  ///< as it was written
    std::string id;
    bool plainly;  ///< without the <x/> of XEP-0045: groupchat 1.0
  };

  /// A client that is in the room. It has had nothing of it, a part of the occupants, or all.
  struct Resource {
    std::string jid;  ///< full
    std::string wished_nick;
    std::string prepared_nick;  ///< the same as a resource
    Asked asked{};              ///< how it joined; empty once it is inside
    bool groupchat1 = false;    ///< knows no XEP-0045: plain presence, and lines about who comes and goes
    bool unsung = false;        ///< the line that it has arrived is still to be written
    bool waiting = true;        ///< for its first (or next) snapshot
    bool started = false;       ///< a part of the snapshot is written: `next` says where it goes on
    NameId next{};
    Arrival arrival;

    /// While its history is being read it gets nothing of the room: that stands behind the occupants.
    bool is_ready() const { return !arrival.history || arrival.history->here; }
  };

  Room(Context& context, chat::RoomId id, std::string wished_nick);
  Room(const Room&) = delete;
  Room& operator=(const Room&) = delete;

  const chat::RoomId& id() const { return id_; }
  State state() const { return state_; }
  /// The part of the network that it is in.
  const std::string& part() const { return part_; }
  /// Bare address, as it stands in stanzas.
  const std::string& address() const { return address_; }
  const std::string& nick() const { return self_ ? self_.text() : wished_nick_; }
  const std::string& wished_nick() const { return wished_nick_; }
  std::string password;
  std::unique_ptr<chat::Capabilities> capabilities;  ///< nothing: those of the whole network
  unsigned attempt = 0;     ///< counts how often we asked to join; the answer to an earlier time is void
  bool asking = false;      ///< that attempt is not answered yet
  bool restored = false;    ///< was joined before a restart: its clients are in it, whether or not we can be just now
  bool persistent = false;  ///< its person stays in it without a client; what is said there is read in the archive
  std::optional<Timestamp> deaf_since;  ///< the gateway was not running since then, and the room has not been told

  const std::vector<Resource>& resources() const { return resources_; }
  Resource* find(std::string_view jid);
  bool has(std::string_view jid) const { return const_cast<Room*>(this)->find(jid) != nullptr; }
  /// Adds a client, or makes it wait for a new snapshot when it is there already (a desynchronised client). Without an
  /// arrival it has been here since before a restart.
  void enter(const std::string& jid, const std::string& wished_nick, Arrival arrival = {}, Asked asked = {});
  /// Says goodbye to one client (unavailable, 110) and forgets it. False when it was not there.
  bool leave(const std::string& jid, std::vector<int> status, std::string_view text);
  /// Forgets a client that is gone; says nothing to it.
  bool drop(std::string_view jid);
  /// Why everybody has to go.
  struct Farewell {
    std::vector<int> status;  ///< beside 110
    std::string_view actor;   ///< nickname of who kicked or banned
    std::string_view text;    ///< in <status/>
    std::string_view reason;  ///< of a kick, a ban or the end of the room
    bool banned = false;
    bool destroyed = false;
    std::string_view venue;  ///< where the room is now, with destroyed
  };
  /// Everybody out.
  void close(Farewell farewell);
  void close(std::vector<int> status, std::string_view actor, std::string_view text) {
    close(Farewell{std::move(status), actor, text, {}, false, false, {}});
  }
  bool empty() const { return resources_.empty(); }

  // What the network says.
  void on_joined(const chat::RoomJoined& joined);
  void on_lost() {
    if (state_ == State::joined) state_ = State::lost;
  }
  void on_topic(const chat::TopicChanged& changed);
  void on_occupants_joined(const chat::OccupantsJoined& joined);
  void on_occupants_left(const chat::OccupantsLeft& left);
  void on_renamed(const chat::OccupantRenamed& renamed);
  void on_changed(const chat::OccupantChanged& changed);
  void on_self_standing(chat::Standing standing);
  /// Clients are told to ask anew (104) when the settings or the name really changed, and whether the room is logged
  /// from now on (170, 171). An empty name: it is what it was.
  void on_settings(const chat::RoomSettings& settings, const std::string& name);

  /// Goes on with snapshots while the output has room. True when none is left unfinished.
  bool write_on();
  /// The picture of somebody is another one: their presence says so, if they are here.
  void on_picture(const chat::PersonId& person);
  /// That of the room, by its hash; empty: none. Clients ask anew (104) when it is not what they know.
  void on_picture(const std::string& hash);

  /// The XMPP link was away: clients missed what happened; they get a fresh snapshot.
  void resynchronise();

  /// A message of somebody in the room, to every client that has not got it as history. Of `message` the room, the
  /// address and the type are filled in here.
  void say(const OutgoingMessage& message, const chat::Content& content, store::RowId row, bool own);
  /// A message of somebody in the room to its person alone (XEP-0045 7.5), to every client that has the room before it.
  /// False when there is none.
  bool whisper(const OutgoingMessage& message, const chat::Content& content);
  /// Something that no archive keeps and nobody waits for (typing, read marks): what `inside` writes, in a message of
  /// this occupant to every client that has the room before it.
  void show(std::string_view resource, const std::function<void(xmpp::Writer&)>& inside);
  /// A line from the room itself that each client gets behind its next snapshot; before the network lets us in.
  void announce_behind_snapshot(std::string_view text);
  /// More of the past is being got: what has been read for clients that wait for their history is not enough.
  void history_is_coming();
  /// It is here: everything up to this row is history for them, and read() is called for those who want some.
  void history_is_here(store::RowId newest,
                       const std::function<void(const std::string& jid, const JoinHistory&)>& read);
  /// The history that a client waits for, if it still does.
  void on_history(std::string_view jid, std::uint64_t question, std::vector<RoomMessage> history);
  /// A line from the room itself (no nickname).
  void announce(std::string_view text);
  /// Tells one client the topic.
  void write_subject(const Resource& to);

  const chat::Members<chat::Standing>& occupants() const { return occupants_; }
  chat::Standing standing() const { return standing_; }
  const std::string& topic() const { return topic_; }
  /// When somebody last said something here, as far as this process has heard.
  std::optional<Instant> last_said() const { return last_said_; }
  /// For people: as the network spells it, once it has.
  const std::string& name() const { return name_; }
  /// The nickname that this resource of an occupant's address stands for, ourselves counted; nothing: nobody is here
  /// under it.
  std::optional<std::string> occupant(std::string_view resource) const;
  /// The nickname of a person who is here.
  std::optional<std::string> occupant(const chat::PersonId& person) const;
  const std::optional<chat::RoomSettings>& settings() const { return settings_; }

 private:
  bool finish_snapshot(Resource& resource, bool all);
  /// Before anything else is said in the room, who is in it must have been said.
  void complete(Resource& resource);
  /// What happens in the room, to each client that has (or now gets) its snapshot.
  template <class Write>
  void to_each(Write write_to) {
    if (!context_.link.up() || state_ == State::joining) return;
    for (Resource& resource : resources_) {
      if (!resource.is_ready()) continue;  // its snapshot will say it
      complete(resource);
      write_to(resource);
    }
  }
  // room_storm.cpp: those who come and go are shown at once, or wait their turn.
  bool keeps_pace();
  Storm& storm();
  void beat();
  void settle(const std::vector<Storm::Change>& changes);
  /// What waits of this occupant is shown now: something else of them is about to be.
  void settle(std::string_view resource);
  void show_joined(const chat::Occupant& occupant);
  void show_left(std::span<const NameId> occupants, const chat::OccupantsLeft& why);
  void write_change_of_settings(const Resource& to, const std::vector<int>& codes);
  bool is_logged() const { return settings_ ? settings_->logged : logged_; }
  void write_history(Resource& resource);
  void write_meanwhile(Resource& resource);
  /// Groupchat 1.0, room_groupchat1.cpp: a line of text to those who know nothing better.
  bool has_groupchat1() const;
  void write_line(const Resource& to, std::string_view text);
  void tell_groupchat1(std::string_view text);
  void write_message(const std::string& to, const OutgoingMessage& message, const chat::Content& content);
  void write_presence(const Resource& to, NameId name, chat::Standing standing);
  /// `enters`: it is the end of a snapshot.
  void write_self(const Resource& resource, bool enters = false);
  void write_gone(NameId name, const Resource& to, const chat::OccupantsLeft& why);
  OccupantPresence presence_of(const Resource& to, NameId name, chat::Standing standing) const;
  /// Of ourselves, also before the network has said how we are called (then as this client wished).
  OccupantPresence own_presence(const Resource& resource) const;

  Context& context_;
  chat::RoomId id_;
  std::string part_;
  std::string address_, prepared_;  // bare; prepared_ is escaped for XML
  std::string name_;
  std::string wished_nick_;
  State state_ = State::joining;
  std::vector<Resource> resources_;
  NameRef self_;
  chat::Standing standing_;
  chat::Members<chat::Standing> occupants_;     // without ourselves
  std::optional<chat::RoomSettings> settings_;  // nothing: the network has not said yet
  bool logged_ = false;                         // before it says them
  std::string picture_;                         // hash
  std::optional<Instant> last_said_;
  std::string topic_, topic_author_;
  std::optional<Timestamp> topic_time_;
  TokenBucket pace_{Storm::at_once, Storm::interval};
  std::unique_ptr<Storm> storm_;          // nearly always null
  std::vector<std::string> left_unseen_;  // occupants' resources that went while the XMPP link was down
};

}  // namespace dragoman::gateway
