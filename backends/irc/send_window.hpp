#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/clock.hpp"

namespace dragoman::backends::irc {

/// Self-clocked sending: the server itself says how fast it takes lines. A line may leave while fewer than size() lines
/// are unanswered; an answer is whatever comes with the line's label, or the PONG to a PING behind it. So no line ever
/// lies unread at a server that counts those (InspIRCd, solanum: "Excess Flood", "RecvQ exceeded"), and a server that
/// is quick gets them as quickly as it likes. docs/decisions/0051.
class SendWindow {
 public:
  static constexpr std::size_t most = 4, least = 2;
  /// A line with a label is answered by itself, without a PING that others could share: another one at the server would
  /// only delay what is said next (5 s on InspIRCd, which takes one a second, measured with four).
  static constexpr std::size_t most_labelled = 1;

  /// When the server answers nothing any more, one line each `interval` leaves, while fewer than `ceiling` lines are
  /// unanswered.
  SendWindow(std::size_t ceiling, Duration interval);

  bool may_send(Instant now) const;
  /// A line was written; `label` 0: only a PING behind it can show that it was taken.
  void written(std::uint32_t label, Instant now);
  /// Something with this label came.
  void answered(std::uint32_t label, Instant now);
  /// A PING was written behind all lines so far; one at a time.
  void pinged() { pinged_ = last_; }
  void ponged(Instant now);

  /// It is full, and a PING would open it sooner than the labels do.
  bool wants_ping() const;
  bool awaits_labels() const { return labelled_ > 0; }
  /// When may_send() becomes true without an answer; nothing when only an answer can do that.
  std::optional<Instant> opens_at(Instant now) const;
  std::size_t size() const { return size_; }
  std::size_t unanswered() const { return lines_.size(); }

 private:
  struct Line {
    std::uint64_t sequence;
    Instant at;
    std::uint32_t label;
  };
  bool has_room() const { return lines_.size() < size_ && labelled_ < most_labelled; }
  void learn(Duration latency);

  std::size_t ceiling_, size_;
  Duration interval_;
  std::vector<Line> lines_;  // unanswered, in order
  std::size_t labelled_ = 0;
  std::uint64_t last_ = 0, pinged_ = 0;
  Instant last_written_{}, last_answer_{};
};

}  // namespace dragoman::backends::irc
