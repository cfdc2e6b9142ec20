#include "gateway/complaint.hpp"
#include "gateway/directory.hpp"
#include "gateway/gateway.hpp"
#include "gateway/registrations.hpp"
#include "gateway/service.hpp"
#include "gateway/to_form.hpp"
#include "gateway/user.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/query_action.hpp"
#include "xmpp/register.hpp"
#include "xmpp/stanza_error.hpp"

// jabber:iq:register (XEP-0077): plain fields and a form, edit, remove. By the actions of XEP-0099:
// register_action.cpp.

namespace dragoman::gateway {

void Service::show_registration(const xmpp::Element& iq, const xmpp::Jid& from) {
  if (const auto may = context_.registrations.may_register(from); !may) {
    return refuse(iq, may.error().fault, may.error().text);
  }
  xmpp::RegisterForm shown = to_register_form(context_.registrations.form(from), context_.registrations.has(from));
  context_.directory.add_plain_consent(shown, std::string{from.bare_view()});
  context_.registrations.add_plain_code(shown, from);
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
  if (const auto may = context_.registrations.may_register(from); !may) {
    return refuse(safe, may.error().fault, may.error().text);
  }
  if (const auto right = keys_.check(xmpp::ns::reg, from, sent.key); !right) {
    return refuse(safe, right.error().fault, right.error().text);
  }
  const chat::Form shown = context_.registrations.form(from);
  const auto ended = [this, safe, from, shown](Result<Registrations::Kept> kept) {
    if (!kept) return refuse_registration(safe, kept.error(), shown);
    answer(xmpp::make_result(safe));
    context_.registrations.take_effect(from, std::move(*kept));
  };
  context_.registrations.keep(from, to_fields(sent, shown), false, ended);
}

void Service::refuse_registration(const xmpp::Element& iq, const Error& why, const chat::Form& shown) {
  xmpp::StanzaError error = xmpp::to_stanza_error(why.fault, read_complaint(why, shown).text);
  // What cannot be found is where the account is said to be.
  if (why.fault == Fault::not_found) error.condition = "remote-server-not-found";
  context_.link.send(xmpp::make_error_reply(iq, error));
}

bool Service::ask_before_unregistering(const xmpp::Element& iq, const xmpp::Jid& from) {
  const User* known = context_.find(from.bare_view());
  const std::string lost = known == nullptr ? std::string{} : context_.network.lost_with(known->account());
  if (lost.empty()) return false;
  const xmpp::RegisterAnswers sent = xmpp::read_register(*iq.first_element());
  const auto answered = sent.values.find("confirm");
  const bool confirmed = sent.by_cancel_form && answered != sent.values.end() && !answered->second.empty() &&
                         (answered->second.front() == "1" || answered->second.front() == "true");
  if (confirmed) return false;
  xmpp::DataForm form;
  form.form_type = xmpp::cancel_form_type;
  form.title = "Unregister";
  form.instructions = lost;
  xmpp::DataForm::Field& confirm = form.add("confirm", "boolean", "0");
  confirm.label = "Remove the account";
  confirm.required = true;
  context_.link.send(xmpp::make_cancel_form(
      iq, form, lost + " Fill in this form, or use the command \"unregister\", if you mean that."));
  return true;
}

void Service::unregister(const xmpp::Element& iq, const xmpp::Jid& from) {
  const xmpp::RegisterAnswers sent = xmpp::read_register(*iq.first_element());
  if (context_.registrations.has(from)) {
    if (const auto right = keys_.check(xmpp::ns::reg, from, sent.key); !right) {
      return refuse(iq, right.error().fault, right.error().text);
    }
  }
  if (ask_before_unregistering(iq, from)) return;
  if (const auto erased = context_.registrations.erase(from); !erased) {
    return refuse(iq, erased.error().fault, erased.error().text);
  }
  answer(xmpp::make_result(iq));
  context_.registrations.end(from);
}

}  // namespace dragoman::gateway
