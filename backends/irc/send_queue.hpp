#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/irc/evidence.hpp"

namespace dragoman::backends::irc {

/// Who goes first when the flood control of the server lets only some lines through.
enum class Urgency {
  now,         ///< past the queue: PONG, PING, registration, QUIT
  command,     ///< before all messages
  message,     ///< in turn with the other targets, so that a long paste in one room delays no other conversation
  background,  ///< when nothing else waits: WHO after a join
};

/// A line that waits for its turn.
struct QueuedLine {
  std::string bytes;  ///< with CR LF
  Evidence::Slot slot = Evidence::none;
  chat::CommandId command{};  ///< of the slot
  std::uint32_t label = 0;
  std::string text;      ///< to compare with the echo
  bool goes_on = false;  ///< what it belongs to has begun already
};

/// Lines that wait until they may leave, in order for each target.
class SendQueue {
 public:
  /// `target` is the folded channel or nickname whose order the line keeps; for Urgency::message only.
  void push(Urgency urgency, std::string_view target, QueuedLine line);
  std::optional<QueuedLine> pop();
  /// The rest of a message's line that was popped: it is the next one to its target.
  void give_back(std::string_view target, QueuedLine line);
  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  /// True when lines to this target wait: a command about it then goes behind them.
  bool has(std::string_view target) const;
  void clear() { *this = SendQueue{}; }

 private:
  struct Lane {
    std::string target;
    std::vector<QueuedLine> lines;
    std::size_t head = 0;

    bool empty() const { return head == lines.size(); }
    QueuedLine take();
  };

  struct Lanes {
    Lane commands, background;
    // A conversation that begins is not to wait for a paste, nor may a stream of such conversations hold the paste up:
    // those of which nothing has left go first, every other time.
    std::vector<Lane> fresh;
    std::vector<Lane> messages;
    bool was_fresh = false;
    std::size_t turn = 0;

    Lane* of(std::string_view target);
    QueuedLine take_fresh();
    QueuedLine take_in_turn();
  };

  std::unique_ptr<Lanes> lanes_;  // made when a line has to wait for the first time
  std::size_t size_ = 0;
};

}  // namespace dragoman::backends::irc
