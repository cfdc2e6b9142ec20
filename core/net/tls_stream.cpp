#include "net/tls_stream.hpp"

#include <algorithm>
#include <cerrno>
#include <memory>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "net/address.hpp"
#include "net/connect.hpp"
#include "net/tls_error.hpp"
#include "net/tls_sessions.hpp"

namespace dragoman::net {

namespace {

/// Reasons that mean: what came is no TLS at all.
bool speaks_no_tls(unsigned long code) {
  if (ERR_GET_LIB(code) != ERR_LIB_SSL) return false;
  switch (ERR_GET_REASON(code)) {
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_HTTP_REQUEST:
    case SSL_R_PACKET_LENGTH_TOO_LONG:
    case SSL_R_RECORD_LENGTH_MISMATCH:
    case SSL_R_UNEXPECTED_MESSAGE:
    case SSL_R_UNKNOWN_PROTOCOL:
      return true;
    default:
      return false;
  }
}

/// Certificate and key from memory. False: one of them cannot be read, or they do not fit.
bool use_pem(SSL& ssl, const std::string& pem) {
  const auto read = [&pem] {
    return std::unique_ptr<BIO, decltype(&BIO_free)>{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())),
                                                     BIO_free};
  };
  const std::unique_ptr<X509, decltype(&X509_free)> certificate{
      PEM_read_bio_X509(read().get(), nullptr, nullptr, nullptr), X509_free};
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key{
      PEM_read_bio_PrivateKey(read().get(), nullptr, nullptr, nullptr), EVP_PKEY_free};
  return certificate && key && SSL_use_certificate(&ssl, certificate.get()) == 1 &&
         SSL_use_PrivateKey(&ssl, key.get()) == 1;
}

/// Nothing when all is set.
std::string use_client_certificate(SSL& ssl, const TlsOptions& options) {
  if (const std::string& pem = options.certificate.reveal(); !pem.empty()) {
    return use_pem(ssl, pem) ? "" : "the client certificate cannot be used (" + tls_error_text() + ')';
  }
  if (options.certificate_file.empty()) return {};
  if (SSL_use_certificate_chain_file(&ssl, options.certificate_file.c_str()) != 1) {
    return "the client certificate " + options.certificate_file + " cannot be used (" + tls_error_text() + ')';
  }
  const std::string& key = options.key_file.empty() ? options.certificate_file : options.key_file;
  if (SSL_use_PrivateKey_file(&ssl, key.c_str(), SSL_FILETYPE_PEM) != 1) {
    return "the key " + key + " of the client certificate cannot be used (" + tls_error_text() + ')';
  }
  return {};
}

void expect_name(SSL& ssl, std::string host) {
  X509_VERIFY_PARAM* expected = SSL_get0_param(&ssl);
  if (parse_address(host, 0)) {
    X509_VERIFY_PARAM_set1_ip_asc(expected, host.c_str());  // RFC 6066 section 3: no SNI for an address
    return;
  }
  if (host.ends_with('.')) host.pop_back();  // the root's dot stands neither in SNI nor in a certificate
  X509_VERIFY_PARAM_set_hostflags(expected, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  X509_VERIFY_PARAM_set1_host(expected, host.c_str(), host.size());
  SSL_set_tlsext_host_name(&ssl, host.c_str());
}

/// For bytes that are decrypted already: the others of the loop come first, as with a socket.
Task<Result<void>> soon() {
  co_await boost::asio::post(boost::asio::use_awaitable);
  static const Result<void> nothing_wrong;  // a temporary makes GCC 12 warn under ASan (maybe-uninitialized)
  co_return nothing_wrong;
}

}  // namespace

std::string tls_error_text() {
  const unsigned long code = ERR_peek_last_error();
  ERR_clear_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  if (reason != nullptr) return reason;
  return code == 0 ? "no further reason" : "error " + std::to_string(code);
}

void TlsStream::Free::operator()(SSL* ssl) const { SSL_free(ssl); }

TlsStream::TlsStream(std::unique_ptr<TcpStream> tcp, std::unique_ptr<SSL, Free> ssl, const TlsOptions& options,
                     std::shared_ptr<TlsSessions> sessions)
    : tcp_(std::move(tcp)),
      verdict_(std::make_unique<TlsVerdict>(options)),
      sessions_(std::move(sessions)),
      ssl_(std::move(ssl)) {
  SSL_set_app_data(ssl_.get(), verdict_.get());
  if (sessions_) sessions_->attach(*ssl_);
}

TlsStream::~TlsStream() = default;

Result<std::unique_ptr<TlsStream>> TlsStream::make(std::unique_ptr<TcpStream> tcp, SSL_CTX& context,
                                                   const TlsOptions& options, std::shared_ptr<TlsSessions> sessions) {
  ERR_clear_error();
  std::unique_ptr<SSL, Free> ssl{SSL_new(&context)};
  if (ssl == nullptr || SSL_set_fd(ssl.get(), tcp->descriptor()) != 1) {
    return Error{Fault::internal, "OpenSSL: " + tls_error_text()};
  }
  if (auto problem = use_client_certificate(*ssl, options); !problem.empty()) {
    return Error{Fault::unacceptable, std::move(problem)};
  }
  expect_name(*ssl, options.host);
  return std::unique_ptr<TlsStream>{new TlsStream{std::move(tcp), std::move(ssl), options, std::move(sessions)}};
}

