#pragma once

#include <functional>
#include <string>

#include "backends/matrix/account.hpp"
#include "backends/matrix/hub.hpp"
#include "net/task_group.hpp"

namespace dragoman::backends::matrix {

/// Where the people of a network are logged in and out, outside their sessions.
class LoginDesk {
 public:
  using Done = std::function<void(Result<chat::Account>)>;

  explicit LoginDesk(Hub& hub);

  /// Network::log_in: with the password. False: the account is as it was.
  bool log_in(const chat::Account& account, const chat::Account& before, Done done);
  /// Finds the homeserver of an account and logs in with its password.
  net::Task<Result<Tokens>> get_in(chat::Account account);
  /// Finds its homeserver.
  net::Task<Result<HomeserverFacts>> find(chat::Account account);
  /// Somebody is logged in: the tokens are kept, those of another login before are ended. The account as it is to be
  /// kept.
  chat::Account take(const chat::Account& account, Tokens tokens);
  /// Ends a login that nobody wants.
  void end(Tokens tokens);
  /// Forgets the tokens of an owner at once, and has the homeserver forget the device.
  void log_out(const std::string& owner);

  /// Logins end without an answer; who is being logged out has a moment left.
  void stop();
  bool idle() const { return logins_.empty() && logouts_.empty(); }

 private:
  net::Task<> log_in_by_password(chat::Account account, Done done);
  net::Task<> end_login(Tokens tokens);

  Hub& hub_;
  Timer goodbye_;
  net::TaskGroup logins_, logouts_;  // last: their tasks use the others
};

}  // namespace dragoman::backends::matrix
