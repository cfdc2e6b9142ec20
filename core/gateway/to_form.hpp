#pragma once

#include "chat/form.hpp"
#include "xmpp/data_form.hpp"
#include "xmpp/register.hpp"

namespace dragoman::gateway {

/// A form of a network as XEP-0004 shows it.
xmpp::DataForm to_data_form(const chat::Form& form);
/// The same as XEP-0077: the form, and as plain fields what old clients know of it. Secrets are never shown.
xmpp::RegisterForm to_register_form(const chat::Form& form, bool registered);
/// Submitted answers as a network reads them. A plain <username/> answers "nick" too: old clients have only that one.
/// What a submitted form leaves out of `shown` is empty, as with every other form; plain fields say nothing about those
/// that old clients do not have.
chat::Fields to_fields(const xmpp::RegisterAnswers& answers, const chat::Form& shown);

}  // namespace dragoman::gateway
