#pragma once

#include <string>
#include <unordered_map>

#include "base/result.hpp"
#include "base/token_bucket.hpp"
#include "gateway/context.hpp"

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
  /// What to fill in; of somebody with an account what they have, without secrets.
  chat::Form form(const xmpp::Jid& person) const;

  struct Kept {
    chat::Account account;
    bool anew = false;  ///< there was no account before
  };
  /// Checks the answers and writes the account down. `by_admin`: however often, and where registration is closed too.
  /// Fault::conflict: somebody else is registered with the nickname, and a network has it only once.
  Result<Kept> keep(const xmpp::Jid& person, const chat::Fields& answers, bool by_admin = false);
  /// Connects with the account; asks a new person for their presence.
  void take_effect(const xmpp::Jid& person, Kept kept);

  /// How often people may register has changed: it is counted anew.
  void forget_attempts() { registrations_.clear(); }

  /// Erases the account. Fault::members_only: there is none.
  Result<void> erase(const xmpp::Jid& person);
  /// Ends what the account had: rooms, contacts, settings, waiting messages, and the subscription to the gateway.
  void end(const xmpp::Jid& person);

 private:
  bool is_taken(const std::string& nickname, std::string_view person) const;

  Context& context_;
  std::unordered_map<std::string, TokenBucket> registrations_;  // by bare JID, those of the last hour
};

}  // namespace dragoman::gateway
