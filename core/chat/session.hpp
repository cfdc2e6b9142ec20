#pragma once

#include "chat/command.hpp"
#include "chat/event.hpp"

namespace dragoman::chat {

/// Hears what a session says: gateway::User and bridge::Leg. Never called from inside Session::perform.
class Observer {
 public:
  virtual void on_event(const Event& event) = 0;

 protected:
  ~Observer() = default;
};

/// One account's link to a network. Owned by the Observer, which outlives it. Destroying it while it is connected is
/// allowed: what it still has to write and close is finished by the network.
class Session {
 public:
  virtual ~Session() = default;
  /// Connects, and goes on reconnecting with backoff, until stop(). Ends in Ready or Lost, again and again.
  virtual void start() = 0;
  /// Does not block and does no I/O of its own; ends in exactly one Done or Failed event with this id. Before Ready,
  /// JoinRoom waits for it, contacts are kept for it; everything else fails with `not_sent`.
  virtual void perform(CommandId id, const Command& command) = 0;
  /// Says goodbye with `text` where the network has such a thing (IRC QUIT) and closes; no event follows.
  virtual void stop(const std::string& text) = 0;
};

}  // namespace dragoman::chat
