#include "net/tls_context.hpp"

#include <cstdlib>
#include <sys/stat.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "net/tls_error.hpp"
#include "net/tls_sessions.hpp"
#include "net/tls_verify.hpp"

namespace dragoman::net {

namespace {

using State = std::array<std::int64_t, 4>;

/// Another one after each way of changing a file: writing into it, and another file under its name.
State state_of(const char* file) {
  struct stat status {};
  if (::stat(file, &status) != 0) return {};
  const auto nanoseconds = [](const timespec& time) {
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
  };
  return {static_cast<std::int64_t>(status.st_ino), status.st_size, nanoseconds(status.st_mtim),
          nanoseconds(status.st_ctim)};
}

/// The certificates of the system; a folder of them is looked into by OpenSSL itself, each time.
const char* system_file() {
  const char* named = std::getenv(X509_get_default_cert_file_env());
  return named != nullptr ? named : X509_get_default_cert_file();
}

Result<std::shared_ptr<SSL_CTX>> make_context(const std::string& ca_file) {
  ERR_clear_error();
  const std::shared_ptr<SSL_CTX> context{SSL_CTX_new(TLS_client_method()), SSL_CTX_free};
  if (context == nullptr) return Error{Fault::internal, "OpenSSL: " + tls_error_text()};
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  // Without RELEASE_BUFFERS an idle connection keeps 34 KiB. Outboxes move their bytes and offer more on a second try.
  SSL_CTX_set_mode(context.get(),
                   SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  TlsSessions::offer(*context);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_cert_verify_callback(context.get(), &TlsVerdict::decide, nullptr);
  const int loaded = ca_file.empty() ? SSL_CTX_set_default_verify_paths(context.get())
                                     : SSL_CTX_load_verify_file(context.get(), ca_file.c_str());
  if (loaded != 1) {
    return Error{Fault::unacceptable, "ca_file " + ca_file + " cannot be used (" + tls_error_text() +
                                          "): it must hold certificates in PEM form"};
  }
  return context;
}

}  // namespace

Result<std::shared_ptr<SSL_CTX>> TlsContexts::get(const std::string& ca_file) {
  const State state = state_of(ca_file.empty() ? system_file() : ca_file.c_str());
  const auto known = entries_.find(ca_file);
  if (known != entries_.end() && known->second.state == state) return known->second.context;
  auto made = make_context(ca_file);
  if (made) entries_[ca_file] = {*made, state};
  return made;
}

}  // namespace dragoman::net
