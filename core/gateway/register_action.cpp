#include "gateway/gateway.hpp"
#include "gateway/service.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/query_action.hpp"
#include "xmpp/register.hpp"
#include "xmpp/stanza_error.hpp"

// jabber:iq:register by the actions of XEP-0099: what is there or not is the registration of the asker's bare address.
// A query that names no action means what XEP-0077 says (service_register.cpp). The table: docs/query-actions.md.

namespace dragoman::gateway {

namespace {
constexpr bool strict_by_default = true;
}

void Service::register_form(const xmpp::Element& iq, const xmpp::Jid& from) {
  const auto action = xmpp::read_query_action(iq, strict_by_default);
  if (!action) return refuse(iq, action.error().fault, action.error().text);
  if (*action) return register_by(**action, iq, from);
  show_registration(iq, from);
}

void Service::register_account(const xmpp::Element& iq, const xmpp::Jid& from) {
  const xmpp::Element safe = xmpp::without_register_answers(iq);  // an error never gives a password back
  const auto action = xmpp::read_query_action(iq, strict_by_default);
  if (!action) return refuse(safe, action.error().fault, action.error().text);
  const xmpp::RegisterAnswers sent = xmpp::read_register(*iq.first_element());
  if (sent.cancelled) return answer(xmpp::make_result(iq));
  if (*action) return register_by(**action, iq, from);
  if (sent.by_cancel_form) return unregister(iq, from);
  if (sent.remove && !sent.only_remove) return refuse(safe, Fault::malformed, "To unregister, <remove/> stands alone.");
  if (sent.remove) return unregister(iq, from);
  change_registration(iq, from);
}

void Service::register_by(const xmpp::QueryAction& action, const xmpp::Element& iq, const xmpp::Jid& from) {
  const xmpp::Element safe = xmpp::without_register_answers(iq);
  const bool registered = context_.registrations.has(from);
  if (const auto fault = xmpp::obstacle(action, registered)) {
    return refuse(safe, *fault, registered ? "You are registered here already." : "You are not registered here.");
  }
  using Kind = xmpp::QueryAction::Kind;
  if (action.kind == Kind::create || action.kind == Kind::update) {
    if (xmpp::read_register(*iq.first_element()).remove) {
      return refuse(safe, Fault::unacceptable, "<remove/> says the opposite of this action; the action is delete.");
    }
    return change_registration(iq, from);
  }
  if (registered) return action.kind == Kind::read ? show_registration(iq, from) : unregister(iq, from);
  xmpp::Element result = xmpp::make_result(iq);
  if (action.kind == Kind::read) {
    result.add("query", xmpp::ns::reg);
    xmpp::repeat_query_action(iq, result);
  }
  answer(result);
}

}  // namespace dragoman::gateway
