#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "bridge/own_nicks.hpp"
#include "bridge/parts.hpp"
#include "bridge/puppet_policy.hpp"
#include "chat/command.hpp"
#include "chat/event.hpp"

namespace dragoman::bridge {

/// Somebody of another leg, who speaks in a room as themselves.
struct Persona {
  std::string place;   ///< the leg that they are on (place_of)
  std::string user;    ///< as their network writes them: "alice"
  std::string domain;  ///< of ours that their address is of
  std::string local;   ///< of their address there, unescaped; empty: they have none, and get the bot's
  std::string nick;    ///< wished in the room
  std::string origin;  ///< where they are, for people: "Libera.Chat"
  /// Whose it is over renames, where that is known; not for the eyes of others (a room may hide it).
  std::string identity{};

  std::string key() const { return place + '\n' + user; }
};

class VoiceBook;

/// The people of other legs in one room, each there as themselves with a session of their own, which hears nothing but
/// what is said to it alone: the bot hears for all. In an XMPP room each is an occupant with an address of ours, on a
/// network that lends voices one of its users; elsewhere (LegPlan::connects) each has a connection of their own, which
/// the network may refuse.
class Puppets {
 public:
  class Host {
   public:
    /// What waited for somebody goes on: they are there, or will not be.
    virtual void puppet_settled(const std::vector<store::RowId>& rows) = 0;
    virtual void on_puppet_came(const Persona& who) = 0;
    virtual void on_puppet_done(const chat::Done& done) = 0;
    virtual void on_puppet_failed(const chat::Failed& failed) = 0;
    /// Somebody is not there any more and has been given these, which are still answered for: what is behind them
    /// waits.
    virtual void puppet_in_doubt(const std::set<chat::CommandId>& given) = 0;
    virtual void on_puppet_banned(const Persona& who, const std::string& why) = 0;
    /// They may not connect, or not come in over their connection: the bot speaks for them.
    virtual void on_puppet_barred(const Persona& who, const std::string& why) = 0;
    virtual void told_privately(const Persona& who, const chat::MessageReceived& message) = 0;
    /// The room lets only members in: makes the address (with a connection: the nickname) one and then calls granted().
    virtual void make_member(const std::string& key, const std::string& address) = 0;
    virtual chat::CommandId next_command() = 0;

   protected:
    ~Host() = default;
  };

  Puppets(Parts& parts, Host& host, std::string bridge, const LegPlan& leg);
  ~Puppets();
  Puppets(const Puppets&) = delete;
  Puppets& operator=(const Puppets&) = delete;

  /// Another plan; the room stays. Those who are over it leave.
  void take(const LegPlan& leg);
  bool is_on() const { return leg_.puppets.policy != PuppetPlan::Policy::off; }

