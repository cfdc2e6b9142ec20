#include "xmpp/privilege.hpp"

#include <algorithm>

#include "xmpp/namespaces.hpp"
#include "xmpp/stanza_error.hpp"

namespace dragoman::xmpp {

namespace {

constexpr std::string_view client_ns = "jabber:client";

bool gets(std::string_view type) { return type == "get" || type == "both"; }
bool sets(std::string_view type) { return type == "set" || type == "both"; }

/// COMPAT Prosody's mod_privilege (prosody-modules 2023-02-23) nests each <namespace/> in the one before it, so they
/// are looked for at any depth.
void read_questions(const Element& element, Privileges& privileges) {
  for (const Element& child : element.children) {
    if (child.name == "namespace") {
      const std::string_view type = child.get("type");
      if (!child.get("ns").empty() && (gets(type) || sets(type))) {
        privileges.questions.push_back({std::string{child.get("ns")}, gets(type), sets(type)});
      }
    }
    read_questions(child, privileges);
  }
}

}  // namespace

bool Privileges::may_ask(std::string_view type, std::string_view question_ns) const {
  return std::any_of(questions.begin(), questions.end(), [&](const Questions& each) {
    return each.ns == question_ns && (type == "set" ? each.set : each.get);
  });
}

std::optional<Privileges> read_privileges(const Element& message) {
  const Element* told = message.child("privilege", privilege_ns);
  Privileges privileges;
  privileges.current = told != nullptr;
  if (told == nullptr) told = message.child("privilege", old_privilege_ns);
  if (told == nullptr) return std::nullopt;
  for (const Element& perm : told->children) {
    if (!perm.is("perm", told->ns)) continue;
    const std::string_view access = perm.get("access"), type = perm.get("type");
    if (access == "roster") {
      privileges.roster_get = gets(type);
      privileges.roster_set = sets(type);
    } else if (access == "message") {
      privileges.messages = type == "outgoing";
    } else if (access == "iq" && privileges.current) {
      read_questions(perm, privileges);
    }
  }
  return privileges;
}

Element make_privileged_iq(std::string_view person, std::string_view type, Element question) {
  Element iq{"iq", ns::component};
  iq.set("type", type).set("to", person);
  Element& inner = iq.add("privileged_iq", privilege_ns).add("iq", client_ns);
  // The server answers to the outer id; this one only has to be there.
  inner.set("type", type).set("id", "privileged").set("from", person).set("to", person);
  inner.add(std::move(question));
  return iq;
}

Result<Element> read_privileged_answer(const Element& iq) {
  const Element* privilege = iq.child("privilege", privilege_ns);
  const Element* forwarded = privilege == nullptr ? nullptr : privilege->child("forwarded", forward_ns);
  const Element* inner = forwarded == nullptr ? nullptr : forwarded->child("iq", client_ns);
  if (inner == nullptr) return failure(Fault::too_long, "the answer cannot be read");
  if (inner->get("type") == "error") return read_error(*inner);
  const Element* payload = inner->first_element();
  return payload == nullptr ? Element{} : *payload;
}

void open_privileged_message(Writer& writer, const Privileges& privileges) {
  writer.open("privilege", privileges.ns());
  writer.open("forwarded", forward_ns);
}

void close_privileged_message(Writer& writer) {
  writer.close();
  writer.close();
}

}  // namespace dragoman::xmpp
