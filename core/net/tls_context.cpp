#include "net/tls_context.hpp"

#include <sys/stat.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "net/tls_error.hpp"
#include "net/tls_verify.hpp"

namespace dragoman::net {

namespace {

std::int64_t last_change(const std::string& file) {
  struct stat status {};
  if (file.empty() || ::stat(file.c_str(), &status) != 0) return 0;
  return std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
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
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
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
  const std::int64_t changed = last_change(ca_file);
  const auto known = entries_.find(ca_file);
  if (known != entries_.end() && known->second.changed == changed) return known->second.context;
  auto made = make_context(ca_file);
  if (made) entries_[ca_file] = {*made, changed};
  return made;
}

}  // namespace dragoman::net
