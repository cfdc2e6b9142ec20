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
  if (card.avatar != nullptr) {
    vcard.add("PHOTO").add_text_child("TYPE", card.avatar->type).add_text_child("BINVAL", card.avatar->base64);
  } else if (!card.photo_url.empty()) {
    vcard.add("PHOTO").add_text_child("EXTVAL", card.photo_url);
  }
  // The DTD has an address as the last child of EMAIL, behind what kind it is.
  if (!card.email.empty()) vcard.add("EMAIL").add_text_child("USERID", card.email);
  add("JABBERID", card.jid);
  add("URL", card.url);
  add("DESC", card.description);
  return result;
}

}  // namespace dragoman::xmpp
