#include "backends/irc/send_window.hpp"

#include <algorithm>

namespace dragoman::backends::irc {

namespace {

/// A server that has said nothing about our lines for so long does not answer, or is very busy.
constexpr auto answers_stopped = std::chrono::seconds{10};
/// Lines that lie at the server for longer delay what is said next: fewer of them are enough to keep it busy.
constexpr auto too_long = std::chrono::milliseconds{1500};
constexpr auto quick = std::chrono::milliseconds{750};

}  // namespace

SendWindow::SendWindow(std::size_t ceiling, Duration interval)
    : ceiling_(std::max<std::size_t>(ceiling, 1)), size_(std::min(most, ceiling_)), interval_(interval) {}

bool SendWindow::may_send(Instant now) const {
  if (has_room()) return true;
  const auto opens = opens_at(now);
  return opens && *opens <= now;
}

std::optional<Instant> SendWindow::opens_at(Instant now) const {
  if (has_room()) return now;
  if (lines_.size() >= ceiling_) return std::nullopt;
  return std::max(
      {now, lines_.front().at + answers_stopped, last_answer_ + answers_stopped, last_written_ + interval_});
}

void SendWindow::written(std::uint32_t label, Instant now) {
  lines_.push_back({++last_, now, label});
  if (label != 0) ++labelled_;
  last_written_ = now;
}

void SendWindow::answered(std::uint32_t label, Instant now) {
  const auto line = std::find_if(lines_.begin(), lines_.end(), [label](const Line& l) { return l.label == label; });
  if (label == 0 || line == lines_.end()) return;
  learn(now - line->at);
  lines_.erase(line);
  --labelled_;
  last_answer_ = now;
}

void SendWindow::ponged(Instant now) {
  const auto end =
      std::find_if(lines_.begin(), lines_.end(), [this](const Line& line) { return line.sequence > pinged_; });
  if (end != lines_.begin()) learn(now - std::prev(end)->at);
  labelled_ -=
      static_cast<std::size_t>(std::count_if(lines_.begin(), end, [](const Line& line) { return line.label != 0; }));
  lines_.erase(lines_.begin(), end);
  last_answer_ = now;
}

bool SendWindow::wants_ping() const {
  if (lines_.size() < size_ || lines_.back().sequence <= pinged_) return false;
  // The oldest line is the next to be answered: with a label that happens by itself.
  return std::any_of(lines_.begin(), lines_.end(),
                     [this](const Line& line) { return line.label == 0 && line.sequence > pinged_; });
}

void SendWindow::learn(Duration latency) {
  if (latency > too_long && size_ > least) --size_;
  if (latency < quick && size_ < std::min(most, ceiling_)) ++size_;
}

}  // namespace dragoman::backends::irc
