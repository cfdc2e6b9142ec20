#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "gateway/commands/report.hpp"
#include "store/message.hpp"

namespace dragoman::gateway::commands {

/// What admins ask of the bridges of the program, which know nothing of a gateway.
class BridgeDesk {
 public:
  /// Somebody wants to tie two rooms together.
  struct LinkRequest {
    std::string by;           ///< a bare JID
    std::string network;      ///< domain of the gateway that was asked; its address enters XMPP rooms
    std::string room, other;  ///< addresses
    bool is_admin = false;
    bool agrees = false;  ///< the gateway has seen that who asks moderates `room`
  };

  virtual Report list() const = 0;
  /// Rooms that a bot is not in, and bridges that are paused; no rows: all is well.
  virtual Report::Table troubled() const = 0;
  /// Fault::not_found: there is no such bridge. `by`: who asks.
  virtual Result<Report> pause(const std::string& bridge, const std::string& by) = 0;
  virtual Result<Report> resume(const std::string& bridge) = 0;
  /// Makes a bridge of these rooms, or adds them to one that was made so; it starts at once and outlives restarts.
  /// `nickname`: of the bot in these rooms; `via`: the domain whose address enters XMPP rooms elsewhere; empty: as in
  /// the file. Fault::unacceptable: what the file would be refused for; not_allowed: the bridge is one of the file.
  virtual Result<Report> make(const std::string& bridge, const std::vector<std::string>& rooms,
                              const std::string& nickname, const std::string& via, const std::string& by) = 0;
  /// A bridge that was made so, or one room of it (`room`, as in list()).
  virtual Result<Report> remove(const std::string& bridge, const std::string& room) = 0;
  /// Both rooms are asked; the answer says how. Fault::forbidden: they may not ask; limited: too often; not_allowed:
  /// one of the rooms has refused; else as make().
  virtual Result<Report> link(const LinkRequest& request) = 0;
  /// Takes a room out of a bridge that was made at runtime. `moderates`: as LinkRequest::agrees; without, only who has
  /// made the bridge may.
  virtual Result<Report> unlink(const std::string& room, const std::string& by, bool moderates) = 0;
  /// What would become of a text that somebody says in one of its rooms.
  virtual Result<Report> explain(const std::string& bridge, const std::string& room, const std::string& nickname,
                                 const std::string& text) const = 0;
  /// A held message of a bridge, marked as queued in this turn, is tried again. False: its room is in no bridge.
  virtual bool release(const store::Message& row) = 0;

 protected:
  ~BridgeDesk() = default;
};

/// Whether this is a bridge's and not a person's.
inline bool is_bridge_owner(const std::string& owner) { return owner.starts_with("bridge "); }

}  // namespace dragoman::gateway::commands
