#include "xmpp/vcard4.hpp"

namespace dragoman::xmpp {

Element make_vcard4(const VCard& card) {
  Element vcard{"vcard", vcard4_ns};
  const auto add = [&](std::string_view name, std::string_view kind, const std::string& value) {
    if (!value.empty()) vcard.add(name).add_text_child(kind, value);
  };
  add("fn", "text", card.full_name);
  add("nickname", "text", card.nickname);
  add("photo", "uri", card.photo_url);
  add("email", "text", card.email);
  add("impp", "uri", card.jid.empty() ? std::string{} : "xmpp:" + card.jid);
  add("url", "uri", card.url);
  add("note", "text", card.description);
  return vcard;
}

}  // namespace dragoman::xmpp
