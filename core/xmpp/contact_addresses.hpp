#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "xmpp/data_form.hpp"

// XEP-0157: whom to turn to about a service, in its disco#info.
//   <field var='abuse-addresses' type='list-multi'><value>mailto:abuse@example.org</value></field>
namespace dragoman::xmpp {

/// The kinds of the registrar; a field of the form is "abuse-addresses".
inline constexpr std::array<std::string_view, 7> contact_kinds{"abuse",    "admin",  "feedback", "sales",
                                                               "security", "status", "support"};

/// Kind and URIs of each.
using ContactAddresses = std::vector<std::pair<std::string, std::vector<std::string>>>;

/// FORM_TYPE http://jabber.org/network/serverinfo; kinds without an address are left out.
inline DataForm make_contact_form(const ContactAddresses& contacts) {
  DataForm form;
  form.type = DataForm::Type::result;
  form.form_type = "http://jabber.org/network/serverinfo";
  for (const auto& [kind, addresses] : contacts) {
    if (!addresses.empty()) form.add(kind + "-addresses", "list-multi").values = addresses;
  }
  return form;
}

}  // namespace dragoman::xmpp
