#include "base/log.hpp"
#include "gateway/announcements.hpp"
#include "gateway/pictures.hpp"
#include "gateway/presence.hpp"
#include "gateway/user.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/nick.hpp"
#include "xmpp/pubsub.hpp"

// Subscriptions between a person and the addresses of a network (RFC 6121 3, XEP-0100 4.6-4.8): people, rooms, the
// gateway itself.

namespace dragoman::gateway {

Contacts& User::contacts() {
  if (!contacts_) contacts_ = std::make_unique<Contacts>(context_, owner_, owner_key());
  return *contacts_;
}

bool User::may_have_contacts() const {
  return account_.registered || context_.policy.registration != Policy::Registration::required;
}

void User::on_subscription(const xmpp::Element& presence, const xmpp::Jid& to, Contacts::Who who) {
  const std::string_view type = presence.get("type"), localpart = to.local();
  if (type == "subscribe") return subscribe(presence, to, std::move(who));
  Contacts::Contact* contact = contacts_ ? contacts_->find(localpart) : nullptr;
  if (contact == nullptr) return;  // nothing was there to end, and nobody of ours asked
  if (type == "unsubscribe") {
    unsubscribe(localpart);
  } else if (type == "unsubscribed" || contact->asked) {  // RFC 6121 3.1.6: an answer to nothing is ignored
    contact->seen = type == "subscribed";
    contact->asked = false;
    if (std::exchange(contact->asks, false)) answer_contact(*contact->person(), contact->seen);
    contacts_->keep(localpart);
  }
  if (type != "subscribed" && roster_) roster_->deleted(localpart);
  // Who takes the gateway from the roster keeps the account, but is not there any more.
  if (type != "subscribed" && localpart.empty() && clients_.leave_service()) logged_out();
  end_contacts_if_none();
  tidy_.arm();
}

void User::subscribe(const xmpp::Element& presence, const xmpp::Jid& to, Contacts::Who who) {
  const std::string_view localpart = to.local();
  if (!localpart.empty() && !may_have_contacts()) {
    return refuse(presence, Fault::members_only,
                  "Register with " + context_.link.jid().str() + " before you add people or rooms to your contacts.");
  }
  const bool known = has_contact(localpart);
  if (!known && contacts_ && contacts_->size() >= most(Quota::contacts)) {
    return refuse(
        presence, Fault::limited,
        "You have " + std::to_string(contacts_->size()) + " contacts here, which is the limit; remove one first.");
  }
  Contacts::Contact& contact = known ? *contacts_->find(localpart) : contacts().add(localpart, std::move(who));
  if (contact.person() != nullptr) contact.hidden = blocks(*contact.person());
  const bool before = std::exchange(contact.sees, true);
  send_subscription(context_.link, to.bare_view(), owner_.str(), "subscribed");
  if (localpart.empty()) {
    tell_subscriber();
    // XEP-0100 4.1: who adds the gateway before registering learns here how to go on.
    if (!account_.registered) context_.announcements.greet(owner_.str());
  } else {
    if (contact.room() != nullptr) {
      contact.known = true;
      contact.showing = showing_of(*contact.room());
    }
    contacts_->tell(localpart);
  }
  // Rooms do not look at people, and the gateway itself asks those who register.
  if (contact.person() != nullptr || (localpart.empty() && account_.registered)) wish_for(localpart, contact);
  contacts_->keep(localpart);
  if (before || contact.person() == nullptr) return;
  see(*contact.person());
}

void User::ask_to_see(std::string_view localpart, Contacts::Contact& contact, const chat::ContactAsked* theirs) {
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

void User::on(const chat::ContactAsked& event) {
  if (blocks(event.person)) return answer_contact(event.person, false);
  if (!may_have_contacts()) return;
  const auto localpart = localpart_of(event.person);
  if (!localpart) return;
  if (!has_contact(*localpart)) {
    if (contacts().size() >= most(Quota::contacts)) {
      LOG_WARN("a contact request is not shown: there are as many contacts as are allowed", owner_, network());
      return end_contacts_if_none();
    }
    contacts_->add(*localpart, event.person);
  }
  Contacts::Contact& contact = *contacts_->find(*localpart);
  if (contact.seen) return answer_contact(event.person, true);  // they may see this person already
  contact.asks = true;
  ask_to_see(*localpart, contact, &event);
  contacts_->keep(*localpart);
}

void User::answer_contact(const chat::PersonId& person, bool accept) {
  ask(chat::AnswerContact{person, accept}, [](const chat::Done*, const chat::Failed*) {});
}

void User::ask_for_presence() {
  Contacts::Contact* service = contacts().find({});
  if (service == nullptr) service = &contacts_->add({}, Contacts::Self{});
  wish_for({}, *service);
  contacts_->keep({});
}

void User::unsubscribe(std::string_view localpart) {
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
  if (person != nullptr && has_session(context_.network.part_of(*person)) && !contacts_->wants(*person)) {
    ask(chat::RemoveContact{*person}, [](const chat::Done*, const chat::Failed*) {});
  }
  contacts_->keep(localpart);
}

void User::end_contacts_if_none() {
  if (contacts_ && contacts_->empty()) contacts_.reset();
}

void User::on_probe(const xmpp::Jid& asker, std::string_view localpart) {
  const Contacts::Contact* contact = contacts_ ? contacts_->find(localpart) : nullptr;
  if (contact == nullptr || !contact->sees) {
    const std::string& domain = context_.link.jid().str();
    const std::string from = localpart.empty() ? domain : std::string{localpart} + '@' + domain;
    return send_subscription(context_.link, from, asker.bare_view(), "unsubscribed");
  }
  if (localpart.empty()) return send_presence(asker.str());
  contacts_->tell(localpart, asker.str());
}

void User::watch(const chat::PersonId& person) {
  // A network that cannot do it says so, and the person stays without presence; messages work all the same.
  ask(chat::AddContact{person, {}}, [](const chat::Done*, const chat::Failed*) {});
}

void User::watch_all(const Uplink& uplink) {
  if (!contacts_ || !may_have_contacts()) return;
  for (const chat::PersonId& person : contacts_->people()) {
    if (context_.network.part_of(person) == uplink.part) watch(person);
  }
}

void User::see(const chat::PersonId& person) {
  const std::string part = context_.network.part_of(person);
  if (is_ready(part)) return watch(person);
  const Uplink* known = uplink(part);
  if (known == nullptr || !known->refused) connect_if_needed();
}

void User::on(const chat::PresenceChanged& event) {
  if (contacts_) contacts_->on_presence(event);
}

void User::on(const chat::PersonChanged& event) {
  context_.pictures.learn({{}, event.person}, event.profile.picture, *this);
  if (!contacts_ || !contacts_->wants(event.person) || event.profile.nickname.empty()) return;
  xmpp::Element nick{"nick", xmpp::nick_ns};
  nick.set_text(event.profile.nickname);
  tell_node(event.person, xmpp::nick_ns, {"current", std::move(nick)});
}

Showing User::showing_of(const chat::RoomId& id) {
  const Room* known = room(id);
  if (known == nullptr || known->state() == Room::State::joining) return {chat::Availability::gone, {}};
  if (known->state() == Room::State::lost) {
    const Uplink* away = uplink(known->part());
    return {chat::Availability::extended_away, away == nullptr ? std::string{} : away->text};
  }
  if (!known->topic().empty()) return {chat::Availability::available, known->topic()};
  const std::size_t people = known->occupants().size() + 1;
  return {chat::Availability::available, people == 1 ? "only you" : std::to_string(people) + " people"};
}

void User::restore_contact(std::string_view localpart, Contacts::Who who, const std::string& json) {
  contacts().restore(localpart, std::move(who), json);
  Contacts::Contact* contact = contacts_->find(localpart);
  if (contact != nullptr && contact->person() != nullptr) contact->hidden = blocks(*contact->person());
}

void User::restore_nickname(const std::string& nickname) {
  if (contacts_) contacts_->restore_nickname(nickname);
  if (!account_.registered) account_.nickname = nickname;
}

}  // namespace dragoman::gateway
