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

}  // namespace dragoman::xmpp
