#pragma once

#include <functional>
#include <string>
#include <thread>
#include <utility>

#include <openssl/ssl.h>

#include "net/tls_verify.hpp"
#include "support/certificates.hpp"
#include "support/socket.hpp"

namespace dragoman::test {

/// A TLS server on a thread of its own that takes connections, one after the other, and sends back what it gets, or
/// says `answer` each time, until the client ends.
class TlsServer {
 public:
  struct Seen {
    bool handshake = false;
    bool orderly_end = false;  ///< the client sent close_notify
    int resumed = 0;           ///< handshakes that went on with an earlier session
    std::string server_name, version, client_fingerprint;
  };
  /// `configure` may change the context, e.g. ask for a client certificate.
  explicit TlsServer(const Certificate& certificate, std::function<void(SSL_CTX*)> configure = {},
                     std::string answer = {}, int connections = 1)
      : certificate_(certificate),
        configure_(std::move(configure)),
        answer_(std::move(answer)),
        connections_(connections),
        thread_([this] { serve(); }) {}
  ~TlsServer() { end(); }
  std::uint16_t port() const { return listener_.port(); }
  /// What it saw, when the client has closed its last connection.
  const Seen& seen() {
    if (thread_.joinable()) thread_.join();
    return seen_;
  }

 private:
  void end() {
    listener_.close();
    if (thread_.joinable()) thread_.join();
  }
  void serve() {
    const std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context{SSL_CTX_new(TLS_server_method()), SSL_CTX_free};
    SSL_CTX_use_certificate(context.get(), certificate_.get());
    SSL_CTX_use_PrivateKey(context.get(), certificate_.key());
    if (configure_) configure_(context.get());
    for (int i = 0; i < connections_; ++i) serve_one(context.get());
  }
  void serve_one(SSL_CTX* context) {
    const Socket socket = listener_.accept();
    if (socket.descriptor() < 0) return;
    const std::unique_ptr<SSL, void (*)(SSL*)> ssl{SSL_new(context), SSL_free};
    SSL_set_fd(ssl.get(), socket.descriptor());
    seen_.handshake = SSL_accept(ssl.get()) == 1;
    if (!seen_.handshake) return;
    if (const char* name = SSL_get_servername(ssl.get(), TLSEXT_NAMETYPE_host_name)) seen_.server_name = name;
    seen_.resumed += SSL_session_reused(ssl.get());
    seen_.version = SSL_get_version(ssl.get());
    if (X509* client = SSL_get0_peer_certificate(ssl.get())) {
      seen_.client_fingerprint = net::fingerprint_of(*client);
    }
    char buffer[16384];
    for (int got = SSL_read(ssl.get(), buffer, sizeof buffer); got > 0;
         got = SSL_read(ssl.get(), buffer, sizeof buffer)) {
      if (answer_.empty()) {
        SSL_write(ssl.get(), buffer, got);
      } else {
        SSL_write(ssl.get(), answer_.data(), static_cast<int>(answer_.size()));
      }
    }
    seen_.orderly_end = (SSL_get_shutdown(ssl.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
  }

  Certificate certificate_;
  std::function<void(SSL_CTX*)> configure_;
  std::string answer_;
  int connections_;
  Seen seen_;
  Listener listener_;
  std::thread thread_;  // last: it uses the others
};

}  // namespace dragoman::test
