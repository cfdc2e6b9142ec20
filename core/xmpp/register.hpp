#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "xmpp/data_form.hpp"
#include "xmpp/element.hpp"

// XEP-0077 as a gateway answers it: plain fields for old clients and the form beside them.
//   <query xmlns='jabber:iq:register'><registered/><instructions>...</instructions><username>alice</username>
//     <password/><key>106c0a7b</key><x xmlns='jabber:x:data' type='form'>...</x></query>
namespace dragoman::xmpp {

/// Whether XEP-0077 14.1 knows this name as a plain field ("username", "nick", "password", "email" ...).
bool is_register_field(std::string_view name);

struct RegisterForm {
  bool registered = false;
  std::string instructions;
  std::vector<std::pair<std::string, std::string>> fields;  ///< plain ones: name and what stands there now
  std::string key;                                          ///< empty: none
  std::optional<DataForm> form;
};
/// The result for a get. Names that are no plain field are left out: they stand in the form only.
Element make_register_form(const Element& iq, const RegisterForm& form);

/// The FORM_TYPE of a form that is to be filled in before an account is removed (XEP-0077 3.2, 14.2).
inline constexpr std::string_view cancel_form_type = "jabber:iq:register:cancel";

struct RegisterAnswers {
  bool remove = false;          ///< <remove/> is there
  bool only_remove = false;     ///< and nothing else, as XEP-0077 3.2 demands, but the key of old clients
  bool cancelled = false;       ///< the form came back as `cancel`
  bool by_form = false;         ///< `values` are those of a form
  bool by_cancel_form = false;  ///< of the one that make_cancel_form makes
  std::string key;              ///< beside the answers, or in the form
  std::map<std::string, std::vector<std::string>> values;
};
/// Reads a set. A form wins over plain fields that stand beside it (XEP-0077 4).
RegisterAnswers read_register(const Element& query);

/// The error for a removal that needs an answer first: <not-allowed/> beside the form (XEP-0077 3.2).
Element make_cancel_form(const Element& iq, const DataForm& form, const std::string& text);

/// A copy of the stanza whose answers are gone: an error must not give a password back.
Element without_register_answers(const Element& iq);

}  // namespace dragoman::xmpp
