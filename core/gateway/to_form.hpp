#pragma once

#include "chat/form.hpp"
#include "xmpp/element.hpp"

#include <optional>

namespace dragoman::gateway {

/// <query xmlns='jabber:iq:register'> with instructions, the plain fields that old clients know, and the form (XEP-0077).
xmpp::Element to_register_query(const chat::Form& form, bool registered);
/// The answers of a submitted query: the form's when there is one, else the plain fields. Nothing: it was cancelled.
/// Plain <username/> answers "nick" too, for clients and networks that name it differently.
std::optional<chat::Fields> read_register_query(const xmpp::Element& query);

/// A form as XEP-0004 shows it.
xmpp::Element to_data_form(const chat::Form& form);

}  // namespace dragoman::gateway
