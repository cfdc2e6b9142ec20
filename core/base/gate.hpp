#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

namespace dragoman {

/// The end of a turn of the loop, and what may leave the process then.
///
/// A turn is what runs between two calls of end_turn(). Its rows, cursors and documents are one transaction; what it
/// wrote to an outbox leaves when that transaction and those before it are durable: what a turn without rows says may
/// be what an earlier one has learnt. It leaves at once when no transaction is under way.
class Gate {
 public:
  using Ticket = std::uint64_t;  ///< numbers the commits, from 1; 0 = nothing to wait for

  /// What an outbox looks like to the gate.
  class Output {
   public:
    /// All that was written so far belongs to this turn. `ticket` != 0: it may leave once that commit is durable.
    /// Called only after mark_dirty(). Neither this nor release() calls back into anybody: what it notices (a dead
    /// stream, a drained buffer) it tells by a Hook.
    virtual void seal(Ticket ticket) = 0;
    /// Everything up to and including this commit is durable (a commit that fails ends the process, there is no other
    /// answer). Returns whether something still waits for a later commit. May not destroy an output.
    virtual bool release(Ticket durable) = 0;

   protected:
    ~Output() = default;

   private:
    friend class Gate;
    bool dirty_ = false, waiting_ = false;
  };

  /// Something that an object wants done before the turn ends but not inside the call that noticed it, so that nothing
  /// is called back into while it works. Disarmed by its destructor.
  class Hook {
   public:
    Hook(Gate& gate, std::function<void()> action) : gate_(gate), action_(std::move(action)) {}
    ~Hook() { gate_.forget(*this); }
    Hook(const Hook&) = delete;
    Hook& operator=(const Hook&) = delete;
    /// Runs the action once before the turn ends; arming twice runs it once.
    void arm() {
      if (armed_) return;
      armed_ = true;
      gate_.hooks_.push_back(this);
    }

   private:
    friend class Gate;
    Gate& gate_;
    std::function<void()> action_;
    bool armed_ = false;
  };

  /// Called at the end of each turn, after the hooks: hands the turn's transaction to whoever makes it durable and
  /// returns its ticket (last ticket + 1), or 0 when the turn has nothing that output must wait for.
  std::function<Ticket()> commit;

  void mark_dirty(Output& output);
  void forget(Output& output);
  /// Runs the armed hooks until none is left, commits, seals the dirty outputs.
  void end_turn();
  /// False when end_turn() has something to do: sealing may arm a hook, for example. The loop does not sleep then.
  bool idle() const;
  /// The commit with this ticket and all before it are durable.
  void durable(Ticket ticket);
  Ticket durable() const { return durable_; }
  /// The newest ticket given out: output sealed after it waits for it.
  Ticket newest() const { return newest_; }

  /// Calls `action` on this thread once everything that was written in this turn and before is durable; at the end of
  /// the turn when nothing is under way. For answers that are not bytes in an outbox.
  void when_durable(std::function<void()> action);

 private:
  struct Waiting {
    Ticket ticket;
    std::function<void()> action;
  };
  void forget(Hook& hook);
  void run_hooks();

  Ticket durable_ = 0, newest_ = 0;
  std::vector<Hook*> hooks_, running_;
  Hook* running_hook_ = nullptr;  // cleared when its action destroys it
  std::vector<Output*> dirty_, sealing_, waiting_;
  std::vector<std::function<void()>> this_turn_;
  std::deque<Waiting> later_;
};

}  // namespace dragoman
