#pragma once

#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/gate.hpp"
#include "chat/command.hpp"
#include "store/store.hpp"

namespace dragoman::delivery {

/// What became of a message that was to be written.
enum class Delivery {
  written,
  nobody,  ///< is there to take it
  later,   ///< something about it is looked up first; Incoming::confirm follows, or the next link_up
};

/// Messages from a network to its people: a row for each, written to the XMPP link while that is up, delivered when the
/// server has proved that it took them (the barrier), and written again after a link or a gateway that died.
class Incoming {
 public:
  class Host {
   public:
    /// Writes the row to its owner's clients; row.content is not to be read.
    virtual Delivery deliver(const store::Message& row, const chat::Command& command, bool replayed) = 0;
    /// False: its text is for those who are there, and forgotten once the server has it.
    virtual bool is_kept(const store::Message&) const { return true; }
    /// A message of a person that the network refused: tells its sender again, because the last time is not proved.
    virtual void give_back(const store::Message& row, chat::Command command) = 0;
    /// Calls `proved` when the server has taken everything that was written so far; never, when the link dies first.
    virtual void barrier(std::function<void()> proved) = 0;

   protected:
    ~Host() = default;
  };

  Incoming(std::string network, Host& host, store::Store& store, Gate& gate);

  /// Accepts a message: a row of this turn, written at once when the link is up. A row with the same network_id in the
  /// same room shares the content of the first (one line that many people see is stored once). Returns the row's id.
  /// Never refuses: what was read from a network is kept; on a full disk networks are not read (Gateway). `history`: it
  /// was said some time ago, and is told so.
  store::RowId accept(store::Message row, chat::Command command, bool history = false);
  /// Rows may be gone from now on (Store::forget): no later one shares the content of an earlier one.
  void forget_shared() {
    recent_.clear();
    older_.clear();
  }
  /// A stanza about this row was written that decides it (an error to its sender): `state` once the server has it.
  void confirm(store::RowId row, store::State state);

  /// A message that the server has taken came back from it: it is queued again, for release() or the next link_up.
  void take_back(store::RowId row);

  /// A held message, marked as queued in this turn: written now, or after link_up. False: what was queued before is
  /// being written just now; ask again in a moment.
  bool release(const store::Message& row);
  /// A held message of a person to the network goes back to its sender.
  void give_back(const store::Message& row);

  /// After link_up everything that is still queued is written first, in order, before what comes meanwhile.
  void link_up();
  void link_down();
  /// What is accepted is written in the same turn.
  bool is_live() const { return stage_ == Stage::live; }

  /// Messages since the start: taken from the network, and proved to be with the XMPP server.
  std::uint64_t accepted() const { return accepted_; }
  std::uint64_t delivered() const { return delivered_; }

 private:
  enum class Stage { down, replaying, live };
  struct Confirmation {
    store::RowId row;
    store::State state;
    bool kept = true;
  };
  struct Waiting {
    store::Message row;
    chat::Command command;
    bool history;
  };
  void write(const store::Message& row, const chat::Command& command, bool replayed);
  void replay(std::uint64_t attempt);
  void replayed(const std::vector<store::Message>& rows);
  void ask_proof();
  void mark(const std::vector<Confirmation>& proved);

  std::string network_;
  Host& host_;
  store::Store& store_;
  Gate& gate_;
  Gate::Hook proof_hook_;
  Stage stage_ = Stage::down;
  std::uint64_t attempt_ = 0;       // counts link_up: a replay of an earlier one is void
  std::vector<Waiting> meanwhile_;  // accepted while the replay reads
  std::vector<Confirmation> unproved_;
  std::uint64_t accepted_ = 0, delivered_ = 0;

  // network_id -> row with its content, for lines that were seen a moment ago: two generations of at most 4,096.
  std::unordered_map<std::string, store::RowId> recent_, older_;
};

}  // namespace dragoman::delivery
