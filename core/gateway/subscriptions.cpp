#include "gateway/subscriptions.hpp"

#include "base/log.hpp"
#include "gateway/announcements.hpp"
#include "gateway/presence.hpp"
#include "gateway/user.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/nick.hpp"

namespace dragoman::gateway {

Contacts& Subscriptions::needed() {
  if (!contacts_) contacts_ = std::make_unique<Contacts>(context_, owner_, user_.owner_key());
  return *contacts_;
}

void Subscriptions::on_presence(const xmpp::Element& presence, const xmpp::Jid& to, Contacts::Who who) {
  const std::string_view type = presence.get("type"), localpart = to.local();
  if (type == "subscribe") return subscribe(presence, to, std::move(who));
  Contacts::Contact* contact = contacts_ ? contacts_->find(localpart) : nullptr;
  if (contact == nullptr) return;  // nothing was there to end, and nobody of ours asked
  if (type == "unsubscribe") {
    unsubscribe(localpart);
  } else if (type == "unsubscribed" || contact->asked) {  // RFC 6121 3.1.6: an answer to nothing is ignored
    contact->seen = type == "subscribed";
    contact->asked = false;
    if (std::exchange(contact->asks, false)) answer(*contact->person(), contact->seen);
    contacts_->keep(localpart);
  }
  if (type != "subscribed" && roster_) roster_->deleted(localpart);
  // Who takes the gateway from the roster keeps the account, but is not there any more.
  if (type != "subscribed" && localpart.empty()) user_.leave_service();
  end_if_none();
  user_.look_again();
}

void Subscriptions::subscribe(const xmpp::Element& presence, const xmpp::Jid& to, Contacts::Who who) {
  const std::string_view localpart = to.local();
  if (!localpart.empty() && !user_.may_have_contacts()) {
    return user_.refuse(
        presence, Fault::members_only,
        "Register with " + context_.link.jid().str() + " before you add people or rooms to your contacts.");
  }
  const bool known = has(localpart);
  if (!known && contacts_ && contacts_->size() >= user_.most(Quota::contacts)) {
    return user_.refuse(
        presence, Fault::limited,
        "You have " + std::to_string(contacts_->size()) + " contacts here, which is the limit; remove one first.");
  }
  Contacts::Contact& contact = known ? *contacts_->find(localpart) : needed().add(localpart, std::move(who));
  if (contact.person() != nullptr) contact.hidden = user_.blocks(*contact.person());
  const bool before = std::exchange(contact.sees, true);
  send_subscription(context_.link, to.bare_view(), owner_.str(), "subscribed");
  if (localpart.empty()) {
    user_.tell_subscriber();
    // XEP-0100 4.1: who adds the gateway before registering learns here how to go on.
    if (!user_.registered()) context_.announcements.greet(owner_.str());
  } else {
    if (contact.room() != nullptr) {
      contact.known = true;
      contact.showing = user_.rooms().showing_of(*contact.room());
    }
    contacts_->tell(localpart);
  }
  // Rooms do not look at people, and the gateway itself asks those who register.
  if (contact.person() != nullptr || (localpart.empty() && user_.registered())) wish_for(localpart, contact);
  contacts_->keep(localpart);
  if (before || contact.person() == nullptr) return;
  see(*contact.person());
}

void Subscriptions::ask_to_see(std::string_view localpart, Contacts::Contact& contact,
                               const chat::ContactAsked* theirs) {
  // Once: an unanswered request is shown to the person again at every login by their own server.
  if (contact.seen || contact.asked) return;
  contact.asked = true;
  const std::string from = contacts_->address(localpart);
  context_.link.write([&](xmpp::Writer& writer) {
    writer.begin("presence", from, owner_.str());
    writer.attribute("type", "subscribe");
    if (theirs != nullptr && !theirs->text.empty()) writer.leaf("status", theirs->text);
    if (contact.person() == nullptr) return;
    const bool named = theirs != nullptr && !theirs->name.empty();
    xmpp::write_nick(writer, named ? theirs->name : context_.network.format_in_room(*contact.person()));
  });
}

void Subscriptions::on(const chat::ContactAsked& event) {
  if (user_.blocks(event.person)) return answer(event.person, false);
  if (!user_.may_have_contacts()) return;
  const auto localpart = localpart_of(event.person);
  if (!localpart) return;
  if (!has(*localpart)) {
    if (needed().size() >= user_.most(Quota::contacts)) {
      LOG_WARN("a contact request is not shown: there are as many contacts as are allowed", owner_, network());
      return end_if_none();
    }
    contacts_->add(*localpart, event.person);
  }
  Contacts::Contact& contact = *contacts_->find(*localpart);
  if (contact.seen) return answer(event.person, true);  // they may see this person already
  contact.asks = true;
  ask_to_see(*localpart, contact, &event);
  contacts_->keep(*localpart);
}

void Subscriptions::answer(const chat::PersonId& person, bool accept) {
  user_.ask(chat::AnswerContact{person, accept}, [](const chat::Done*, const chat::Failed*) {});
}

void Subscriptions::ask_for_presence() {
  Contacts::Contact* service = needed().find({});
  if (service == nullptr) service = &contacts_->add({}, Contacts::Self{});
  wish_for({}, *service);
  contacts_->keep({});
}

void Subscriptions::unsubscribe(std::string_view localpart) {
  Contacts::Contact& contact = *contacts_->find(localpart);
  if (!contact.sees) return;  // RFC 6121 3.3.3: nothing ends, nothing is said
  contact.sees = false;
  contact.known = false;
  contact.told = 0;
  const std::string from = contacts_->address(localpart);
  for (const std::string_view type : {"unsubscribed", "unavailable"}) {
    send_subscription(context_.link, from, owner_.str(), type);
  }
  const chat::PersonId* person = contact.person();
  if (person != nullptr && user_.has_session(context_.network.part_of(*person)) && !contacts_->wants(*person)) {
    user_.ask(chat::RemoveContact{*person}, [](const chat::Done*, const chat::Failed*) {});
  }
  contacts_->keep(localpart);
}

void Subscriptions::end_if_none() {
  if (contacts_ && contacts_->empty()) contacts_.reset();
}

void Subscriptions::on_probe(const xmpp::Jid& asker, std::string_view localpart) {
  const Contacts::Contact* contact = contacts_ ? contacts_->find(localpart) : nullptr;
  if (contact == nullptr || !contact->sees) {
    const std::string& domain = context_.link.jid().str();
    const std::string from = localpart.empty() ? domain : std::string{localpart} + '@' + domain;
    return send_subscription(context_.link, from, asker.bare_view(), "unsubscribed");
  }
  if (localpart.empty()) return user_.send_presence(asker.str());
  contacts_->tell(localpart, asker.str());
}

void Subscriptions::watch(const chat::PersonId& person) {
  // A network that cannot do it says so, and the person stays without presence; messages work all the same.
  user_.ask(chat::AddContact{person, {}}, [](const chat::Done*, const chat::Failed*) {});
}

void Subscriptions::watch_all(const Uplink& uplink) {
  if (!contacts_ || !user_.may_have_contacts()) return;
  for (const chat::PersonId& person : contacts_->people()) {
    if (context_.network.part_of(person) == uplink.part) watch(person);
  }
}

void Subscriptions::see(const chat::PersonId& person) {
  const std::string part = context_.network.part_of(person);
  if (user_.is_ready(part)) return watch(person);
  const Uplink* known = user_.uplink(part);
  if (known == nullptr || !known->refused) user_.connect_if_needed();
}

void Subscriptions::restore_contact(std::string_view localpart, Contacts::Who who, const std::string& json) {
  needed().restore(localpart, std::move(who), json);
  Contacts::Contact* contact = contacts_->find(localpart);
  if (contact != nullptr && contact->person() != nullptr) contact->hidden = user_.blocks(*contact->person());
}

Result<void> Subscriptions::offer(const chat::PersonId& person) {
  const auto address = xmpp::Jid::parse(context_.address(person));
  if (!address) return address.error();
  if (!user_.may_have_contacts())
    return failure(Fault::members_only, "Register before you add people to your contacts.");
  const std::string_view localpart = address->local();
  Contacts::Contact* contact = contacts_ ? contacts_->find(localpart) : nullptr;
  if (contact != nullptr && contact->sees) {
    return failure(Fault::conflict, address->str() + " is among your contacts already.");
  }
  if (contact == nullptr) {
    if (contacts_ && contacts_->size() >= user_.most(Quota::contacts)) {
      return failure(Fault::limited, "You have " + std::to_string(contacts_->size()) +
                                         " contacts here, which is the limit; remove one first.");
    }
    contact = &needed().add(localpart, person);
  }
  contact->asked = false;  // asked once more, because the person wishes it
  wish_for(localpart, *contact);
  contacts_->keep(localpart);
  return {};
}

bool Subscriptions::may_probe() const {
  const Contacts::Contact* service = contacts_ ? contacts_->find({}) : nullptr;
  return service != nullptr && service->seen;
}

}  // namespace dragoman::gateway
