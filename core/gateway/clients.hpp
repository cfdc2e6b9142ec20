#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "chat/person.hpp"
#include "xmpp/element.hpp"

namespace dragoman::gateway {

/// What an available presence says, as networks know it.
struct Showing {
  chat::Availability availability = chat::Availability::available;
  std::string status;
  std::optional<Timestamp> idle_since{};  ///< XEP-0319
  bool operator==(const Showing&) const = default;
};
/// RFC 6121 4.7.2. A <show/> that nobody defined ("na") reads as xa: somebody took care to say that they are not there.
Showing read_showing(const xmpp::Element& presence);

/// The clients of one person: which of them are available, and what they show.
///
/// A server sends a copy of each presence to every address of ours that may see it. The gateway's own address is what
/// counts when it gets one; for who has only contacts in the roster, a client is there as long as one of them sees it.
/// Rooms get presence too (XEP-0045 7.7): it says how a client is, but somebody who is only in rooms has not logged in.
class Clients {
 public:
  struct Client {
    std::string jid;  ///< full
    Showing showing;
    std::int8_t priority = 0;
    bool at_service = false;  ///< the gateway's own address sees it
    bool in_rooms = false;
    bool confirmed = true;              ///< heard of since the XMPP link came up
    std::vector<std::string> contacts;  ///< localparts that see it, while the gateway's own address does not
    bool is_online() const { return at_service || !contacts.empty(); }
  };
  /// What a presence changed; nothing of it: a copy of one that is known.
  struct Seen {
    bool came = false;        ///< the client was not online before
    bool at_service = false;  ///< the gateway's own address sees it for the first time, or again after a doubt
    bool changed = false;     ///< it shows something else
  };

  /// An available presence to `localpart`, empty: the gateway's own address.
  Seen available(std::string_view jid, std::string_view localpart, const xmpp::Element& presence);
  /// The same to an occupant's address. True when the client shows something else. A client that is only in rooms and
  /// shows nothing special is not kept: most are like that.
  bool in_room(std::string_view jid, const xmpp::Element& presence);
  /// True when the client was online and is not any more. Unavailable to one contact of several is no going: servers
  /// send that when a contact is deleted from the roster.
  bool unavailable(std::string_view jid, std::string_view localpart);
  /// The person took the gateway's own address from their roster. True when a client was online and is not any more.
  bool leave_service();
  /// None of the addresses that saw them does any more.
  void log_out();

  bool is_online() const { return online() > 0; }
  std::size_t online() const;
  bool knows(std::string_view jid) const;
  bool keeps(std::string_view jid) const { return const_cast<Clients*>(this)->find(jid) != nullptr; }
  bool empty() const { return list_.empty(); }
  template <class Each>
  void each_at_service(Each each) const {
    for (const Client& client : list_) {
      if (client.at_service) each(client.jid);
    }
  }

  template <class Each>
  void each_online(Each each) const {
    for (const Client& client : list_) {
      if (client.is_online()) each(client.jid);
    }
  }

  /// The person as a whole (RFC 6121 8.5): the client with the highest priority that is not negative; between equals
  /// the one where they are most likely to be. Only negative ones: away. No client at all: nothing says that they are
  /// away. `others`: there are clients in rooms that are not kept.
  Showing showing(bool others = false) const;
  /// Forgets clients that were only in rooms and are in none: `in_a_room(jid)` says it.
  template <class InARoom>
  void tidy(InARoom in_a_room) {
    std::erase_if(list_, [&](Client& client) {
      if (client.in_rooms) client.in_rooms = in_a_room(client.jid);
      return !client.in_rooms && !client.is_online();
    });
  }

  /// The XMPP link was away: clients may have gone meanwhile.
  void doubt();
  /// Forgets those that did not answer since. True when a client was online and is not any more.
  bool forget_doubtful();

 private:
  Client* find(std::string_view jid);
  Client& add(std::string_view jid);

  std::vector<Client> list_;  // few: searched one by one
};

}  // namespace dragoman::gateway
