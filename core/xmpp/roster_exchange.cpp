#include "xmpp/roster_exchange.hpp"

namespace dragoman::xmpp {

namespace {

using Action = SuggestedContact::Action;

std::string_view to_text(Action action) {
  switch (action) {
    case Action::add:
      return "add";
    case Action::remove:
      return "delete";
    case Action::modify:
      return "modify";
  }
  return "add";
}

void read_items(const Element& list, std::vector<SuggestedContact>& contacts) {
  for (const Element& item : list.children) {
    if (!item.is("item", list.ns) || item.get("jid").empty()) continue;
    SuggestedContact contact;
    const std::string_view action = list.ns == rosterx_ns ? item.get("action") : std::string_view{};
    if (action == "delete") {
      contact.action = Action::remove;
    } else if (action == "modify") {
      contact.action = Action::modify;
    } else if (!action.empty() && action != "add") {
      continue;
    }
    contact.jid = item.get("jid");
    contact.name = item.get("name");
    for (const Element& group : item.children) {
      if (group.is("group", list.ns)) contact.groups.push_back(group.text());
    }
    contacts.push_back(std::move(contact));
  }
}

}  // namespace

std::vector<SuggestedContact> read_suggested_contacts(const Element& stanza) {
  std::vector<SuggestedContact> contacts;
  const Element* list = stanza.child("x", rosterx_ns);
  if (list == nullptr) list = stanza.child("x", legacy_rosterx_ns);  // the same again, for old clients
  if (list != nullptr) read_items(*list, contacts);
  return contacts;
}

Element make_suggested_contacts(const std::vector<SuggestedContact>& contacts) {
  Element list{"x", rosterx_ns};
  for (const SuggestedContact& contact : contacts) {
    Element& item = list.add("item");
    item.set("action", to_text(contact.action)).set("jid", contact.jid);
    if (!contact.name.empty()) item.set("name", contact.name);
    for (const std::string& group : contact.groups) item.add_text_child("group", group);
  }
  return list;
}

}  // namespace dragoman::xmpp
