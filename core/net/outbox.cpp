#include "net/outbox.hpp"

#include <utility>

namespace dragoman::net {

namespace {
constexpr std::size_t small_buffer = 4096;            // an idle connection may keep as much
constexpr std::size_t huge_buffer = 4 * 1024 * 1024;  // of a burst (a thousand people enter a room), not of every day
constexpr std::size_t worth_moving = 64 * 1024;       // sent bytes in front of the buffer that are worth a memmove
}  // namespace

Outbox::Outbox(Gate& gate, std::function<void(const Error&)> failed)
    : gate_(gate), failed_(std::move(failed)), news_(gate, [this] { tell(); }) {}

Outbox::~Outbox() { gate_.forget(*this); }

void Outbox::attach(Stream& stream, TaskGroup& tasks) {
  detach();
  base_ = released_ = 0;
  stream_ = &stream;
  tasks_ = &tasks;
}

void Outbox::detach() {
  ++generation_;
  stream_ = nullptr;
  tasks_ = nullptr;
  base_ = written();
  std::string{}.swap(buffer_);
  sent_ = 0;
  marks_.clear();
  blocked_ = waiting_for_room_ = over_ = drained_due_ = false;
  error_.reset();
}

void Outbox::touch() {
  if (drained_ && backlog() > high_) over_ = true;
  gate_.mark_dirty(*this);
}

void Outbox::on_drained(std::size_t high, std::size_t low, std::function<void()> action) {
  high_ = high;
  low_ = low;
  drained_ = std::move(action);
}

void Outbox::seal(Gate::Ticket ticket) {
  if (stream_ == nullptr) {
    buffer_.clear();
    return;
  }
  const std::uint64_t end = base_ + buffer_.size();
  if (!marks_.empty() && marks_.back().ticket >= ticket) {
    marks_.back().end = end;  // of the same commit, or behind what an earlier turn still waits for
  } else if (ticket != 0) {
    marks_.push_back({end, ticket});
  } else {
    released_ = end;
  }
  flush();
}

bool Outbox::release(Gate::Ticket durable) {
  std::size_t done = 0;
  for (; done < marks_.size() && marks_[done].ticket <= durable; ++done) released_ = marks_[done].end;
  marks_.erase(marks_.begin(), marks_.begin() + static_cast<std::ptrdiff_t>(done));
  flush();
  return !marks_.empty();
}

void Outbox::flush() {
  if (stream_ == nullptr || blocked_) return;
  const std::size_t end = static_cast<std::size_t>(released_ - base_);
  if (sent_ < end) {
    const std::span<const char> ready{buffer_.data() + sent_, end - sent_};
    const Result<std::size_t> taken = stream_->write(ready);
    if (!taken) return fail(taken.error());
    sent_ += *taken;
    blocked_ = *taken < ready.size();
  }
  compact();
  if (over_ && backlog() < low_) {
    over_ = false;
    drained_due_ = true;
    news_.arm();
  }
  if (!blocked_ || waiting_for_room_) return;
  waiting_for_room_ = true;
  tasks_->spawn([this, generation = generation_] { return write_on(generation); });
}

Task<> Outbox::write_on(std::uint64_t generation) {
  while (generation == generation_ && blocked_) {
    const auto room = co_await stream_->writable();
    if (generation != generation_ || tasks_->stopping()) co_return;
    if (!room) {
      fail(room.error());
      co_return;
    }
    blocked_ = false;
    flush();
  }
  if (generation == generation_) waiting_for_room_ = false;
}

void Outbox::compact() {
  if (sent_ == buffer_.size()) {
    // A buffer that was large once is given back when its size has not been needed for a while, a huge one at once.
    small_uses_ = buffer_.capacity() <= small_buffer || buffer_.size() > buffer_.capacity() / 4 ? 0 : small_uses_ + 1;
    base_ += sent_;
    sent_ = 0;
    buffer_.clear();
    if (small_uses_ < 16 && buffer_.capacity() <= huge_buffer) return;
    small_uses_ = 0;
    std::string{}.swap(buffer_);
  } else if (sent_ >= worth_moving && sent_ >= buffer_.size() / 2) {
    base_ += sent_;
    buffer_.erase(0, sent_);
    sent_ = 0;
  }
}

void Outbox::fail(const Error& error) {
  // detach() also makes write_on() end; the bytes go with their stream.
  detach();
  error_ = error;
  news_.arm();
}

/// Runs before the end of a turn. Each call is the last thing done: it may destroy this.
void Outbox::tell() {
  if (error_) {
    const Error error = *std::exchange(error_, std::nullopt);
    if (const auto failed = failed_) failed(error);
  } else if (std::exchange(drained_due_, false)) {
    if (const auto drained = drained_) drained();
  }
}

}  // namespace dragoman::net
