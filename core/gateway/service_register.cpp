#include <algorithm>

#include "base/log.hpp"
#include "gateway/accounts.hpp"
#include "gateway/gateway.hpp"
#include "gateway/presence.hpp"
#include "gateway/service.hpp"
#include "gateway/to_form.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/query_action.hpp"
#include "xmpp/register.hpp"
#include "xmpp/stanza_error.hpp"

// jabber:iq:register (XEP-0077): plain fields and a form, edit, remove.

namespace dragoman::gateway {

bool Service::is_registered(const xmpp::Jid& person) const {
  const User* known = gateway_.find(person.bare_view());
  return known != nullptr && known->registered();
}

bool Service::is_taken(const std::string& nickname, const xmpp::Jid& person) const {
  return std::any_of(gateway_.users_.begin(), gateway_.users_.end(), [&](const auto& each) {
    const User& other = *each.second;
    return other.registered() && other.jid().str() != person.bare_view() &&
           context_.network.same_name(other.account().nickname, nickname);
  });
}

void Service::show_registration(const xmpp::Element& iq, const xmpp::Jid& from) {
  const User* known = gateway_.find(from.bare_view());
  const bool registered = known != nullptr && known->registered();
  if (!registered && context_.policy.registration == Policy::Registration::closed) {
    return refuse(iq, Fault::not_allowed, "Registration is closed here; the operator makes accounts.");
  }
  chat::Account account;
  if (registered) account = known->account();
  chat::Form form = context_.network.account_form(account);
  directory_.add_fields(form, std::string{from.bare_view()});
  xmpp::RegisterForm shown = to_register_form(form, registered);
  shown.key = keys_.make(xmpp::ns::reg, from);
  // Who answers with the form sends nothing that stands beside it.
  if (keys_.required()) shown.form->add("key", "hidden", shown.key);
  xmpp::Element result = xmpp::make_register_form(iq, shown);
  xmpp::repeat_query_action(iq, result);
  answer(result);
}

void Service::change_registration(const xmpp::Element& iq, const xmpp::Jid& from) {
  const xmpp::RegisterAnswers sent = xmpp::read_register(*iq.first_element());
  const xmpp::Element safe = xmpp::without_register_answers(iq);  // an error never gives a password back
  const User* before = gateway_.find(from.bare_view());
  const bool registered = before != nullptr && before->registered();
  if (!registered && context_.policy.registration == Policy::Registration::closed) {
    return refuse(safe, Fault::not_allowed, "Registration is closed here.");
  }
  if (const auto right = keys_.check(xmpp::ns::reg, from, sent.key); !right) {
    return refuse(safe, right.error().fault, right.error().text);
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
  const chat::Fields fields = to_fields(sent);
  const auto changed = context_.network.read_account(fields, account);
  if (!changed) return refuse(safe, changed.error().fault, changed.error().text);
  const bool new_name = !registered || !context_.network.same_name(changed->nickname, account.nickname);
  if (new_name && is_taken(changed->nickname, from)) {
    return refuse(safe, Fault::conflict, "nick: somebody else is registered here with this nickname; choose another.");
  }

  User& person = gateway_.user(from);
  store_account(context_.store, context_.link.jid().str(), *changed);
  directory_.read_answers(fields, std::string{from.bare_view()});
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
  const xmpp::RegisterAnswers sent = xmpp::read_register(*iq.first_element());
  if (const auto right = keys_.check(xmpp::ns::reg, from, sent.key); !right) {
    return refuse(iq, right.error().fault, right.error().text);
  }
  const std::string bare{from.bare_view()};
  erase_account(context_.store, context_.link.jid().str(), bare);
  directory_.forget(bare);
  private_data_.forget(bare);
  LOG_INFO("unregistered", from, context_.link.jid());
  answer(xmpp::make_result(iq));
  known->unregister();
  send_farewell(context_.link, context_.link.jid().str(), from.bare_view());
}

}  // namespace dragoman::gateway
