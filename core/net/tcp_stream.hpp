#pragma once

#include <memory>

#include "net/stream.hpp"

namespace dragoman::net {

class Loop;

/// A Stream on a socket's descriptor; also what TlsStream stands on.
class TcpStream final : public Stream {
 public:
  /// Owns `descriptor`, which must be non-blocking. A connection that is still being made becomes writable.
  TcpStream(Loop& loop, int descriptor, std::string peer);
  ~TcpStream() override;

  Task<Result<void>> readable() override;
  Task<Result<void>> writable() override;
  void on_readable(std::function<void(const Result<void>&)> ready) override;
  void await_readable() override;
  Result<std::size_t> read(std::span<char> into) override;
  Result<std::size_t> write(std::span<const char> bytes) override;
  void close() override;
  const std::string& peer() const override { return peer_; }
  std::uint16_t local_port() const override;

  // For TlsStream, which knows better what a read waits for: as await_readable(), and at once.
  void await_writable();
  void tell_soon();

  /// Ends the waits of now with Fault::closed and leaves the stream open.
  void cancel_waits();
  int descriptor() const;

 private:
  struct Inner;
  std::unique_ptr<Inner> inner_;  // keeps Asio out of this header
  std::string peer_;
};

/// What a failed system call on a socket means: `closed` for an end by the other side, otherwise `unavailable`.
Error socket_error(int error);

}  // namespace dragoman::net