  enum class Speaks {
    own,     ///< they are there
    waits,   ///< they are on their way: puppet_settled follows for the row
    relay,   ///< the bot speaks for them
    silent,  ///< banned: nobody does
  };
  /// Somebody is about to say what `row` is. `said_since`: it may have been said then, before a restart.
  Speaks prepare(const Persona& who, store::RowId row, std::optional<Timestamp> said_since);
  /// Somebody is there, elsewhere (PuppetPlan::Policy::all).
  void appears(const Persona& who);
  /// Whether somebody is in the room, and can be given perform().
  bool is_there(const std::string& key) const;
  bool is_silent(const std::string& key) const { return policy_.is_silent(key); }
  void perform(const std::string& key, chat::CommandId id, const chat::Command& command);
  /// The same of what nobody waits for.
  void perform_unheard(const std::string& key, const chat::Command& command);
  /// They have another name where they are, which is perhaps another `user`.
  void renamed(const std::string& place, const std::string& user, const std::string& new_user,
               const std::string& new_nick);
  void granted(const std::string& key, bool is_member);
  void pardoned(const std::string& key) { policy_.pardoned(key); }
  /// Somebody who was thrown out may come in again. False: nobody of this name was.
  bool let_in(std::string_view nick);
  /// What somebody is called in the room; empty: they are not there.
  std::string nick_of(const std::string& key) const;
  void room_takes(std::size_t people) { policy_.room_takes(people); }
  /// The bot is in the room (again).
  void room_is_new();
  /// Those who stayed in the room have sessions again; the bot is in it.
  void come_back();
  /// Those who stay in the room when their sessions have ended (VoiceBook).
  std::vector<Persona> stay() const;
  /// These are in the room, brought there by another bridge. False: the bot speaks for everybody here.
  bool take_over(const std::vector<Persona>& people);
  /// All leave, e.g. because the bot is out.
  void leave(const std::string& text);
  /// Nobody is waited for any more: their sessions end now.
  void cut();
  /// The network of this domain ends, and with it those whose address is of it.
  void network_goes(const std::string& domain);
  bool has_of(const std::string& domain) const;
  /// Whether an occupant is one of these.
  bool is_named(std::string_view nick) const;
  /// The nicknames that they have or had a moment ago, for whoever hears the room.
  OwnNicks& nicks() { return nicks_; }
  bool is_ours(std::string_view nick) const { return nicks_.is_ours(nick, parts_.timers.clock().now()); }
  std::size_t size() const { return puppets_.size(); }

 private:
  class Puppet;
  /// Somebody who is there elsewhere and says nothing.
  struct Lurker {
    Persona who;
    bool was_there = false;  ///< is in the room already, without a session
  };
  Puppet* find(const std::string& key) const;
  bool open(const Persona& who, std::optional<Timestamp> said_since);
  /// Somebody is not there any more. Their session ends when all that they were given is answered for: a network may
  /// have taken it although they are out (IRC without +n), and the bot is not to say it again.
  void close(const std::string& key, const std::string& text);
  /// Its session ends at the end of the turn: it may be what calls.
  void end(std::unique_ptr<Puppet> puppet);
  /// One of those that were waited for: all is answered, or it takes too long.
  void answered(const Puppet& puppet);
  void cut(Puppet& puppet);
  void came(Puppet& puppet, const std::string& nick);
  void is_called(Puppet& puppet, const std::string& nick);
  /// Its connection was lost: it comes back by itself, or it may not.
  void lost(Puppet& puppet, const chat::Lost& lost);
  void barred(Puppet& puppet, const std::string& why, bool for_a_day);
  void refused(Puppet& puppet, Fault fault, const std::string& text);
  void went(Puppet& puppet, const chat::RoomLeft& left);
  void failed(Puppet& puppet, chat::Failed failed);
  void settle(Puppet& puppet);
  void let_idle_go();
  /// One of them, or all, is not to be there any more.
  void send_away(const std::string& text);
  void send_away(const std::string& key, const std::string& text);
  /// Out of the room for good, where a session that ends leaves its user in it.
  void take_out(Puppet& puppet, const std::string& why);
  void watch_idle();
  void let_lurkers_in();

  Parts& parts_;
  Host& host_;
  std::string bridge_;
  LegPlan leg_;
  PuppetPolicy policy_;
  std::unique_ptr<VoiceBook> book_;
  std::map<std::string, std::unique_ptr<Puppet>> puppets_;  // by Persona::key
  std::vector<std::unique_ptr<Puppet>> ending_;             // not there any more, and asked for answers
  std::vector<std::unique_ptr<Puppet>> gone_;
  OwnNicks nicks_;
  Gate::Hook sweep_;
  Timer idle_;
  static constexpr std::size_t most_kicked = 1000;
  std::map<std::string, std::string> kicked_;  // their keys, by their nicknames in the room as comparable() writes them
  std::deque<Lurker> lurkers_;                 // who have not come in
  Timer lurking_;
  bool leaving_ = false;
};

}  // namespace dragoman::bridge
