#include "xmpp/vcard4.hpp"

#include <initializer_list>
#include <utility>

namespace dragoman::xmpp {

namespace {

void add_vcard4_value(Element& vcard, std::string_view name, std::string_view kind, const std::string& value) {
  if (!value.empty()) vcard.add(name).add_text_child(kind, value);
}

/// RFC 6351 5: all parts of a structured value stand there, also empty ones.
void add_vcard4_parts(Element& vcard, std::string_view name,
                      std::initializer_list<std::pair<std::string_view, std::string>> parts) {
  Element& made = vcard.add(name);
  for (const auto& [part, value] : parts) made.add_text_child(part, value);
}

void add_vcard4_organization(Element& vcard, const VCard::Organization& organization) {
  if (organization.name.empty()) return;
  Element& made = vcard.add("org").add_text_child("text", organization.name);
  for (const std::string& unit : organization.units) {
    if (!unit.empty()) made.add_text_child("text", unit);
  }
}

}  // namespace

Element make_vcard4(const VCard& card) {
  Element vcard{"vcard", vcard4_ns};
  add_vcard4_value(vcard, "fn", "text", card.full_name);
  const VCard::Name& name = card.name;
  if (!name.empty()) {
    add_vcard4_parts(
        vcard, "n",
        {{"surname", name.family}, {"given", name.given}, {"additional", name.middle}, {"prefix", {}}, {"suffix", {}}});
  }
  add_vcard4_value(vcard, "nickname", "text", card.nickname);
  add_vcard4_value(
      vcard, "photo", "uri",
      card.avatar == nullptr ? card.photo_url : "data:" + card.avatar->type + ";base64," + card.avatar->base64);
  add_vcard4_value(vcard, "bday", "date", card.birthday);
  const VCard::Address& address = card.address;
  if (!address.empty()) {
    add_vcard4_parts(vcard, "adr",
                     {{"pobox", {}},
                      {"ext", {}},
                      {"street", address.street},
                      {"locality", address.locality},
                      {"region", address.region},
                      {"code", address.postal_code},
                      {"country", address.country}});
  }
  add_vcard4_value(vcard, "tel", "text", card.phone);
  add_vcard4_value(vcard, "email", "text", card.email);
  add_vcard4_value(vcard, "impp", "uri", card.jid.empty() ? std::string{} : "xmpp:" + card.jid);
  add_vcard4_value(vcard, "title", "text", card.title);
  add_vcard4_value(vcard, "role", "text", card.role);
  add_vcard4_organization(vcard, card.organization);
  add_vcard4_value(vcard, "url", "uri", card.url);
  add_vcard4_value(vcard, "note", "text", card.description);
  return vcard;
}

}  // namespace dragoman::xmpp
