#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "bridge/policies.hpp"
#include "chat/ids.hpp"

// What the configuration says about a bridge, as values.
namespace dragoman::bridge {

/// Who of those who speak elsewhere is in a room themselves: as an occupant of an XMPP room, or over a connection.
struct PuppetPlan {
  enum class Policy {
    off,     ///< nobody: the bot speaks for all
    active,  ///< who speaks
    all,     ///< who is there, while those are few
  };
  Policy policy = Policy::active;
  std::size_t cap = 100;                   ///< a room
  Duration idle = std::chrono::hours{12};  ///< who has said nothing for so long leaves
  unsigned pace = 10;                      ///< so many come in a second
  std::string suffix{};                    ///< of nicknames, where each has a connection of their own
  bool operator==(const PuppetPlan&) const = default;
};

/// One room of a bridge.
struct LegPlan {
  enum class Direction {
    in,   ///< what is said there is told to the others
    out,  ///< it is told what the others say
    both,
  };
  std::string network;   ///< domain of the [[network]] that the session belongs to
  bool is_xmpp = false;  ///< an XMPP room elsewhere, which an address of that domain enters
  chat::RoomId room;     ///< of that network, or the room's address
  std::string address;   ///< as the operator wrote it: "#dev@irc.example.org"
  std::string label;     ///< how people call it in sentences, and {label}
  std::string nickname;  ///< empty: that of the network's own account, else the name of the bridge
  std::string password;  ///< of the room; empty: none
  std::string voice{};   ///< localpart of ours that enters an XMPP room; empty: the bridge's own
  Direction direction = Direction::both;
  /// How who speaks stands in front of a text (RelayFormat); empty: the network shows it in its own way.
  std::string format;
  Policies policies;
  PuppetPlan puppets{PuppetPlan::Policy::off};  ///< of an XMPP room, or of one that people connect to
  bool connects = false;  ///< who speaks elsewhere has a connection of their own to its network (IRC)
  bool operator==(const LegPlan&) const = default;

  bool is_heard() const { return direction != Direction::out; }
  bool is_told() const { return direction != Direction::in; }
};

/// What is done about some of what is said, before it is told to the other legs.
struct RulePlan {
  enum class Action { drop, replace, rename };
  std::string from;  ///< kind or domain of a network, or the address of a leg; empty: everywhere
  std::string nick;  ///< regular expression; empty: everybody
  std::string text;  ///< regular expression; empty: whatever is said
  Action action = Action::drop;
  std::string with;   ///< in place of what `text` (replace) or `nick` (rename) found; $1 is its first group
  bool next = false;  ///< the rules behind it are looked at too
  bool operator==(const RulePlan&) const = default;
};

/// Whether people are told who comes and goes in the other rooms.
enum class StatusLines {
  off,
  summary,  ///< one line a minute
  smart,    ///< only of who has spoken within the last hour
  all,      ///< each of them at once, new nicknames too; what happens within a second is gathered
};

struct Plan {
  std::string name;
  bool enabled = true;
  std::vector<LegPlan> legs;
  std::vector<RulePlan> rules;
  std::vector<std::string> hooks{};  ///< whose hooks may speak in it: bare JIDs, domains, "*"; admins' always may
  StatusLines status = StatusLines::off;
  bool tells_bans = false;                   ///< who was thrown out of a room is told in the others
  bool mirrors_bans = false;                 ///< who was banned from a room is banned from the others
  Duration keep = std::chrono::minutes{15};  ///< what waits for a leg that cannot be reached
  std::size_t most = 500;                    ///< of such messages, a leg
  /// Of a leg that is away for so long the others are told.
  Duration told_after = std::chrono::minutes{5};
  bool operator==(const Plan&) const = default;
};

/// The owner of a bridge's rows and documents: no JID, because of the space.
inline std::string owner_of(const std::string& name) { return "bridge " + name; }
/// The kind of what a bridge keeps in the store.
inline constexpr const char* document_kind = "bridge";
/// The room of a leg among all of the program.
inline std::string place_of(const LegPlan& leg) { return leg.network + ' ' + leg.room.text; }

}  // namespace dragoman::bridge
