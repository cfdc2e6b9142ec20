#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/timers.hpp"
#include "bridge/puppets.hpp"
#include "chat/command.hpp"

namespace dragoman::bridge {

/// A ban in one room of a bridge, carried out in the others and taken back with it (moderation.sync_bans = "mirror").
/// It is about one person: where many are banned within a moment the ban is of something else (a domain, a wide mask),
/// and is not carried out elsewhere. What it has set itself it never takes for the ban of a room.
class BanMirror {
 public:
  /// An entry of a room's list of bans: what bans, and who that was in the room.
  struct Entry {
    std::string mask, nickname;
    auto operator<=>(const Entry&) const = default;
  };
  using Entries = std::set<Entry>;
  using Listed = std::function<void(Result<Entries> entries)>;
  using Ended = std::function<void(Result<void> result)>;

  /// What it needs of the bridge. The functions may be called back later or never, from outside of the call only.
  class Host {
   public:
    /// Where somebody is to be banned, but in this room: places, and how the room calls them.
    virtual std::vector<std::pair<std::string, Entry>> targets_of(const Persona& who, const std::string& but) const = 0;
    /// Whether the bot is in the room.
    virtual bool is_in(const std::string& place) const = 0;
    virtual void list_bans(const std::string& place, Listed listed) = 0;
    virtual void ban(const std::string& place, const Entry& who, const std::string& reason, Ended ended) = 0;
    virtual void unban(const std::string& place, const Entry& who, Ended ended) = 0;
    /// Somebody may speak again in a room through the bridge.
    virtual void pardoned(const std::string& place, const std::string& key) = 0;
    virtual std::string label_of(const std::string& place) const = 0;
    virtual void tell_operator(const std::string& text) = 0;
    /// The text is to be had again at the next start of the program (restore()).
    virtual void keep(const std::string& text) = 0;

   protected:
    ~Host() = default;
  };

  BanMirror(Timers& timers, Host& host) : host_(host), clock_(timers.clock()), soon_(timers), look_(timers) {}
  BanMirror(const BanMirror&) = delete;
  BanMirror& operator=(const BanMirror&) = delete;

  /// What keep() was given before.
  void restore(const std::string& text);
  /// Whether bans are carried out; those that were are taken back with their ban in any case.
  void set(bool on);
  /// The bot has come into a room: what is banned there now was banned before.
  void on_joined(const std::string& place);
  /// Somebody of the bridge was banned in a room, by others.
  void on_banned(const std::string& place, const Persona& who, const std::string& by, const std::string& why);

 private:
  /// A ban, and where it was carried out.
  struct Carried {
    std::string nick;                    ///< for people
    std::string place;                   ///< where it was said
    Entries entries;                     ///< by what, there; empty: the room does not tell
    std::map<std::string, Entries> set;  ///< by us, by place
    bool lifted = false;                 ///< what is left of `set` is to be taken back
  };
  struct Fresh {
    Persona who;
    std::string by, why;
  };
  void carry_out();
  void carry_out(const std::string& place, const Fresh& ban);
  void is_set(const std::string& key, const std::string& place, const Entry& asked);
  void look();
  void look_at(const std::string& place);
  void compare(const std::string& place, const Entries& now);
  void take_back(const std::string& key);
  void keep();
  /// Those that came lately, and that no ban is known for.
  Entries unexplained(const std::string& place) const;
  void note_list(const std::string& place, const Entries& now);

  Host& host_;
  const Clock& clock_;
  Timer soon_, look_;
  bool on_ = false;
  std::map<std::string, std::vector<Fresh>> fresh_;        // by place
  std::map<std::string, std::map<Entry, Instant>> lists_;  // by place: since when an entry is known
  std::set<std::string> blind_;                            // places whose list we may not see
  std::map<std::string, Carried> carried_;                 // by Persona::key
};

}  // namespace dragoman::bridge
