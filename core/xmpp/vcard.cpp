#include "xmpp/vcard.hpp"

#include "xmpp/stanza_error.hpp"

namespace dragoman::xmpp {

namespace {

void add_vcard_part(Element& parent, std::string_view name, const std::string& text) {
  if (!text.empty()) parent.add_text_child(name, text);
}

void add_vcard_name(Element& vcard, const VCard::Name& name) {
  if (name.empty()) return;
  Element& made = vcard.add("N");
  add_vcard_part(made, "FAMILY", name.family);
  add_vcard_part(made, "GIVEN", name.given);
  add_vcard_part(made, "MIDDLE", name.middle);
}

void add_vcard_photo(Element& vcard, const VCard& card) {
  if (card.avatar != nullptr) {
    vcard.add("PHOTO").add_text_child("TYPE", card.avatar->type).add_text_child("BINVAL", card.avatar->base64);
  } else if (!card.photo_url.empty()) {
    vcard.add("PHOTO").add_text_child("EXTVAL", card.photo_url);
  }
}

void add_vcard_address(Element& vcard, const VCard::Address& address) {
  if (address.empty()) return;
  Element& made = vcard.add("ADR");
  add_vcard_part(made, "STREET", address.street);
  add_vcard_part(made, "LOCALITY", address.locality);
  add_vcard_part(made, "REGION", address.region);
  add_vcard_part(made, "PCODE", address.postal_code);
  add_vcard_part(made, "CTRY", address.country);
}

void add_vcard_organization(Element& vcard, const VCard::Organization& organization) {
  if (organization.name.empty()) return;
  Element& made = vcard.add("ORG").add_text_child("ORGNAME", organization.name);
  for (const std::string& unit : organization.units) add_vcard_part(made, "ORGUNIT", unit);
}

}  // namespace

Element make_vcard(const Element& iq, const VCard& card) {
  Element result = make_result(iq);
  Element& vcard = result.add("vCard", vcard_ns);
  add_vcard_part(vcard, "FN", card.full_name);
  add_vcard_name(vcard, card.name);
  add_vcard_part(vcard, "NICKNAME", card.nickname);
  add_vcard_photo(vcard, card);
  add_vcard_part(vcard, "BDAY", card.birthday);
  add_vcard_address(vcard, card.address);
  // What kind of number or address it is would stand before it; no network says.
  if (!card.phone.empty()) vcard.add("TEL").add_text_child("NUMBER", card.phone);
  if (!card.email.empty()) vcard.add("EMAIL").add_text_child("USERID", card.email);
  add_vcard_part(vcard, "JABBERID", card.jid);
  add_vcard_part(vcard, "TITLE", card.title);
  add_vcard_part(vcard, "ROLE", card.role);
  add_vcard_organization(vcard, card.organization);
  add_vcard_part(vcard, "URL", card.url);
  add_vcard_part(vcard, "DESC", card.description);
  return result;
}

}  // namespace dragoman::xmpp
