#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/gate.hpp"
#include "base/random.hpp"
#include "base/timers.hpp"
#include "chat/network.hpp"
#include "delivery/incoming.hpp"
#include "delivery/marks.hpp"
#include "delivery/outgoing.hpp"
#include "gateway/client_features.hpp"
#include "gateway/traffic.hpp"
#include "media/uploader.hpp"
#include "store/store.hpp"
#include "xmpp/autoupdate.hpp"
#include "xmpp/avatar.hpp"
#include "xmpp/contact_addresses.hpp"
#include "xmpp/link.hpp"
#include "xmpp/stanza_error.hpp"

namespace dragoman {
class LogControl;
}

namespace dragoman::gateway {

class AccessLists;
class Announcements;
class Bans;
class Directory;
class InviteCodes;
class OwnNames;
class OwnPictures;
class PartBook;
class Pictures;
class PrivateData;
class Privileges;
class Quotas;
class Registrations;
class SettingsBook;
class User;
struct Sibling;
namespace commands {
class BridgeDesk;
}
namespace dialogs {
class AdHoc;
}

/// What one [[network]] of the configuration says about who may do what, as far as the gateway acts on it.
struct Policy {
  /// invited: as required, and a new account needs a code of an operator (InviteCodes).
  enum class Registration { optional, required, invited, closed };
  Registration registration = Registration::optional;
  /// Whether only people with an account get in.
  bool needs_account() const { return registration == Registration::required || registration == Registration::invited; }
  std::vector<std::string> allow;      ///< domains and bare JIDs; "*" is everybody
  std::vector<std::string> admins;     ///< bare JIDs
  xmpp::ContactAddresses contact;      ///< whom to turn to; without an "admin" these are the admins
  std::optional<xmpp::Avatar> avatar;  ///< of the gateway itself
  bool welcome = true;                 ///< the gateway speaks first, once a person
  // What one person may have or do, unless an operator says otherwise of them (Quotas).
  std::size_t rooms_per_jid = 200;
  int rooms_per_minute = 10;
  int messages_per_minute = 0;  ///< to the network; 0: as many as wait in the queue
  int registrations_per_hour = 3;
  std::size_t connections_per_jid = 20;  ///< full JIDs of one person at a time
  std::size_t contacts_per_jid = 1000;   ///< addresses of ours in the roster of one person
  std::string url;                       ///< a page about this gateway, for jabber:iq:agent; empty: none
  /// The <key/> of jabber:iq:register from before XMPP: not given, given and checked when it comes back, or demanded.
  enum class LegacyKey { off, offer, require };
  LegacyKey legacy_key = LegacyKey::offer;
  bool directory = false;                 ///< registered people may let themselves be found by searching
  std::vector<xmpp::Release> releases{};  ///< of this program, for jabber:iq:autoupdate; empty: it is not answered
  /// Who enters a room by presence without the <x/> of XEP-0045: clients that look as if they knew none; all; nobody.
  enum class Groupchat1 { automatic, always, never };
  Groupchat1 groupchat1 = Groupchat1::automatic;
  /// How long the connection of somebody with an account stays when their last client has gone (XEP-0100 4.5); they
  /// may choose otherwise.
  Duration linger{};
  std::size_t history_on_join = 20;  ///< messages for who does not say how many
  delivery::Policy delivery;
};

/// The hashes of XEP-0115 in our own presences: what these addresses answer is the same for everybody who asks.
struct OwnCaps {
  std::string service, person;
};

/// What the people of one gateway share; everything in it outlives them.
struct Context {
  const Policy& policy;
  chat::Network& network;
  xmpp::Link& link;
  store::Store& store;
  delivery::Marks& marks;
  delivery::Incoming& incoming;
  Privileges& privileges;
  Timers& timers;
  Gate& gate;
  Random& random;
  ClientFeatures& features;
  SettingsBook& settings;
  PartBook& part_book;
  AccessLists& access;
  Bans& bans;
  Quotas& quotas;
  InviteCodes& invite_codes;
  Announcements& announcements;
  Registrations& registrations;
  Directory& directory;
  PrivateData& private_data;
  Pictures& pictures;
  OwnPictures& own_pictures;
  OwnNames& own_names;
  std::string software;               ///< "dragoman 0.1.0"
  std::function<void(User&)> forget;  ///< this person needs nothing of us any more; done at the end of the turn
  std::function<void()> wrote;        ///< after output that a network caused: looks at the backlog

  std::function<void()> listens{};                     ///< a session is ready: what is said from now on is heard
  std::function<User*(std::string_view bare)> find{};  ///< somebody who may have gone meanwhile: nullptr
  std::function<User&(const xmpp::Jid&)> user{};       ///< made when there is none; User::settle() when that was all
  std::function<void(const std::function<void(User&)>&)> each_user{};
  dialogs::AdHoc* ad_hoc = nullptr;          ///< set before the first stanza comes
  std::function<void(bool restart)> quit{};  ///< ends the program in order, with all its networks
  /// Until when the gateway was listening before it was started, if it was.
  std::optional<Timestamp> deaf_since{};
  LogControl* log = nullptr;  ///< of the program; nullptr: there is none to change
  std::function<struct Overview()> overview{};
  std::function<std::string()> xmpp_state{};  ///< the connection to the XMPP server in words
  Instant started{};
  std::string key{};  ///< a secret of this installation, the same at every start
  /// The other gateways of this program.
  std::function<std::vector<Sibling>()> siblings{};
  std::function<std::string(const std::string& admin)> page_link{};  ///< as Gateway::Parts

  commands::BridgeDesk* bridges = nullptr;  ///< of the program; nullptr: there are none
  media::Uploader* uploader = nullptr;      ///< where long texts go; nullptr: nowhere
  class Threads* threads = nullptr;
  OwnCaps caps{};
  Traffic traffic{};

  std::uint64_t next_question() { return ++last_question; }
  std::uint64_t last_question = 0;
  chat::CommandId next_command() { return chat::CommandId{++last_command}; }
  std::uint64_t last_command = 0;
  /// Over this many bytes of unsent output, presence waits and networks are not read (design.md section 6).
  static constexpr std::size_t backlog_limit = 4 * 1024 * 1024;

  /// The address of a room or person of this network: "#tea@irc.example.org".
  std::string address(const chat::RoomId& room) const;
  std::string address(const chat::PersonId& person) const;
  std::string address(const chat::Conversation& conversation) const;
  /// Of a part of the network ("irc.oftc.net@irc.example.org"); of a network that is one, the gateway itself.
  std::string part_address(const std::string& part) const;
  /// What the network refused, with its own name for it where there is one.
  xmpp::StanzaError error_of(Fault fault, const std::string& text, const std::string& code) const;
};

}  // namespace dragoman::gateway