Task<Result<void>> TlsStream::handshake() {
  for (;;) {
    ERR_clear_error();
    errno = 0;
    const int result = SSL_connect(ssl_.get());
    if (result == 1) break;
    const int wanted = SSL_get_error(ssl_.get(), result);
    if (wanted == SSL_ERROR_WANT_READ) {
      const auto ready = co_await tcp_->readable();
      if (!ready) co_return ready.error();
    } else if (wanted == SSL_ERROR_WANT_WRITE) {
      const auto ready = co_await tcp_->writable();
      if (!ready) co_return ready.error();
    } else if (verdict_->refused()) {
      co_return verdict_->error();
    } else {
      co_return failed(result);
    }
  }
  // A handshake that never asked the verdict goes on with a session that was trusted, or is not trusted.
  if (!verdict_->accepted() && !resumed()) co_return Error{Fault::unauthorized, "the other side showed no certificate"};
  SSL_set_app_data(ssl_.get(), nullptr);
  verdict_.reset();
  established_ = true;
  co_return Result<void>{};
}

Task<Result<void>> TlsStream::readable() {
  if (read_wants_write_) return tcp_->writable();
  // Not SSL_has_pending(): it counts a record that has not come in whole, and its reader would spin.
  if (SSL_pending(ssl_.get()) > 0) return soon();
  return tcp_->readable();
}

void TlsStream::await_readable() {
  if (read_wants_write_) return tcp_->await_writable();
  if (SSL_pending(ssl_.get()) > 0) return tcp_->tell_soon();
  tcp_->await_readable();
}

Task<Result<void>> TlsStream::writable() {
  if (write_wants_read_) return tcp_->readable();
  return tcp_->writable();
}

/// What the last call into OpenSSL failed with, when it is not a want.
Error TlsStream::failed(int result) {
  const int system_error = errno;
  const int kind = SSL_get_error(ssl_.get(), result);
  if (kind == SSL_ERROR_ZERO_RETURN) return Error{Fault::closed, "closed by the other side"};
  const bool in_handshake = !established_;
  established_ = false;  // after any other failure OpenSSL forbids SSL_shutdown
  const unsigned long code = ERR_peek_last_error();
  if (kind == SSL_ERROR_SYSCALL && system_error != 0) return socket_error(system_error);
  if (kind == SSL_ERROR_SYSCALL || ERR_GET_REASON(code) == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
    ERR_clear_error();
    return Error{Fault::closed, in_handshake ? "closed by the other side in the TLS handshake"
                                             : "closed by the other side without an end of TLS"};
  }
  if (in_handshake && speaks_no_tls(code)) {
    ERR_clear_error();
    return Error{Fault::unavailable,
                 "the other side does not speak TLS on this port: use its TLS port, or tls = false"};
  }
  return Error{Fault::unavailable, "TLS failed: " + tls_error_text()};
}

Result<std::size_t> TlsStream::read(std::span<char> into) {
  if (into.empty()) return std::size_t{0};
  ERR_clear_error();
  errno = 0;
  const int size = static_cast<int>(std::min<std::size_t>(into.size(), 1 << 30));
  const int got = SSL_read(ssl_.get(), into.data(), size);
  if (got > 0) return static_cast<std::size_t>(got);
  const int kind = SSL_get_error(ssl_.get(), got);
  read_wants_write_ = kind == SSL_ERROR_WANT_WRITE;
  if (kind == SSL_ERROR_WANT_READ || kind == SSL_ERROR_WANT_WRITE) return std::size_t{0};
  return failed(got);
}

Result<std::size_t> TlsStream::write(std::span<const char> bytes) {
  std::size_t taken = 0;
  // One call writes at most one record of 16 KiB.
  while (taken < bytes.size()) {
    ERR_clear_error();
    errno = 0;
    const int size = static_cast<int>(std::min<std::size_t>(bytes.size() - taken, 1 << 30));
    const int wrote = SSL_write(ssl_.get(), bytes.data() + taken, size);
    if (wrote > 0) {
      taken += static_cast<std::size_t>(wrote);
      continue;
    }
    const int kind = SSL_get_error(ssl_.get(), wrote);
    write_wants_read_ = kind == SSL_ERROR_WANT_READ;
    if (kind == SSL_ERROR_WANT_READ || kind == SSL_ERROR_WANT_WRITE) return taken;
    return failed(wrote);
  }
  write_wants_read_ = false;
  return taken;
}

void TlsStream::close() {
  if (std::exchange(established_, false)) {
    ERR_clear_error();
    SSL_shutdown(ssl_.get());  // one way: nobody waits for the answer
    ERR_clear_error();
  }
  tcp_->close();
}

bool TlsStream::resumed() const { return sessions_ && SSL_session_reused(ssl_.get()) == 1; }

std::string TlsStream::version() const { return SSL_get_version(ssl_.get()); }

}  // namespace dragoman::net
