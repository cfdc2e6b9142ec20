#include <algorithm>

#include "base/log.hpp"
#include "gateway/own_address.hpp"
#include "gateway/presence.hpp"
#include "gateway/subscriptions.hpp"
#include "gateway/user.hpp"
#include "xmpp/namespaces.hpp"

// What of a network stands in a person's roster, by which means: XEP-0100 4.2 and 5, XEP-0144, XEP-0356.

namespace dragoman::gateway {

Roster& Subscriptions::own_roster() {
  Roster::Host& host = *this;
  if (!roster_) roster_ = std::make_unique<Roster>(context_, owner_, user_.owner_key(), host);
  return *roster_;
}

void Subscriptions::privileges_came() {
  if (roster_ && user_.registered()) roster_->retry();
}

void Subscriptions::restore_roster(std::string_view localpart, const std::string& json) {
  own_roster().restore(localpart, json);
}

std::optional<std::string> Subscriptions::localpart_of(const chat::PersonId& person) const {
  const auto jid = xmpp::Jid::make(xmpp::escape_local(context_.network.format(person)), network().str(), {});
  if (!jid || jid->local().empty()) return std::nullopt;
  return std::string{jid->local()};
}

void Subscriptions::wish_for(std::string_view localpart, Contacts::Contact& contact) {
  if (contact.seen || contact.asked) return;
  const xmpp::Privileges* granted = user_.rights();
  if (granted == nullptr || !granted->roster_get || !granted->roster_set) return ask_to_see(localpart, contact);
  const std::string& group = context_.network.describe().name;
  Roster::Wish wish{std::string{localpart}, group, {group}, true};
  if (contact.person() != nullptr) wish.name = context_.network.format(*contact.person());
  own_roster().want(std::move(wish));
}

void Subscriptions::in_roster(const std::string& localpart, bool sees, bool seen) {
  if (!sees && !seen) return;
  Contacts::Contact* contact = contacts_ ? contacts_->find(localpart) : nullptr;
  if (contact == nullptr) {
    Contacts::Who who;
    if (!localpart.empty()) {
      const auto read = context_.network.parse(xmpp::unescape_local(localpart));
      if (!read || !std::holds_alternative<chat::PersonId>(*read)) return;
      who = std::get<chat::PersonId>(*read);
    }
    contact = &needed().add(localpart, std::move(who));
  }
  if (contact->person() != nullptr) contact->hidden = user_.blocks(*contact->person());
  const bool sees_now = sees && !std::exchange(contact->sees, contact->sees || sees);
  const bool seen_now = seen && !std::exchange(contact->seen, contact->seen || seen);
  if (seen) contact->asked = false;
  contacts_->keep(localpart);
  if (localpart.empty()) {
    // Nobody subscribed, so no server tells by itself who is there.
    if (seen_now) send_subscription(context_.link, network().str(), owner_.str(), "probe");
    if (sees_now) user_.tell_subscriber();
    return;
  }
  if (!sees_now) return;
  contacts_->tell(localpart);
  if (contact->person() != nullptr) {
    see(*contact->person());
  } else if (user_.refusing() == nullptr) {
    user_.connect_if_needed();
  }
}

void Subscriptions::not_in_roster(const std::string& localpart) {
  Contacts::Contact* contact = contacts_ ? contacts_->find(localpart) : nullptr;
  if (contact == nullptr && localpart.empty() && user_.registered()) contact = &needed().add({}, Contacts::Self{});
  if (contact == nullptr) return;
  ask_to_see(localpart, *contact);
  contacts_->keep(localpart);
}

void Subscriptions::taken_out(const std::string& localpart) {
  const Contacts::Contact* contact = contacts_ ? contacts_->find(localpart) : nullptr;
  if (contact == nullptr) return;
  contacts_->find(localpart)->seen = false;
  if (contact->sees) {
    unsubscribe(localpart);
  } else {
    contacts_->keep(localpart);
  }
  end_if_none();
}

void Subscriptions::on_roster_push(const std::vector<xmpp::RosterItem>& items) {
  for (const xmpp::RosterItem& item : items) {
    const auto jid = xmpp::Jid::parse(item.jid);
    if (!jid || jid->domain() != network().str() || item.subscription != "remove") continue;
    const std::string localpart{jid->local()};
    if (roster_) roster_->deleted(localpart);
    taken_out(localpart);
  }
  user_.look_again();
}

void Subscriptions::take_out_of_roster(const std::string& localpart) {
  const std::string address = localpart.empty() ? network().str() : localpart + '@' + network().str();
  // The person may be forgotten when the answer comes.
  context_.privileges.set_item(owner_, {address, {}, "remove", {}},
                               [&link = context_.link, address, person = owner_.str()](const Result<void>& removed) {
                                 if (!removed && removed.error().fault != Fault::not_found)
                                   send_farewell(link, address, person);
                               });
}

void Subscriptions::leave() {
  const xmpp::Privileges* granted = user_.rights();
  const bool by_server = granted != nullptr && granted->roster_set;
  std::vector<std::string> left;
  if (contacts_) left = contacts_->leave(by_server);
  contacts_.reset();
  if (roster_) roster_->forget_all();
  roster_.reset();
  if (!by_server) return;
  for (const std::string& localpart : left) take_out_of_roster(localpart);
  take_out_of_roster({});
}

void Subscriptions::on(const chat::ContactsChanged& event) {
  const std::string& network_name = context_.network.describe().name;
  std::size_t held = own_roster().missing().size() + (contacts_ ? contacts_->size() : 0);
  for (const chat::Contact& contact : event.added) {
    const auto localpart = localpart_of(contact.person);
    if (!localpart) continue;
    if (!has(*localpart) && held++ >= user_.most(Quota::contacts)) {
      LOG_INFO("the network has more contacts than somebody may have here", owner_, network());
      break;
    }
    Roster::Wish wish{*localpart, contact.name, contact.groups};
    if (wish.name.empty()) wish.name = context_.network.format(contact.person);
    if (wish.groups.empty()) wish.groups = {network_name};
    own_roster().want(std::move(wish));
  }
  for (const chat::PersonId& person : event.removed) {
    const auto localpart = localpart_of(person);
    if (!localpart) continue;
    const bool by_server = roster_ && roster_->drop(*localpart);
    Contacts::Contact* contact = contacts_ ? contacts_->find(*localpart) : nullptr;
    if (contact == nullptr) continue;
    contact->sees = contact->seen = contact->asked = false;
    contacts_->keep(*localpart);
    if (!by_server) send_farewell(context_.link, *localpart + '@' + network().str(), owner_.str());
  }
  end_if_none();
}

Subscriptions::Imported Subscriptions::import(const std::vector<xmpp::SuggestedContact>& brought_all) {
  using Action = xmpp::SuggestedContact::Action;
  Imported imported;
  for (const xmpp::SuggestedContact& brought : brought_all) {
    const auto jid = xmpp::Jid::parse(brought.jid);
    const auto person = person_at(context_, brought.jid);
    const bool fits = has(jid ? jid->local() : "") || !contacts_ || contacts_->size() < user_.most(Quota::contacts);
    if (!jid || !person || !fits) {
      ++imported.not_ours;
      continue;
    }
    const std::string localpart{jid->local()};
    if (brought.action == Action::remove) {
      if (roster_) roster_->deleted(localpart);
      if (has(localpart)) taken_out(localpart);
      if (user_.has_session(context_.network.part_of(*person)))
        user_.ask(chat::RemoveContact{*person}, [](const chat::Done*, const chat::Failed*) {});
      ++imported.removed;
      continue;
    }
    if (user_.has_session(context_.network.part_of(*person)))
      user_.ask(chat::AddContact{*person, brought.name}, [](const chat::Done*, const chat::Failed*) {});
    ++imported.added;
    if (brought.action == Action::modify) continue;
    Contacts::Contact& contact = has(localpart) ? *contacts_->find(localpart) : needed().add(localpart, *person);
    wish_for(localpart, contact);
    contacts_->keep(localpart);
  }
  end_if_none();
  return imported;
}

bool Subscriptions::suggest(const std::vector<xmpp::SuggestedContact>& suggested) {
  const auto clients = context_.features.clients_with(owner_.str(), xmpp::rosterx_ns);
  for (const std::string& client : clients) {
    for (std::size_t first = 0; first < suggested.size(); first += xmpp::most_suggested_contacts) {
      const auto from = suggested.begin() + static_cast<std::ptrdiff_t>(first);
      const auto count = std::min(suggested.size() - first, xmpp::most_suggested_contacts);
      xmpp::Element message{"message", xmpp::ns::component};
      message.set("from", network().str()).set("to", client);
      message.add(xmpp::make_suggested_contacts({from, from + static_cast<std::ptrdiff_t>(count)}));
      context_.link.send(message);
    }
  }
  return !clients.empty();
}

std::size_t Subscriptions::ask_about_all() {
  if (!roster_) return 0;
  const std::vector<std::string> missing = roster_->missing();
  for (const std::string& localpart : missing) ask_about(localpart);
  return missing.size();
}

void Subscriptions::ask_about(const std::string& localpart) {
  const auto read = context_.network.parse(xmpp::unescape_local(localpart));
  if (!read || !std::holds_alternative<chat::PersonId>(*read)) return;
  Contacts::Contact& contact =
      has(localpart) ? *contacts_->find(localpart) : needed().add(localpart, std::get<chat::PersonId>(*read));
  ask_to_see(localpart, contact);
  contacts_->keep(localpart);
}

}  // namespace dragoman::gateway
