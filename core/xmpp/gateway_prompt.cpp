#include "xmpp/gateway_prompt.hpp"

#include "base/text.hpp"
#include "xmpp/stanza_error.hpp"

namespace dragoman::xmpp {

Element make_gateway_prompt(const Element& iq, std::string_view description, std::string_view prompt) {
  Element result = make_result(iq);
  Element& query = result.add("query", gateway_ns);
  query.add_text_child("desc", description);
  query.add_text_child("prompt", prompt);
  return result;
}

std::optional<std::string> read_gateway_prompt(const Element& query) {
  const Element* prompt = query.child("prompt", gateway_ns);
  if (prompt == nullptr) return std::nullopt;
  return std::string{text::trim(prompt->text())};
}

Element make_gateway_jid(const Element& iq, std::string_view jid) {
  Element result = make_result(iq);
  Element& query = result.add("query", gateway_ns);
  query.add_text_child("jid", jid);
  query.add_text_child("prompt", jid);
  return result;
}

}  // namespace dragoman::xmpp
