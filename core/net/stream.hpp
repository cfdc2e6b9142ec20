#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>

#include "base/result.hpp"
#include "net/task.hpp"

namespace dragoman::net {

/// A connected byte stream: TcpStream or TlsStream. read and write never block; `closed` errors end the stream.
class Stream {
 public:
  virtual ~Stream() = default;
  /// Ends when a read may give something, or with an error (Fault::closed, Fault::unavailable).
  virtual Task<Result<void>> readable() = 0;
  virtual Task<Result<void>> writable() = 0;
  /// For who reads as long as the stream is there: a task that waits costs 1.8 KB, this 200 bytes. `ready` is called
  /// from the loop once after each await_readable(), when readable() would have ended and with what it would have
  /// given. It may destroy the stream; when the stream is gone it is called no more. Before anything waits for the
  /// stream: what waits already is ended with Fault::closed.
  virtual void on_readable(std::function<void(const Result<void>&)> ready) = 0;
  virtual void await_readable() = 0;
  /// Bytes read; 0 = nothing there now. The end of the stream is Fault::closed.
  virtual Result<std::size_t> read(std::span<char> into) = 0;
  /// Bytes taken; fewer than given (even 0) = wait for writable().
  virtual Result<std::size_t> write(std::span<const char> bytes) = 0;
  /// Sends what belongs to an orderly end (TLS close_notify, FIN) and closes. Idempotent. Pending waits fail.
  virtual void close() = 0;
  /// For logs and the status page, e.g. "192.0.2.7:6697".
  virtual const std::string& peer() const = 0;
  /// Local and remote port, for identd; 0 when unknown.
  virtual std::uint16_t local_port() const = 0;
};

}  // namespace dragoman::net
