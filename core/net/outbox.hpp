#pragma once

#include "base/gate.hpp"
#include "net/stream.hpp"

#include <cstddef>
#include <deque>
#include <functional>
#include <string>
#include <string_view>

namespace dragoman::net {

/// What leaves through one stream: one contiguous buffer, flushed at the end of the turn or when the turn's commit is
/// durable. Bytes of a stream that died are dropped with it; rows decide what is said again.
class Outbox final : public Gate::Output {
 public:
  /// `failed` is called (at most once a stream, never from inside append) when writing fails.
  Outbox(Gate& gate, std::function<void(const Error&)> failed);
  ~Outbox();
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;

  /// Writes to this stream from now on; what the last one did not take is gone.
  void attach(Stream& stream);
  /// Forgets the stream and all bytes.
  void detach();

  /// The buffer to append to; call touch() afterwards (or use append).
  std::string& buffer() { return buffer_; }
  void touch();
  void append(std::string_view bytes) {
    buffer_ += bytes;
    touch();
  }

  /// Bytes that have not been taken by the kernel yet.
  std::size_t backlog() const { return buffer_.size() - sent_; }
  /// Total bytes taken by the kernel since attach(): what "written" means for evidence.
  std::uint64_t written() const { return written_; }
  /// Called after a flush when the backlog fell from over `high` to under `low` bytes.
  void on_drained(std::size_t high, std::size_t low, std::function<void()> action);

  /// The driver awaits this in a task of its own, for as long as a stream is attached: sleeps until the kernel did not
  /// take everything, then waits for writable and writes on.
  void resume_when_writable();  // called by the driver's write task, see connection.cpp files
  bool blocked() const { return blocked_; }

  void seal(Gate::Ticket ticket) override;
  bool release(Gate::Ticket durable) override;

 private:
  struct Mark {
    std::size_t end;
    Gate::Ticket ticket;
  };
  void flush();

  Gate& gate_;
  std::function<void(const Error&)> failed_;
  Stream* stream_ = nullptr;
  std::string buffer_;
  std::size_t sent_ = 0;      // taken by the kernel
  std::size_t released_ = 0;  // may be written
  std::deque<Mark> marks_;
  std::uint64_t written_ = 0;
  bool blocked_ = false;
  std::size_t high_ = 0, low_ = 0;
  bool over_ = false;
  std::function<void()> drained_;
};

}  // namespace dragoman::net
