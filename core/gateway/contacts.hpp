#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "chat/event.hpp"
#include "gateway/clients.hpp"
#include "gateway/context.hpp"
#include "xmpp/jid.hpp"

namespace dragoman::gateway {

/// The addresses of ours that a person has in the roster: people, rooms, and the gateway itself. Holds both directions
/// of each subscription (RFC 6121 3), what each address shows, and what of that the person was told.
///
/// A subscription of a person to us is never pending: networks are not asked before it is granted.
class Contacts {
 public:
  struct Self {};  ///< the gateway itself
  using Who = std::variant<Self, chat::PersonId, chat::RoomId>;

  struct Contact {
    Who who;
    bool sees = false;       ///< the person gets the presence of this address
    bool seen = false;       ///< this address gets the person's presence
    bool asked = false;      ///< our `subscribe` is not answered yet
    bool asks = false;       ///< that `subscribe` was theirs, and the network waits for the answer
    bool hidden = false;     ///< the person has blocked them
    bool known = false;      ///< the network has said how they are, since we connected
    Showing showing;         ///< what it said
    std::uint64_t told = 0;  ///< digest of the last presence for the person; 0: none in this process

    const chat::PersonId* person() const { return std::get_if<chat::PersonId>(&who); }
    const chat::RoomId* room() const { return std::get_if<chat::RoomId>(&who); }
  };

  /// `owner` is the person's bare address, `documents` the owner of what is stored of them; both outlive this.
  Contacts(Context& context, const xmpp::Jid& owner, std::string documents);
  Contacts(const Contacts&) = delete;
  Contacts& operator=(const Contacts&) = delete;

  bool empty() const { return list_.empty(); }
  std::size_t size() const { return list_.size(); }
  /// By localpart as it stands in addresses: the roster goes by these. Empty: the gateway itself.
  Contact* find(std::string_view localpart);
  Contact& add(std::string_view localpart, Who who);
  void restore(std::string_view localpart, Who who, const std::string& json);
  /// "bob@irc.example.org", and the domain for the gateway itself.
  std::string address(std::string_view localpart) const;
  /// Under which name the person is connected: who has contacts but no account is so by being online, without a room
  /// that would say how they want to be called.
  void keep_nickname(const std::string& nickname);
  void restore_nickname(const std::string& nickname) { nickname_ = nickname; }
  /// Writes down what became of a contact, and forgets one without any subscription.
  void keep(std::string_view localpart);

  /// People of this part of the network that the person wants to see.
  bool has_people(const std::string& part) const;
  bool has_people() const;  ///< of any
  /// An address of ours that gets the person's presence: what a probe is sent from. The gateway's own where it may.
  std::string prober() const;
  /// People that the person wants to see, each once however many addresses they have.
  std::vector<chat::PersonId> people() const;
  bool wants(const chat::PersonId& person) const;

  /// The person logged out (of all clients), or in again: nobody is shown to who is not there.
  void show_people(bool shown);
  /// The connection to this part of the network is gone, and what it said of people with it.
  void lose_people(const std::string& part);
  void on_presence(const chat::PresenceChanged& changed);
  /// The picture of somebody is another one: its hash stands in their presence.
  void on_picture(const chat::PersonId& person);
  /// Somebody who is blocked is as good as not there.
  void hide(const chat::PersonId& person, bool hidden);
  /// A room's state has changed: `showing(room)` says how it is now.
  template <class ShowingOf>
  void update_rooms(ShowingOf showing) {
    for (auto& [localpart, contact] : list_) {
      if (contact.room() == nullptr || !contact.sees) continue;
      contact.showing = showing(*contact.room());
      contact.known = true;
      update(localpart, contact);
    }
  }
  /// How the address is now, to the person (empty) or to one of their clients that asks.
  void tell(std::string_view localpart, const std::string& to = {});
  /// Says again what could not be said while the XMPP link was down.
  void link_up();

  /// The gateway stops: everybody who is shown goes.
  void shut_down();
  /// Ends every subscription but the gateway's own, which is only forgotten, and says so (XEP-0100 4.3). The localparts
  /// of the others.
  std::vector<std::string> leave(bool quietly = false);

 private:
  Showing current(const Contact& contact) const;
  /// Of the presence that says this.
  std::uint64_t digest(const Contact& contact, const Showing& showing) const;
  void update(const std::string& localpart, Contact& contact);
  void write(const std::string& localpart, const Contact& contact, const std::string& to, const Showing& showing);

  Context& context_;
  const xmpp::Jid& owner_;
  std::string documents_;
  std::map<std::string, Contact, std::less<>> list_;
  std::string nickname_;  // as it is stored
  bool shown_ = true;
};

}  // namespace dragoman::gateway
