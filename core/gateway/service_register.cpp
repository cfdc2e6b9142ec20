#include "gateway/gateway.hpp"
#include "gateway/registrations.hpp"
#include "gateway/service.hpp"
#include "gateway/to_form.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/register.hpp"
#include "xmpp/stanza_error.hpp"

// jabber:iq:register (XEP-0077): plain fields and a form, edit, remove.

namespace dragoman::gateway {

void Service::register_form(const xmpp::Element& iq, const xmpp::Jid& from) {
  if (const auto may = context_.registrations.may_register(from); !may) {
    return refuse(iq, may.error().fault, may.error().text);
  }
  const User* known = gateway_.find(from.bare_view());
  const bool registered = known != nullptr && known->registered();
  answer(xmpp::make_register_form(iq, to_register_form(context_.registrations.form(from), registered)));
}

void Service::register_account(const xmpp::Element& iq, const xmpp::Jid& from) {
  const xmpp::RegisterAnswers sent = xmpp::read_register(*iq.first_element());
  const xmpp::Element safe = xmpp::without_register_answers(iq);  // an error never gives a password back
  if (sent.cancelled) return answer(xmpp::make_result(iq));
  if (sent.remove && !sent.only_remove) return refuse(safe, Fault::malformed, "To unregister, <remove/> stands alone.");
  if (sent.remove) return unregister(iq, from);
  auto kept = context_.registrations.keep(from, to_fields(sent));
  if (!kept) return refuse(safe, kept.error().fault, kept.error().text);
  answer(xmpp::make_result(iq));
  context_.registrations.take_effect(from, std::move(*kept));
}

void Service::unregister(const xmpp::Element& iq, const xmpp::Jid& from) {
  if (const auto erased = context_.registrations.erase(from); !erased) {
    return refuse(iq, erased.error().fault, erased.error().text);
  }
  answer(xmpp::make_result(iq));
  context_.registrations.end(from);
}

}  // namespace dragoman::gateway
