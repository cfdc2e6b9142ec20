#include "gateway/registrations.hpp"

#include "base/log.hpp"
#include "gateway/accounts.hpp"
#include "gateway/announcements.hpp"
#include "gateway/directory.hpp"
#include "gateway/own_pictures.hpp"
#include "gateway/part_book.hpp"
#include "gateway/presence.hpp"
#include "gateway/private_data.hpp"
#include "gateway/settings_book.hpp"
#include "gateway/user.hpp"

namespace dragoman::gateway {

bool Registrations::has(const xmpp::Jid& person) const {
  const User* known = context_.find(person.bare_view());
  return known != nullptr && known->registered();
}

bool Registrations::is_taken(const std::string& nickname, std::string_view person) const {
  bool taken = false;
  context_.each_user([&](const User& other) {
    taken = taken || (other.registered() && other.jid().str() != person &&
                      context_.network.same_name(other.account().nickname, nickname, {}));
  });
  return taken;
}

Result<void> Registrations::may_register(const xmpp::Jid& person) const {
  const bool closed = context_.policy.registration == Policy::Registration::closed;
  if (!closed || has(person)) return {};
  return failure(Fault::not_allowed, "Registration is closed here; the operator makes accounts.");
}

chat::Form Registrations::form(const xmpp::Jid& person) const {
  chat::Account account;
  if (has(person)) account = context_.find(person.bare_view())->account();
  chat::Form form = context_.network.account_form(account);
  context_.directory.add_fields(form, std::string{person.bare_view()});
  return form;
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
      ++context_.traffic.registrations_limited;
      return failure(Fault::limited, "You may register or change your account " + std::to_string(most) +
                                         " times an hour; try again later.");
    }
  }
  auto changed = context_.network.read_account(answers, kept.account);
  if (!changed) return changed.error();
  const bool new_name = kept.anew || !context_.network.same_name(changed->nickname, kept.account.nickname, {});
  if (new_name && is_taken(changed->nickname, bare)) {
    return failure(Fault::conflict, "Somebody else is registered here with this nickname; choose another.");
  }
  kept.account = std::move(*changed);
  context_.directory.read_answers(answers, bare);
  store_account(context_.store, context_.link.jid().str(), kept.account);
  const auto &owner = bare, &network = context_.link.jid().str();
  LOG_INFO("registered", owner, network);
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
  if (!has(person)) return failure(Fault::members_only, "You are not registered here.");
  const std::string bare{person.bare_view()};
  erase_account(context_.store, context_.link.jid().str(), bare);
  context_.directory.forget(bare);
  context_.private_data.forget(bare);
  const auto &owner = bare, &network = context_.link.jid().str();
  LOG_INFO("unregistered", owner, network);
  return {};
}

void Registrations::end(const xmpp::Jid& person) {
  if (User* known = context_.find(person.bare_view())) known->unregister();
  context_.settings.forget(person.bare_view());
  context_.part_book.forget(person.bare_view());
  context_.own_pictures.forget(person.bare_view());
  // Nothing of them stays: what they said and heard, what they chose, whom they knew.
  context_.store.forget(context_.link.jid().str(), std::string{person.bare_view()});
  context_.incoming.forget_shared();
  send_farewell(context_.link, context_.link.jid().str(), person.bare_view());
}

}  // namespace dragoman::gateway
