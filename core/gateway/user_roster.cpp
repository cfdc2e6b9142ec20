#include <algorithm>

#include "base/log.hpp"
#include "gateway/presence.hpp"
#include "gateway/settings_book.hpp"
#include "gateway/user.hpp"
#include "xmpp/namespaces.hpp"

// What of a network stands in a person's roster and among their bookmarks, by which means: XEP-0100 4.2 and 5,
// XEP-0144, XEP-0356, XEP-0402.

namespace dragoman::gateway {

Roster& User::own_roster() {
  Roster::Host& host = *this;
  if (!roster_) roster_ = std::make_unique<Roster>(context_, owner_, owner_key(), host);
  return *roster_;
}

Bookmarks& User::own_bookmarks() {
  if (!bookmarks_) bookmarks_ = std::make_unique<Bookmarks>(context_, owner_, owner_key());
  return *bookmarks_;
}

void User::bookmark(const Room& room) {
  if (rights() == nullptr || !context_.settings.flag(owner_.str(), "bookmarks", false)) return;
  own_bookmarks().add({room.address(), room.name(), room.nick()});
}

const xmpp::Privileges* User::rights() const { return account_.registered ? context_.privileges.of(owner_) : nullptr; }

void User::privileges_came() {
  if (roster_ && account_.registered) roster_->retry();
}

void User::restore_roster(std::string_view localpart, const std::string& json) {
  own_roster().restore(localpart, json);
}

std::optional<std::string> User::localpart_of(const chat::PersonId& person) const {
  const auto jid = xmpp::Jid::make(xmpp::escape_local(context_.network.format(person)), network().str(), {});
  if (!jid || jid->local().empty()) return std::nullopt;
  return std::string{jid->local()};
}

void User::wish_for(std::string_view localpart, Contacts::Contact& contact) {
  if (contact.seen || contact.asked) return;
  const xmpp::Privileges* granted = rights();
  if (granted == nullptr || !granted->roster_get || !granted->roster_set) return ask_to_see(localpart, contact);
  const std::string& group = context_.network.describe().name;
  Roster::Wish wish{std::string{localpart}, group, {group}, true};
  if (contact.person() != nullptr) wish.name = context_.network.format(*contact.person());
  own_roster().want(std::move(wish));
}

void User::in_roster(const std::string& localpart, bool sees, bool seen) {
  if (!sees && !seen) return;
  Contacts::Contact* contact = contacts_ ? contacts_->find(localpart) : nullptr;
  if (contact == nullptr) {
    Contacts::Who who;
    if (!localpart.empty()) {
      const auto read = context_.network.parse(xmpp::unescape_local(localpart));
      if (!read || !std::holds_alternative<chat::PersonId>(*read)) return;
      who = std::get<chat::PersonId>(*read);
    }
    contact = &contacts().add(localpart, std::move(who));
  }
  if (contact->person() != nullptr) contact->hidden = blocks(*contact->person());
  const bool sees_now = sees && !std::exchange(contact->sees, contact->sees || sees);
  const bool seen_now = seen && !std::exchange(contact->seen, contact->seen || seen);
  if (seen) contact->asked = false;
  contacts_->keep(localpart);
  if (localpart.empty()) {
    // Nobody subscribed, so no server tells by itself who is there.
    if (seen_now) send_subscription(context_.link, network().str(), owner_.str(), "probe");
    if (sees_now) tell_subscriber();
    return;
  }
  if (!sees_now) return;
  contacts_->tell(localpart);
  if (contact->person() != nullptr) {
    see(*contact->person());
  } else if (refusing() == nullptr) {
    connect_if_needed();
  }
}

void User::not_in_roster(const std::string& localpart) {
  Contacts::Contact* contact = contacts_ ? contacts_->find(localpart) : nullptr;
  if (contact == nullptr && localpart.empty() && account_.registered) contact = &contacts().add({}, Contacts::Self{});
  if (contact == nullptr) return;
  ask_to_see(localpart, *contact);
  contacts_->keep(localpart);
}

void User::taken_out(const std::string& localpart) {
  const Contacts::Contact* contact = contacts_ ? contacts_->find(localpart) : nullptr;
  if (contact == nullptr) return;
  contacts_->find(localpart)->seen = false;
  if (contact->sees) {
    unsubscribe(localpart);
  } else {
    contacts_->keep(localpart);
  }
  end_contacts_if_none();
}

void User::on_roster_push(const std::vector<xmpp::RosterItem>& items) {
  for (const xmpp::RosterItem& item : items) {
    const auto jid = xmpp::Jid::parse(item.jid);
    if (!jid || jid->domain() != network().str() || item.subscription != "remove") continue;
    const std::string localpart{jid->local()};
    if (roster_) roster_->deleted(localpart);
    taken_out(localpart);
  }
  tidy_.arm();
}

void User::take_out_of_roster(const std::string& localpart) {
  const std::string address = localpart.empty() ? network().str() : localpart + '@' + network().str();
  // The person may be forgotten when the answer comes.
  context_.privileges.set_item(owner_, {address, {}, "remove", {}},
                               [&link = context_.link, address, person = owner_.str()](const Result<void>& removed) {
                                 if (!removed && removed.error().fault != Fault::not_found)
                                   send_farewell(link, address, person);
                               });
}

void User::leave_contacts() {
  const xmpp::Privileges* granted = rights();
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

void User::on(const chat::ContactsChanged& event) {
  const std::string& network_name = context_.network.describe().name;
  std::size_t held = own_roster().missing().size() + (contacts_ ? contacts_->size() : 0);
  for (const chat::Contact& contact : event.added) {
    const auto localpart = localpart_of(contact.person);
    if (!localpart) continue;
    if (!has_contact(*localpart) && held++ >= most(Quota::contacts)) {
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
  end_contacts_if_none();
}

User::Imported User::import(const std::vector<xmpp::SuggestedContact>& contacts_brought) {
  using Action = xmpp::SuggestedContact::Action;
  Imported imported;
  for (const xmpp::SuggestedContact& brought : contacts_brought) {
    const auto jid = xmpp::Jid::parse(brought.jid);
    const auto person = person_at(brought.jid);
    const bool fits = has_contact(jid ? jid->local() : "") || !contacts_ || contacts_->size() < most(Quota::contacts);
    if (!jid || !person || !fits) {
      ++imported.not_ours;
      continue;
    }
    const std::string localpart{jid->local()};
    if (brought.action == Action::remove) {
      if (roster_) roster_->deleted(localpart);
      if (has_contact(localpart)) taken_out(localpart);
      if (has_session(context_.network.part_of(*person)))
        ask(chat::RemoveContact{*person}, [](const chat::Done*, const chat::Failed*) {});
      ++imported.removed;
      continue;
    }
    if (has_session(context_.network.part_of(*person)))
      ask(chat::AddContact{*person, brought.name}, [](const chat::Done*, const chat::Failed*) {});
    ++imported.added;
    if (brought.action == Action::modify) continue;
    Contacts::Contact& contact =
        has_contact(localpart) ? *contacts_->find(localpart) : contacts().add(localpart, *person);
    wish_for(localpart, contact);
    contacts_->keep(localpart);
  }
  end_contacts_if_none();
  return imported;
}

bool User::suggest(const std::vector<xmpp::SuggestedContact>& suggested) {
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

std::size_t User::ask_about_contacts() {
  if (!roster_) return 0;
  const std::vector<std::string> missing = roster_->missing();
  for (const std::string& localpart : missing) ask_about(localpart);
  return missing.size();
}

void User::ask_about(const std::string& localpart) {
  const auto read = context_.network.parse(xmpp::unescape_local(localpart));
  if (!read || !std::holds_alternative<chat::PersonId>(*read)) return;
  Contacts::Contact& contact =
      has_contact(localpart) ? *contacts_->find(localpart) : contacts().add(localpart, std::get<chat::PersonId>(*read));
  ask_to_see(localpart, contact);
  contacts_->keep(localpart);
}

}  // namespace dragoman::gateway
