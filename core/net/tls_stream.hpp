#pragma once

#include <memory>

#include "net/stream.hpp"
#include "net/tcp_stream.hpp"
#include "net/tls_verify.hpp"

struct ssl_st;
struct ssl_ctx_st;

namespace dragoman::net {

class TlsSessions;
struct TlsOptions;

/// TLS on a connected TcpStream: OpenSSL works on the descriptor, which costs less than half the memory of
/// asio::ssl::stream. Nothing may be read or written before handshake() succeeded.
class TlsStream final : public Stream {
 public:
  /// `options.host` is set. `sessions`: see ConnectOptions. Fault::unacceptable: the client certificate cannot be used.
  static Result<std::unique_ptr<TlsStream>> make(std::unique_ptr<TcpStream> tcp, ssl_ctx_st& context,
                                                 const TlsOptions& options,
                                                 std::shared_ptr<TlsSessions> sessions = nullptr);
  ~TlsStream() override;

  /// Faults: unauthorized (the certificate is refused), closed, unavailable (no TLS spoken there).
  Task<Result<void>> handshake();

  Task<Result<void>> readable() override;
  Task<Result<void>> writable() override;
  void on_readable(std::function<void(const Result<void>&)> ready) override { tcp_->on_readable(std::move(ready)); }
  void await_readable() override;
  Result<std::size_t> read(std::span<char> into) override;
  Result<std::size_t> write(std::span<const char> bytes) override;
  void close() override;
  const std::string& peer() const override { return tcp_->peer(); }
  std::uint16_t local_port() const override { return tcp_->local_port(); }

  /// Ends the waits of now, as TcpStream does.
  void cancel_waits() { tcp_->cancel_waits(); }
  /// E.g. "TLSv1.3", for logs.
  std::string version() const;
  /// Whether the handshake went on with an earlier session.
  bool resumed() const;

 private:
  struct Free {
    void operator()(ssl_st* ssl) const;
  };
  TlsStream(std::unique_ptr<TcpStream> tcp, std::unique_ptr<ssl_st, Free> ssl, const TlsOptions& options,
            std::shared_ptr<TlsSessions> sessions);
  Error failed(int result);

  std::unique_ptr<TcpStream> tcp_;
  std::unique_ptr<TlsVerdict> verdict_;    // until the handshake is over
  std::shared_ptr<TlsSessions> sessions_;  // with the client, which may go before a connection that has them
  std::unique_ptr<ssl_st, Free> ssl_;
  bool established_ = false;  // close_notify may be sent
  // TLS may have to write in order to read and the other way round (a key update, for example).
  bool read_wants_write_ = false, write_wants_read_ = false;
};

}  // namespace dragoman::net
