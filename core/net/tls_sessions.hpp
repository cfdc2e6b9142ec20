#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"

struct ssl_st;
struct ssl_ctx_st;
struct ssl_session_st;

namespace dragoman::net {

/// TLS sessions with one host that a later connection goes on with: no certificate is sent and checked again, which is
/// most of what a handshake costs both sides. All of its connections are verified in the same way: who was trusted then
/// is trusted again, for at most an hour and as long as the file of the authorities is the same.
class TlsSessions {
 public:
  static constexpr Duration longest = std::chrono::hours{1};
  static constexpr std::size_t most = 4;

  explicit TlsSessions(const Clock& clock) : clock_(clock) {}
  ~TlsSessions();
  TlsSessions(const TlsSessions&) = delete;
  TlsSessions& operator=(const TlsSessions&) = delete;

  /// Lets a context tell its connections' new sessions to who wants them; once, when it is made.
  static void offer(ssl_ctx_st& context);
  /// Has `ssl`, which has not begun, go on with a session if there is one, and keeps the ones that it gets here, which
  /// must live as long. Each session of TLS 1.3 is used once: who listens cannot tell that two connections are of one
  /// client (RFC 8446 C.4).
  void attach(ssl_st& ssl);

 private:
  struct Free {
    void operator()(ssl_session_st* session) const;
  };
  struct Kept {
    std::unique_ptr<ssl_session_st, Free> session;
    Instant since;
  };
  static int on_new_session(ssl_st* ssl, ssl_session_st* session);
  void forget_old(const ssl_ctx_st* context);

  const Clock& clock_;
  std::shared_ptr<ssl_ctx_st> context_;  // that of the sessions: counted, so that no other has its address
  std::vector<Kept> kept_;               // the newest last
};

}  // namespace dragoman::net
