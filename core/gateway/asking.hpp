#pragma once

#include <functional>
#include <map>
#include <string>

#include "base/timers.hpp"
#include "chat/session.hpp"

namespace dragoman::gateway {

/// The commands of a person that are no messages, until their Done or Failed. Every question ends: with the network's
/// answer, when the session ends, or after 30 s (networks answer or give up earlier; this is for one that forgot).
class Asking {
 public:
  /// Exactly one of the two is not null.
  using Answered = std::function<void(const chat::Done* done, const chat::Failed* failed)>;

  explicit Asking(Timers& timers) : timers_(timers), deadline_(timers) {}
  Asking(const Asking&) = delete;
  Asking& operator=(const Asking&) = delete;

  void ask(chat::Session& session, chat::CommandId id, const chat::Command& command, Answered answered);
  /// False when nobody asked that.
  bool on_done(const chat::Done& done);
  bool on_failed(const chat::Failed& failed);
  /// The session is gone: no answer will come.
  void fail_all(Fault fault, const std::string& text);
  bool empty() const { return open_.empty(); }

 private:
  struct Open {
    Answered answered;
    Instant deadline;
  };
  void expire();
  void schedule();

  Timers& timers_;
  Timer deadline_;
  Instant due_{};                         // what it is set to
  std::map<chat::CommandId, Open> open_;  // in the order of asking
};

}  // namespace dragoman::gateway
