#include "base/log.hpp"
#include "gateway/accounts.hpp"
#include "gateway/gateway.hpp"
#include "gateway/presence.hpp"
#include "gateway/service.hpp"
#include "gateway/to_form.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/register.hpp"
#include "xmpp/stanza_error.hpp"

// jabber:iq:register (XEP-0077): plain fields and a form, edit, remove.

namespace dragoman::gateway {

void Service::register_form(const xmpp::Element& iq, const xmpp::Jid& from) {
  const User* known = gateway_.find(from.bare_view());
  const bool registered = known != nullptr && known->registered();
  if (!registered && context_.policy.registration == Policy::Registration::closed) {
    return refuse(iq, Fault::not_allowed, "Registration is closed here; the operator makes accounts.");
  }
  chat::Account account;
  if (registered) account = known->account();
  answer(xmpp::make_register_form(iq, to_register_form(context_.network.account_form(account), registered)));
}

void Service::register_account(const xmpp::Element& iq, const xmpp::Jid& from) {
  const xmpp::RegisterAnswers sent = xmpp::read_register(*iq.first_element());
  const xmpp::Element safe = xmpp::without_register_answers(iq);  // an error never gives a password back
  if (sent.cancelled) return answer(xmpp::make_result(iq));
  if (sent.remove && !sent.only_remove) return refuse(safe, Fault::malformed, "To unregister, <remove/> stands alone.");
  if (sent.remove) return unregister(iq, from);
  const User* before = gateway_.find(from.bare_view());
  const bool registered = before != nullptr && before->registered();
  if (!registered && context_.policy.registration == Policy::Registration::closed) {
    return refuse(safe, Fault::not_allowed, "Registration is closed here.");
  }
  const auto now = context_.timers.clock().now();
  const Duration interval = Duration{std::chrono::hours{1}} / context_.policy.registrations_per_hour;
  auto& bucket =
      registrations_.try_emplace(std::string{from.bare_view()}, context_.policy.registrations_per_hour, interval)
          .first->second;
  if (!bucket.take(now)) {
    return refuse(safe, Fault::limited,
                  "You may register or change your account " + std::to_string(context_.policy.registrations_per_hour) +
                      " times an hour; try again later.");
  }
  chat::Account account;
  account.owner = from.bare_view();
  if (registered) account = before->account();
  const auto changed = context_.network.read_account(to_fields(sent), account);
  if (!changed) return refuse(safe, changed.error().fault, changed.error().text);

  User& person = gateway_.user(from);
  store_account(context_.store, context_.link.jid().str(), *changed);
  LOG_INFO("registered", from, context_.link.jid());
  answer(xmpp::make_result(iq));
  person.registered_as(*changed);
  // XEP-0100 4.1.1: the result first, then the gateway asks for the person's presence.
  if (!registered) person.ask_for_presence();
}

void Service::unregister(const xmpp::Element& iq, const xmpp::Jid& from) {
  User* known = gateway_.find(from.bare_view());
  if (known == nullptr || !known->registered()) {
    return refuse(iq, Fault::members_only, "You are not registered here.");
  }
  erase_account(context_.store, context_.link.jid().str(), std::string{from.bare_view()});
  LOG_INFO("unregistered", from, context_.link.jid());
  answer(xmpp::make_result(iq));
  known->unregister();
  send_farewell(context_.link, context_.link.jid().str(), from.bare_view());
}

}  // namespace dragoman::gateway
