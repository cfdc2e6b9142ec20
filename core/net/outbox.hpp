#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/gate.hpp"
#include "net/stream.hpp"
#include "net/task_group.hpp"

namespace dragoman::net {

/// What leaves through one stream: one contiguous buffer, flushed at the end of the turn or when the turn's commit is
/// durable. Writes first and waits for the kernel only when it takes less than all, in a task that exists only then.
/// Bytes of a stream that died are dropped with it; rows decide what is said again.
class Outbox final : public Gate::Output {
 public:
  /// `failed` is called once a stream when writing fails, before the end of some turn and never from inside append; it
  /// may destroy the outbox. From then on bytes are dropped until detach() or attach().
  Outbox(Gate& gate, std::function<void(const Error&)> failed);
  ~Outbox();
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;

  /// Writes to this stream from now on; what the last one did not take is gone. `tasks` is where waiting for a slow
  /// reader happens: the outbox and the stream live until it is empty.
  void attach(Stream& stream, TaskGroup& tasks);
  /// Forgets the stream and all bytes.
  void detach();
  bool attached() const { return stream_ != nullptr; }

  /// The buffer to append to, only that; call touch() afterwards (or use append).
  std::string& buffer() { return buffer_; }
  void touch();
  void append(std::string_view bytes) {
    buffer_ += bytes;
    touch();
  }

  /// Bytes that have not been taken by the kernel yet.
  std::size_t backlog() const { return buffer_.size() - sent_; }
  /// Total bytes taken by the kernel since attach(), also when the stream has failed meanwhile: what "written" means
  /// for evidence.
  std::uint64_t written() const { return base_ + sent_; }
  /// Called (as `failed` is) after a flush when the backlog fell from over `high` to under `low` bytes.
  void on_drained(std::size_t high, std::size_t low, std::function<void()> action);

  /// Whether the kernel did not take everything: the other side reads too slowly.
  bool blocked() const { return blocked_; }

  void seal(Gate::Ticket ticket) override;
  bool release(Gate::Ticket durable) override;

 private:
  struct Mark {
    std::uint64_t end;  // in bytes since attach()
    Gate::Ticket ticket;
  };
  void flush();
  void compact();
  void fail(const Error& error);
  void tell();
  Task<> write_on(std::uint64_t generation);

  Gate& gate_;
  std::function<void(const Error&)> failed_;
  Gate::Hook news_;  // calls `failed_` and `drained_`
  Stream* stream_ = nullptr;
  TaskGroup* tasks_ = nullptr;
  std::uint64_t generation_ = 0;  // counts the streams, so that a task of an old one knows
  std::string buffer_;
  std::uint64_t base_ = 0;      // bytes since attach() that are not in the buffer any more
  std::size_t sent_ = 0;        // of the buffer, taken by the kernel
  std::uint64_t released_ = 0;  // since attach(), may be written
  std::vector<Mark> marks_;     // ascending; one for each commit under way
  bool blocked_ = false, waiting_for_room_ = false;
  unsigned small_uses_ = 0;  // of a large buffer, in a row
  std::optional<Error> error_;
  std::size_t high_ = 0, low_ = 0;
  bool over_ = false, drained_due_ = false;
  std::function<void()> drained_;
};

}  // namespace dragoman::net
