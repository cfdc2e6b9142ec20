#include "gateway/gateway.hpp"
#include "gateway/service.hpp"
#include "xmpp/blocking.hpp"
#include "xmpp/roster.hpp"
#include "xmpp/roster_exchange.hpp"
#include "xmpp/stanza_error.hpp"

// Contacts and the gateway's own address: suggestions of contacts (XEP-0144), pushes of rosters (XEP-0356), blocking
// (XEP-0191).

namespace dragoman::gateway {

void Service::roster_push(const xmpp::Element& iq, const xmpp::Jid& from) {
  // It comes from the person's bare address: their server speaks for them, and only one that gave us the privilege.
  User* person = gateway_.find(from.bare_view());
  if (!from.is_bare() || person == nullptr || !context_.privileges.of(from)) {
    return refuse(iq, Fault::forbidden, "This gateway keeps no rosters; yours is on your own server.");
  }
  answer(xmpp::make_result(iq));
  if (const auto items = xmpp::read_roster(iq)) person->subscriptions().on_roster_push(*items);
}

void Service::suggest_contacts(const xmpp::Element& iq, const xmpp::Jid& from) {
  const auto contacts = xmpp::read_suggested_contacts(iq);
  if (contacts.empty()) return refuse(iq, Fault::malformed, "There is no contact in it.");
  User& person = gateway_.user(from);
  if (!person.may_have_contacts()) {
    return refuse(iq, Fault::members_only, "Register with this gateway before you add contacts.");
  }
  const Subscriptions::Imported imported = person.subscriptions().import(contacts);
  if (imported.added + imported.removed == 0) {
    refuse(iq, Fault::unacceptable, "None of these is a person of " + context_.network.describe().name + '.');
  } else {
    answer(xmpp::make_result(iq));
  }
  person.settle();
}

bool Service::take_suggestions(const xmpp::Element& message, const xmpp::Jid& from) {
  const auto contacts = xmpp::read_suggested_contacts(message);
  if (contacts.empty()) return false;
  User& person = gateway_.user(from);
  std::string text = "Register with " + context_.link.jid().str() + " before you add contacts.";
  if (person.may_have_contacts()) {
    const Subscriptions::Imported imported = person.subscriptions().import(contacts);
    text = "Contacts added: " + std::to_string(imported.added);
    if (imported.removed > 0) text += ", removed: " + std::to_string(imported.removed);
    if (imported.not_ours > 0) {
      text += ", no people of " + context_.network.describe().name + ": " + std::to_string(imported.not_ours);
    }
    text += '.';
  }
  person.settle();
  context_.link.write([&](xmpp::Writer& writer) {
    writer.begin("message", context_.link.jid().str(), from.str());
    writer.attribute("type", "chat");
    writer.leaf("body", text);
  });
  return true;
}

void Service::block_list(const xmpp::Element& iq, const xmpp::Jid& from) {
  User& person = gateway_.user(from);
  answer(xmpp::make_block_list(iq, person.blocked().list(from)));
  person.settle();
}

void Service::block(const xmpp::Element& iq, const xmpp::Jid& from) {
  const xmpp::Element& child = *iq.first_element();
  const bool blocks = child.name == "block";
  const auto jids = xmpp::read_blocked(child);
  if (blocks && jids.empty()) return refuse(iq, Fault::malformed, "Say whom to block.");
  User& person = gateway_.user(from);
  const auto done = person.blocked().change(jids, blocks);
  if (done) {
    answer(xmpp::make_result(iq));
  } else {
    refuse(iq, done.error().fault, done.error().text);
  }
  person.settle();
}

}  // namespace dragoman::gateway
