#include "xmpp/encryption.hpp"

namespace dragoman::xmpp {

namespace {
constexpr std::string_view eme = "urn:xmpp:eme:0";
constexpr std::string_view omemo_old = "eu.siacs.conversations.axolotl", omemo = "urn:xmpp:omemo:2";
constexpr std::string_view openpgp_old = "jabber:x:encrypted", openpgp = "urn:xmpp:openpgp:0";
}  // namespace

bool is_encrypted(const Element& message) {
  bool says_something = false;
  bool encrypted = false;
  for (const Element& child : message.children) {
    if (child.is("body", message.ns)) says_something = true;
    if (child.is("encryption", eme)) encrypted = true;
    if (child.is("x", openpgp_old) || child.is("openpgp", openpgp)) encrypted = says_something = true;
    if (child.is("encrypted", omemo_old) || child.is("encrypted", omemo)) {
      encrypted = true;
      if (child.child("payload", child.ns) != nullptr) says_something = true;  // else keys alone
    }
  }
  return encrypted && says_something;
}

std::string encryption_of(const Element& message) {
  if (const Element* marked = message.child("encryption", eme); marked != nullptr)
    return std::string{marked->get("namespace")};
  for (const Element& child : message.children) {
    const bool holds = child.is("encrypted", omemo_old) || child.is("encrypted", omemo) ||
                       child.is("openpgp", openpgp) || child.is("x", openpgp_old);
    if (holds) return child.ns;
  }
  return {};
}

void write_encryption(Writer& writer, std::string_view method) {
  writer.open("encryption", eme);
  writer.attribute("namespace", method);
  writer.attribute("name", method);  // which most clients have no name of their own for
  writer.close();
}

}  // namespace dragoman::xmpp
