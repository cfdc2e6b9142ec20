#include "gateway/registrations.hpp"

#include "base/log.hpp"
#include "base/text.hpp"
#include "gateway/access.hpp"
#include "gateway/accounts.hpp"
#include "gateway/announcements.hpp"
#include "gateway/directory.hpp"
#include "gateway/invite_codes.hpp"
#include "gateway/own_names.hpp"
#include "gateway/own_pictures.hpp"
#include "gateway/part_book.hpp"
#include "gateway/presence.hpp"
#include "gateway/private_data.hpp"
#include "gateway/settings_book.hpp"
#include "gateway/user.hpp"

namespace dragoman::gateway {

namespace {
/// Clients wait about as long for an answer.
constexpr auto login_patience = std::chrono::seconds{60};
constexpr const char* code_field = "invitation";
constexpr const char* plain_code = "text";  // a plain field of XEP-0077 that no network asks for
}  // namespace

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

bool Registrations::needs_code(const xmpp::Jid& person) const {
  return context_.policy.registration == Policy::Registration::invited && !has(person) &&
         !is_admin(context_.policy, person) && !context_.invite_codes.has_redeemed(person.bare_view());
}

Result<void> Registrations::redeem_code(const xmpp::Jid& person, const std::string& code) {
  if (!needs_code(person)) return {};
  if (const auto may = take_from_limit(std::string{person.bare_view()}); !may) return may.error();
  chat::Fields answers;
  answers.set(code_field, code);
  return admit(person, answers);
}

Result<void> Registrations::admit(const xmpp::Jid& person, const chat::Fields& answers) {
  if (!needs_code(person)) return {};
  std::string code{text::trim(answers.get(answers.has(code_field) ? code_field : plain_code))};
  if (code.empty()) {
    return failure(Fault::unacceptable,
                   std::string{code_field} + ": you need one to register here." + ask_whom(context_, "for one"));
  }
  const auto redeemed = context_.invite_codes.redeem(person.bare_view(), code);
  if (!redeemed && redeemed.error().fault == Fault::unauthorized) {
    return failure(Fault::unauthorized, std::string{code_field} + ": " + redeemed.error().text);
  }
  return redeemed;
}

void Registrations::add_plain_code(xmpp::RegisterForm& form, const xmpp::Jid& person) const {
  if (!needs_code(person)) return;
  form.fields.emplace_back(plain_code, "");
  form.instructions += " You need an invitation code of the operator: write it into text.";
}

chat::Account Registrations::account_of(const xmpp::Jid& person) const {
  if (has(person)) return context_.find(person.bare_view())->account();
  chat::Account none;
  none.owner = person.bare_view();
  return none;
}

chat::Form Registrations::form(const xmpp::Jid& person) const {
  chat::Form form = context_.network.account_form(has(person) ? account_of(person) : chat::Account{});
  context_.directory.add_fields(form, std::string{person.bare_view()});
  if (!needs_code(person)) return form;
  chat::Field code;
  code.kind = chat::Field::Kind::text;
  code.name = code_field;
  code.label = "Invitation code";
  code.description = "Registration here is by invitation: the operator gives codes to people";
  code.required = true;
  // In front, so that "register CODE" is enough of a line in a chat.
  form.fields.insert(form.fields.begin(), std::move(code));
  return form;
}

Result<void> Registrations::take_from_limit(const std::string& bare) {
  const int most = context_.policy.registrations_per_hour;
  const Duration interval = Duration{std::chrono::hours{1}} / most;
  auto& bucket = registrations_.try_emplace(bare, most, interval).first->second;
  if (bucket.take(context_.timers.clock().now())) return {};
  ++context_.traffic.registrations_limited;
  return failure(Fault::limited, "You may register or change your account " + std::to_string(most) +
                                     " times an hour; try again later.");
}

void Registrations::keep(const xmpp::Jid& person, const chat::Fields& answers, bool by_admin, Ended ended) {
  const std::string bare{person.bare_view()};
  if (attempts_.contains(bare)) {
    return ended(failure(Fault::limited, bare + " is being logged in already; wait until that has ended."));
  }
  if (!by_admin) {
    if (const auto may = may_register(person); !may) return ended(may.error());
    if (const auto may = take_from_limit(bare); !may) return ended(may.error());
    if (const auto invited = admit(person, answers); !invited) return ended(invited.error());
  }
  const chat::Account before = account_of(person);
  auto changed = context_.network.read_account(answers, before);
  if (!changed) return ended(changed.error());
  const std::uint64_t number = ++last_attempt_;
  const bool awaited =
      context_.network.log_in(*changed, before, [this, person = person.bare(), number](Result<chat::Account> account) {
        logged_in(person, number, std::move(account));
      });
  if (awaited) {
    Attempt& attempt = attempts_.try_emplace(bare, number, context_.timers).first->second;
    attempt.answers = answers;
    attempt.ended = std::move(ended);
    attempt.deadline.set_after(login_patience, [this, bare] {
      end_attempt(bare, {Fault::timeout, context_.network.describe().name + " has not answered in time; try again."});
    });
    return;
  }
  // A network that logs people in knows itself whose account it is.
  const bool new_name = !has(person) || !context_.network.same_name(changed->nickname, before.nickname, {});
  if (new_name && is_taken(changed->nickname, bare)) {
    return ended(failure(Fault::conflict, "Somebody else is registered here with this nickname; choose another."));
  }
  context_.directory.read_answers(answers, bare);
  ended(write_down(person, std::move(*changed)));
}

void Registrations::logged_in(const xmpp::Jid& person, std::uint64_t number, Result<chat::Account> account) {
  const std::string bare{person.bare_view()};
  const auto found = attempts_.find(bare);
  if (found == attempts_.end() || found->second.number != number) {
    // Too late. A login that leads to nothing is ended, unless there is another one, which may be for the same device.
    if (account && found == attempts_.end() && !has(person)) context_.network.log_out(*account);
    return;
  }
  const auto attempt = attempts_.extract(found);
  if (!account) return attempt.mapped().ended(account.error());
  context_.directory.read_answers(attempt.mapped().answers, bare);
  attempt.mapped().ended(write_down(person, std::move(*account)));
}

Result<Registrations::Kept> Registrations::keep(const xmpp::Jid& person, chat::Account logged_in) {
  if (const auto may = may_register(person); !may) {
    context_.network.log_out(logged_in);
    return may.error();
  }
  if (needs_code(person)) {
    context_.network.log_out(logged_in);
    return failure(Fault::unauthorized, "You need an invitation code: write \"invitation CODE\" first.");
  }
  give_up(person, "You have logged in otherwise meanwhile.");
  return write_down(person, std::move(logged_in));
}

Registrations::Kept Registrations::write_down(const xmpp::Jid& person, chat::Account account) {
  Kept kept{std::move(account), !has(person)};
  kept.account.owner = person.bare_view();
  const auto &owner = kept.account.owner, &network = context_.link.jid().str();
  store_account(context_.store, network, kept.account);
  context_.invite_codes.forget(owner);
  LOG_INFO("registered", owner, network);
  return kept;
}

bool Registrations::end_attempt(const std::string& bare, const Error& why) {
  const auto attempt = attempts_.extract(bare);
  if (attempt.empty()) return false;
  attempt.mapped().ended(why);
  return true;
}

bool Registrations::give_up(const xmpp::Jid& person, const std::string& why) {
  return end_attempt(std::string{person.bare_view()}, {Fault::closed, why});
}

void Registrations::give_up_all(const std::string& why) {
  while (!attempts_.empty()) end_attempt(std::string{attempts_.begin()->first}, {Fault::unavailable, why});
}

void Registrations::take_effect(const xmpp::Jid& person, Kept kept) {
  User& owner = context_.user(person);
  owner.registered_as(std::move(kept.account));
  if (!kept.anew) return;
  owner.subscriptions().ask_for_presence();
  context_.announcements.greet(person.bare_view());
}

Result<void> Registrations::erase(const xmpp::Jid& person) {
  const bool given_up = give_up(person, "The account has been removed meanwhile.");
  if (!has(person)) {
    if (given_up) return {};
    return failure(Fault::members_only, "You are not registered here.");
  }
  const std::string bare{person.bare_view()};
  context_.network.log_out(account_of(person));
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
  context_.own_names.forget(person.bare_view());
  // Nothing of them stays: what they said and heard, what they chose, whom they knew.
  context_.store.forget(context_.link.jid().str(), std::string{person.bare_view()});
  context_.incoming.forget_shared();
  send_farewell(context_.link, context_.link.jid().str(), person.bare_view());
}

}  // namespace dragoman::gateway
