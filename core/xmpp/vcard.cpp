#include "xmpp/vcard.hpp"

#include "xmpp/stanza_error.hpp"

namespace dragoman::xmpp {

Element make_vcard(const Element& iq, const VCard& card) {
  Element result = make_result(iq);
  Element& vcard = result.add("vCard", vcard_ns);
  const auto add = [&](std::string_view name, const std::string& text) {
    if (!text.empty()) vcard.add_text_child(name, text);
  };
  add("FN", card.full_name);
  add("NICKNAME", card.nickname);
  // The DTD has an address as the last child of EMAIL, behind what kind it is.
  if (!card.email.empty()) vcard.add("EMAIL").add_text_child("USERID", card.email);
  add("JABBERID", card.jid);
  add("URL", card.url);
  add("DESC", card.description);
  return result;
}

void write_no_photo(Writer& writer) {
  writer.open("x", "vcard-temp:x:update");
  writer.open("photo");
  writer.close();
  writer.close();
}

}  // namespace dragoman::xmpp
