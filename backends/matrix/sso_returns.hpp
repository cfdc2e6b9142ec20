#pragma once

#include <functional>
#include <map>
#include <string>

#include "backends/services.hpp"
#include "base/clock.hpp"
#include "base/secret.hpp"
#include "net/attempts.hpp"
#include "net/http_server.hpp"

namespace dragoman::backends::matrix {

/// Where browsers come back to at the end of a single sign-on (client-server API, "SSO client login/authentication"): a
/// path of the public listener for each login that is waited for, which nobody can guess, good for ten minutes and
/// once. What comes there is a loginToken in the query. The page first says for whom the Matrix account will be used,
/// with a link to go on: the link of a login may have been sent to somebody else than its owner, who would give away
/// their account. Who waits for the token gets it when they go on.
class SsoReturns {
 public:
  using Came = std::function<void(Secret<std::string> login_token)>;

  /// `jid`: the network's.
  SsoReturns(Services& services, std::string jid);

  /// Takes the path of the listener; without [http] there is none.
  void start();
  bool listening() const { return listening_; }
  /// The address for a redirectUrl; `came` is called when a browser has come there and gone on, in its own handler.
  /// `owner`: the XMPP address that the page shows. Only while listening. The oldest one of very many is given up.
  std::string await(std::string owner, Came came);
  /// Nobody waits there any more.
  void forget(const std::string& address);

 private:
  struct Awaited {
    std::string owner;
    Came came;
    Instant until{};
    // What the last page that was shown goes on with, and what it stands for: nobody can have written it into the link
    // with which somebody else then logs in. Empty before.
    std::string go;
    Secret<std::string> token{};
  };

  std::string path() const { return "/matrix/" + jid_ + "/login/"; }
  net::HttpResponse answer(const net::HttpHead& head);
  net::HttpResponse ask_whether(Awaited& awaited, std::string token);
  void drop_old();

  Services& services_;
  std::string jid_;
  bool listening_ = false;
  std::map<std::string, Awaited> awaited_;  // by the end of the path
  net::Attempts strays_;                    // callers at addresses where nobody waits
};

}  // namespace dragoman::backends::matrix
