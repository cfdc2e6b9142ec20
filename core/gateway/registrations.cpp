#include "gateway/registrations.hpp"

#include "base/log.hpp"
#include "gateway/accounts.hpp"
#include "gateway/announcements.hpp"
#include "gateway/presence.hpp"
#include "gateway/settings_book.hpp"
#include "gateway/user.hpp"

namespace dragoman::gateway {

namespace {

bool is_registered(const Context& context, const xmpp::Jid& person) {
  const User* known = context.find(person.bare_view());
  return known != nullptr && known->registered();
}

}  // namespace

Result<void> Registrations::may_register(const xmpp::Jid& person) const {
  const bool closed = context_.policy.registration == Policy::Registration::closed;
  if (!closed || is_registered(context_, person)) return {};
  return failure(Fault::not_allowed, "Registration is closed here; the operator makes accounts.");
}

chat::Form Registrations::form(const xmpp::Jid& person) const {
  chat::Account account;
  if (is_registered(context_, person)) account = context_.find(person.bare_view())->account();
  return context_.network.account_form(account);
}

Result<Registrations::Kept> Registrations::keep(const xmpp::Jid& person, const chat::Fields& answers, bool by_admin) {
  const std::string bare{person.bare_view()};
  const User* known = context_.find(bare);
  Kept kept;
  kept.anew = known == nullptr || !known->registered();
  kept.account.owner = bare;
  if (!kept.anew) kept.account = known->account();
  if (!by_admin) {
    if (const auto may = may_register(person); !may) return may.error();
    const int most = context_.policy.registrations_per_hour;
    const Duration interval = Duration{std::chrono::hours{1}} / most;
    auto& bucket = registrations_.try_emplace(bare, most, interval).first->second;
    if (!bucket.take(context_.timers.clock().now())) {
      return failure(Fault::limited, "You may register or change your account " + std::to_string(most) +
                                         " times an hour; try again later.");
    }
  }
  auto changed = context_.network.read_account(answers, kept.account);
  if (!changed) return changed.error();
  kept.account = std::move(*changed);
  store_account(context_.store, context_.link.jid().str(), kept.account);
  LOG_INFO("registered", bare, context_.link.jid());
  return kept;
}

void Registrations::take_effect(const xmpp::Jid& person, Kept kept) {
  User& owner = context_.user(person);
  owner.registered_as(std::move(kept.account));
  if (!kept.anew) return;
  owner.ask_for_presence();
  context_.announcements.greet(person.bare_view());
}

Result<void> Registrations::erase(const xmpp::Jid& person) {
  if (!is_registered(context_, person)) return failure(Fault::members_only, "You are not registered here.");
  const std::string bare{person.bare_view()};
  erase_account(context_.store, context_.link.jid().str(), bare);
  LOG_INFO("unregistered", bare, context_.link.jid());
  return {};
}

void Registrations::end(const xmpp::Jid& person) {
  if (User* known = context_.find(person.bare_view())) known->unregister();
  context_.settings.forget(person.bare_view());
  send_farewell(context_.link, context_.link.jid().str(), person.bare_view());
}

}  // namespace dragoman::gateway
