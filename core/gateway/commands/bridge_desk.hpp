#pragma once

#include <string>

#include "base/result.hpp"
#include "gateway/commands/report.hpp"
#include "store/message.hpp"

namespace dragoman::gateway::commands {

/// What admins ask of the bridges of the program, which know nothing of a gateway.
class BridgeDesk {
 public:
  virtual Report list() const = 0;
  /// Rooms that a bot is not in, and bridges that are paused; no rows: all is well.
  virtual Report::Table troubled() const = 0;
  /// Fault::not_found: there is no such bridge. `by`: who asks.
  virtual Result<Report> pause(const std::string& bridge, const std::string& by) = 0;
  virtual Result<Report> resume(const std::string& bridge) = 0;
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
