#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <unordered_map>

#include "base/result.hpp"
#include "base/timers.hpp"
#include "base/token_bucket.hpp"
#include "gateway/context.hpp"
#include "xmpp/register.hpp"

namespace dragoman::gateway {

/// Registering with the gateway, however it is asked for: jabber:iq:register, a command, a line in a chat, an admin.
/// What a wish leads to happens behind its answer (XEP-0100 4.1.1), so it is a second call.
class Registrations {
 public:
  explicit Registrations(Context& context) : context_(context) {}

  /// Whether somebody is registered.
  bool has(const xmpp::Jid& person) const;
  /// A person who may register or has an account. Fault::not_allowed: registration is closed.
  Result<void> may_register(const xmpp::Jid& person) const;
  /// Whether their registration takes an invitation code that they have not given yet.
  bool needs_code(const xmpp::Jid& person) const;
  /// Gives the code without registering at once: networks that log people in otherwise find it then. Counted as an
  /// attempt to register. Fault::unauthorized: it is wrong; unacceptable: there is none; limited.
  Result<void> redeem_code(const xmpp::Jid& person, const std::string& code);
  /// The question for the code, for clients that know no forms: <text/> of XEP-0077.
  void add_plain_code(xmpp::RegisterForm& form, const xmpp::Jid& person) const;
  /// What to fill in; of somebody with an account what they have, without secrets.
  chat::Form form(const xmpp::Jid& person) const;

  struct Kept {
    chat::Account account;
    bool anew = false;  ///< there was no account before
  };
  using Ended = std::function<void(Result<Kept>)>;
  /// Checks the answers, logs in where the network wants that, and writes the account down; `ended` is called once,
  /// inside this call when nothing is awaited, else when the network has answered. `by_admin`: however often, and where
  /// registration is closed too. Fault::conflict: somebody else is registered with the nickname, and a network has it
  /// only once; limited: they are being logged in already; timeout: the network has not answered for a minute; closed:
  /// given up meanwhile; unauthorized: the invitation code is wrong.
  void keep(const xmpp::Jid& person, const chat::Fields& answers, bool by_admin, Ended ended);
  /// Writes an account down with which the person has logged in already (chat::Finished). Where they may not register,
  /// or have given no invitation code where it takes one, the login is ended.
  Result<Kept> keep(const xmpp::Jid& person, chat::Account logged_in);
  /// Nobody wants any more what a login that is under way leads to; false: there is none.
  bool give_up(const xmpp::Jid& person, const std::string& why);
  /// Of everybody: the gateway stops.
  void give_up_all(const std::string& why);
  /// Connects with the account; asks a new person for their presence.
  void take_effect(const xmpp::Jid& person, Kept kept);

  /// How often people may register has changed: it is counted anew.
  void forget_attempts() { registrations_.clear(); }

  /// Erases the account, logs it out on the network, and gives a login up. Fault::members_only: there is none.
  Result<void> erase(const xmpp::Jid& person);
  /// Ends what the account had: rooms, contacts, settings, waiting messages, and the subscription to the gateway.
  void end(const xmpp::Jid& person);

 private:
  /// Of somebody who waits for the network.
  struct Attempt {
    Attempt(std::uint64_t of, Timers& timers) : number(of), deadline(timers) {}
    std::uint64_t number;
    chat::Fields answers{};
    Ended ended{};
    Timer deadline;
  };

  bool is_taken(const std::string& nickname, std::string_view person) const;
  /// What there is of somebody.
  chat::Account account_of(const xmpp::Jid& person) const;
  Result<void> take_from_limit(const std::string& bare);
  /// As redeem_code(), of the answers of a form.
  Result<void> admit(const xmpp::Jid& person, const chat::Fields& answers);
  void logged_in(const xmpp::Jid& person, std::uint64_t number, Result<chat::Account> account);
  bool end_attempt(const std::string& bare, const Error& why);
  Kept write_down(const xmpp::Jid& person, chat::Account account);

  Context& context_;
  std::map<std::string, Attempt> attempts_;  // by bare JID
  std::uint64_t last_attempt_ = 0;
  std::unordered_map<std::string, TokenBucket> registrations_;  // by bare JID, those of the last hour
};

}  // namespace dragoman::gateway
