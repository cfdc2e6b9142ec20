#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "chat/event.hpp"
#include "gateway/contacts.hpp"
#include "gateway/context.hpp"
#include "gateway/roster.hpp"
#include "xmpp/element.hpp"
#include "xmpp/jid.hpp"
#include "xmpp/roster.hpp"
#include "xmpp/roster_exchange.hpp"

namespace dragoman::gateway {

struct Uplink;

/// Subscriptions between a person and the addresses of a network, both ways (RFC 6121 3, XEP-0100 4.6-4.8): people,
/// rooms, the gateway itself; and what of them stands in the person's roster, by which means (Roster). Their state is
/// in Contacts, which exists for those who have any. Two files: subscriptions.cpp (stanzas and the network),
/// subscriptions_roster.cpp.
class Subscriptions final : private Roster::Host {
 public:
  /// `owner` is the person's bare address; all outlive this, which is a part of `user`.
  Subscriptions(Context& context, const xmpp::Jid& owner, User& user) : context_(context), owner_(owner), user_(user) {}
  Subscriptions(const Subscriptions&) = delete;
  Subscriptions& operator=(const Subscriptions&) = delete;

  /// nullptr: the person has none.
  Contacts* contacts() const { return contacts_.get(); }
  Roster* roster() const { return roster_.get(); }
  bool empty() const { return !contacts_ && !roster_; }
  /// Is in the roster, in whatever direction.
  bool has(std::string_view localpart) const { return contacts_ && contacts_->find(localpart) != nullptr; }
  std::size_t size() const { return contacts_ ? contacts_->size() : 0; }

  /// subscribe, subscribed, unsubscribe, unsubscribed.
  void on_presence(const xmpp::Element& presence, const xmpp::Jid& to, Contacts::Who who);
  /// A server asks for the presence of an address of ours on behalf of the person (RFC 6121 4.3).
  void on_probe(const xmpp::Jid& asker, std::string_view localpart);
  void on(const chat::ContactAsked& event);
  void on(const chat::ContactsChanged& event);
  /// The connection is back: asks the network for the presence of all that are of it.
  void watch_all(const Uplink& uplink);

  /// Asks to be in the roster, by a subscription from that person.
  Result<void> offer(const chat::PersonId& person);
  /// Asks for the person's presence for the gateway's own address, unless it has it or has asked already.
  void ask_for_presence();
  /// The person lets the gateway's own address see them: their server answers for them.
  bool may_probe() const;

  void privileges_came();
  /// The server says what has changed in the roster (RFC 6121 2.1.6).
  void on_roster_push(const std::vector<xmpp::RosterItem>& items);
  struct Imported {
    std::size_t added = 0, removed = 0, not_ours = 0;
  };
  /// Contacts that the person brings along (XEP-0144): to be added on the network.
  Imported import(const std::vector<xmpp::SuggestedContact>& brought);
  /// The person wants to be asked about each contact of the network that is not in their roster. How many there are.
  std::size_t ask_about_all();

  /// They unregister: all of it ends and is forgotten.
  void leave();
  void restore_contact(std::string_view localpart, Contacts::Who who, const std::string& json);
  void restore_roster(std::string_view localpart, const std::string& json);

 private:
  // Roster::Host
  void in_roster(const std::string& localpart, bool sees, bool seen) override;
  void not_in_roster(const std::string& localpart) override;
  void ask_about(const std::string& localpart) override;
  void taken_out(const std::string& localpart) override;
  bool suggest(const std::vector<xmpp::SuggestedContact>& contacts) override;

  Contacts& needed();
  Roster& own_roster();
  void subscribe(const xmpp::Element& presence, const xmpp::Jid& to, Contacts::Who who);
  void unsubscribe(std::string_view localpart);
  void end_if_none();
  /// `theirs`: the network says that they ask, and waits for the answer.
  void ask_to_see(std::string_view localpart, Contacts::Contact& contact, const chat::ContactAsked* theirs = nullptr);
  void answer(const chat::PersonId& person, bool accept);
  /// Puts an address into the roster both ways, by privilege, or asks whether it may see the person.
  void wish_for(std::string_view localpart, Contacts::Contact& contact);
  void take_out_of_roster(const std::string& localpart);
  void watch(const chat::PersonId& person);
  /// Asks for the presence of somebody in the roster, and connects if that is needed for it.
  void see(const chat::PersonId& person);
  std::optional<std::string> localpart_of(const chat::PersonId& person) const;
  const xmpp::Jid& network() const { return context_.link.jid(); }

  Context& context_;
  const xmpp::Jid& owner_;
  User& user_;
  std::unique_ptr<Contacts> contacts_;
  std::unique_ptr<Roster> roster_;
};

}  // namespace dragoman::gateway
