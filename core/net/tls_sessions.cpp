#include "net/tls_sessions.hpp"

#include <algorithm>
#include <utility>

#include <openssl/ssl.h>

namespace dragoman::net {

namespace {

/// Where an SSL has its TlsSessions.
int sessions_index() {
  static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

}  // namespace

void TlsSessions::Free::operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }

TlsSessions::~TlsSessions() = default;

void TlsSessions::offer(SSL_CTX& context) {
  SSL_CTX_set_session_cache_mode(&context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(&context, &TlsSessions::on_new_session);
}

void TlsSessions::attach(SSL& ssl) {
  SSL_CTX* const context = SSL_get_SSL_CTX(&ssl);
  forget_old(context);
  if (context_ == nullptr) {
    SSL_CTX_up_ref(context);
    context_ = {context, SSL_CTX_free};
  }
  SSL_set_ex_data(&ssl, sessions_index(), this);
  if (kept_.empty()) return;
  SSL_SESSION* const session = kept_.back().session.get();
  SSL_set_session(&ssl, session);
  // Servers give no new one for it before TLS 1.3.
  if (SSL_SESSION_get_protocol_version(session) >= TLS1_3_VERSION) kept_.pop_back();
}

int TlsSessions::on_new_session(SSL* ssl, SSL_SESSION* session) {
  auto* const sessions = static_cast<TlsSessions*>(SSL_get_ex_data(ssl, sessions_index()));
  if (sessions == nullptr || SSL_SESSION_is_resumable(session) != 1) return 0;
  if (SSL_get0_peer_certificate(ssl) == nullptr) return 0;  // nobody was verified
  sessions->forget_old(SSL_get_SSL_CTX(ssl));
  if (sessions->kept_.size() >= most) sessions->kept_.erase(sessions->kept_.begin());
  sessions->kept_.push_back({std::unique_ptr<SSL_SESSION, Free>{session}, sessions->clock_.now()});
  return 1;  // the reference is ours
}

void TlsSessions::forget_old(const SSL_CTX* context) {
  if (context_ != nullptr && context_.get() != context) {
    kept_.clear();
    context_ = nullptr;
  }
  const Instant now = clock_.now();
  std::erase_if(kept_, [now](const Kept& each) { return now - each.since >= longest; });
}

}  // namespace dragoman::net
