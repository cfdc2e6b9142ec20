#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "backends/irc/address.hpp"
#include "backends/irc/batches.hpp"
#include "backends/irc/caps.hpp"
#include "backends/irc/charset.hpp"
#include "backends/irc/contact.hpp"
#include "backends/irc/effects.hpp"
#include "backends/irc/encodings.hpp"
#include "backends/irc/evidence.hpp"
#include "backends/irc/heard_last.hpp"
#include "backends/irc/history_question.hpp"
#include "backends/irc/known_isupport.hpp"
#include "backends/irc/query.hpp"
#include "backends/irc/reactions.hpp"
#include "backends/irc/sasl.hpp"
#include "backends/irc/send_queue.hpp"
#include "backends/irc/send_window.hpp"
#include "backends/irc/services.hpp"
#include "backends/irc/typing_state.hpp"
#include "base/lazy.hpp"
#include "base/random.hpp"
#include "base/secret.hpp"
#include "base/text_hash.hpp"
#include "base/token_bucket.hpp"
#include "chat/command.hpp"
#include "chat/person.hpp"

// What a session knows. The behaviour is in one file for each subject: registration, negotiation, rooms, membership,
// topic_and_modes, messages, queries, errors, commands, sending.

namespace dragoman::backends::irc {

/// A join is answered within 15 s, also when the last second is spent on the way.
inline constexpr auto answer_deadline = std::chrono::seconds{14};

/// What all sessions of a network share; outlives them.
struct Shared {
  Names& names;
  Random& random;
  std::function<std::string(std::string_view nickname)> occupant_resource;
  std::function<std::string(std::string_view identity)> occupant_id;
  std::string software;  ///< for CTCP VERSION
  Encodings encodings;
  /// What may leave when the server answers nothing any more; SendWindow says how it is while it does.
  struct Flood {
    bool limited = true;
    std::size_t burst = 10;
    Duration interval = std::chrono::seconds{2};
    bool operator==(const Flood&) const = default;
  } flood;
  bool rename_when_taken = true;  ///< false: a nickname that is taken is told to who wants to join
  /// Lines of one message.
  struct Lines {
    std::size_t paste = 8;   ///< over so many the text is better uploaded; 0: never
    std::size_t most = 400;  ///< over so many it is not said line by line either
  } lines;
  bool formatting = true;                     ///< bold, colours ... go both ways; false: the text alone
  const ServicesDialect* services = nullptr;  ///< how services are spoken to; nullptr: they are not
  std::string suffix{};                       ///< of the ids of this server (address.hpp)
  /// What clients of others are told when they ask by CTCP.
  struct Ctcp {
    bool on = true;
    std::string source;  ///< where this software is to be had; empty: nothing is said
  } ctcp{};
  RealmRef realm{};                  ///< of its nicknames
  mutable IsupportBook isupports{};  ///< what its links were told
  bool typing_in_channels = false;   ///< that somebody writes there is told and heard
};

/// What somebody says of themselves, by key.
using Metadata = std::map<std::string, std::string, std::less<>>;

/// What a session registers with.
struct Login {
  std::string owner;     ///< bare JID or bridge: seeds what must be reproducible
  std::string nickname;  ///< wished, not yet legal
  std::string username, realname;
  bool realname_chosen = false;  ///< by the person, or by the operator's template: it is not changed by itself
  Lazy<Metadata> profile;        ///< what they tell of themselves (own_profile.hpp); empty values: not any more
  bool bot = false;              ///< not a person: says so where the server has a mode for it
  bool deaf = false;             ///< somebody else hears for it (speaker.hpp): nothing of rooms is told
  std::string nick_suffix;       ///< behind each nickname
  Secret<std::string> server_password;
  struct WebIrc {
    Secret<std::string> password;  ///< empty: no WEBIRC
    std::string gateway, address;
  };
  Lazy<WebIrc> webirc;
  SaslLogin sasl;
  struct Registration {
    bool wanted = false;  ///< of an account that does not exist yet
    std::string email;
    std::string account;  ///< it waits for its code; empty: none does
  };
  Lazy<Registration> registration;
  Encodings encodings;                     ///< what the person chose
  std::vector<std::string> after_connect;  ///< commands to say once registered
  std::size_t burst = 0;                   ///< Flood::burst as the person chose; 0: they did not
  std::string bouncer_network;             ///< id of the one to be in; empty: none is chosen
  std::string certificate_hint;            ///< what to do with the client certificate when services do not know it
};

/// A channel, from the wish to be in it until we have left.
struct Room {
  enum class Phase {
    wanted,   ///< to be joined once we are Ready
    joining,  ///< JOIN is written; our own JOIN and the names may be coming
    joined,
    leaving,    ///< PART is written
    abandoned,  ///< nobody waits for the answer to our JOIN any more
  };
  struct Waiting {
    chat::CommandId command;
    Instant deadline;
  };

  explicit Room(Names& names) : members(names) {}

  chat::RoomId id;
  std::string name;  ///< as last seen from IRC
  std::string key;
  Phase phase = Phase::wanted;
  bool present = false;  ///< our own JOIN has come
  bool known = false;    ///< the owner has heard RoomJoined and no RoomLeft: rejoin after a lost link
  bool unasked = false;  ///< a bouncer is in it; the owner hears what is said, and of the room when they ask for it
  bool names_missing = false;  ///< and nobody has asked who is in it (no-implicit-names)
  Membership members;          ///< ourselves included
  std::string topic, topic_author;
  std::optional<Timestamp> topic_time;
  std::string flags;            ///< letters of the settings that are on, k and l too
  std::uint32_t limit = 0;      ///< of +l
  bool takes_no_codes = false;  ///< it refused a message with formatting
  bool takes_no_relay = false;  ///< we may not speak there for others (relaying.hpp)
  bool told_of_losses = false;  ///< the owner knows that the channel cannot have all characters
  bool settings_asked = false;  ///< our MODE is unanswered
  bool settings_known = false;  ///< 324 has come since we joined
  bool settings_told = false;   ///< the owner has heard `told` since RoomJoined
  chat::RoomSettings told;
  Instant spoken_at{};  ///< when we last said something here
  std::vector<Waiting> joins, leaves;
  std::optional<Instant> rejoin_deadline;
  std::optional<Instant> empty_until;  ///< renamed, and nobody has come along yet: we leave it then
  std::optional<Instant> who_until;    ///< the answer to our WHO is waited for until then, while joining
  /// The server has refused our JOINs for now.
  struct Refused {
    std::optional<Instant> again_at;  ///< the next one; empty: it is written
    unsigned times = 0;               ///< in a row
    Error last;
  };
  std::unique_ptr<Refused> refused;

  bool has(char letter) const { return flags.find(letter) != std::string::npos; }
};

using Rooms = std::unordered_map<std::string, Room, TextHash, std::equal_to<>>;

/// A netsplit while its QUITs come: they become one event for each room.
struct Split {
  std::string text;
  std::map<chat::RoomId, std::vector<NameId>> gone;
};

/// People who come back after a netsplit, while their JOINs come: they become one event for each room.
struct NetJoin {
  std::map<chat::RoomId, std::vector<chat::Occupant>> here;
  std::vector<NameRef> names;  ///< of these, until they are told
};

/// Somebody whose host changes as a QUIT and JOINs (host_change.hpp).
struct HostChange {
  NameRef name;
  std::string nick;
  Instant until;                    ///< then they have quit
  std::vector<chat::RoomId> rooms;  ///< where their JOIN has not come yet
};

/// A +b that a KICK may follow.
struct RecentBan {
  chat::RoomId room;
  std::string mask, actor;
  Instant at{};
};

/// A message that is said again in another way when the server refuses it: without codes (plain_again.hpp).
struct FormattedMessage {
  Evidence::Slot slot = Evidence::none;
  chat::CommandId command{};
  chat::SendMessage message;
};

/// A message that we asked the server to take back (redaction.hpp).
struct Redaction {
  Evidence::Slot slot = Evidence::none;
  chat::CommandId command{};
  std::string target, id;  ///< folded; msgid
};

/// A message of several lines while they come (multiline.hpp).
struct ComingLines {
  std::string reference;
  std::string front;  ///< of the line that they become: tags, source, PRIVMSG, target
  std::string text;
  bool begun = false;
};

/// One of those that a bouncer is connected to (bouncer.hpp).
struct BouncerNetwork {
  std::string id, name;
  std::string state;  ///< "connected", "connecting", "disconnected"
  std::string error;  ///< why not
};

/// What few people need of a link: questions about what was said before, and what was taken back.
struct Past {
  std::vector<HistoryQuestion> history;   ///< the first one is asked, the others wait
  std::string late_history;               ///< batch: the answer to a question that has ended
  bool silent = false;                    ///< a question had no answer: no more are asked
  std::vector<Redaction> redactions;      ///< not seen come back yet
  std::vector<FormattedMessage> relayed;  ///< said under other names (relaying.hpp), unanswered
  std::vector<ComingLines> coming;
  std::vector<BouncerNetwork> networks;
};

/// Getting the wished nickname back (regain.hpp).
struct Regain {
  std::size_t step = 0;         ///< of what services can be asked
  std::optional<Instant> next;  ///< when we try it ourselves
  bool trying = false;          ///< our NICK is unanswered
  unsigned attempts = 0;
  unsigned taken = 0;  ///< how often somebody else changed our name
};

/// What is only true for the link that is up now; a new link begins with a new one.
struct Link {
  Past& made_past() {
    if (!past) past = std::make_unique<Past>();
    return *past;
  }

  KnownIsupport isupport;
  OfferedCaps offered;
  CapSet caps;
  bool negotiating = false;             ///< CAP END is still to be sent
  std::optional<Instant> introduce_by;  ///< in the clear: who we are is said when the capabilities are known, or then
  unsigned cap_replies_awaited = 0;
  unsigned cap_rounds = 0;             ///< bounded: a server that NAKs for ever is left
  std::vector<std::string> sasl_left;  ///< mechanisms to try
  std::unique_ptr<SaslExchange> sasl;
  Lazy<SaslChallenge> challenge;
  std::string sasl_trouble;  ///< why we ended an exchange
  bool logged_in = false;
  bool login_told = false;                ///< the owner knows why there is no login
  bool logged_in_again = false;           ///< after the server had logged us out: once a link
  std::optional<Instant> services_until;  ///< joins wait for the answer of services until then
  bool isupport_asked = false;            ///< before the welcome
  bool isupport_awaited = false;
  bool protoctl_said = false;
  bool away_said = false;     ///< before the welcome
  bool login_failed = false;  ///< SASL, with a password
  bool registering = false;   ///< our REGISTER is unanswered
  bool registration_tried = false;
  std::optional<Instant> registering_until;  ///< joins wait for its answer until then
  std::optional<Instant> verifying_until;    ///< our VERIFY is unanswered
  Regain regain;

  std::string nickname, user, host;     ///< our own prefix as far as we know it
  Encoding names_in = Encoding::utf_8;  ///< how nicknames that are no UTF-8 are read; stays as it is
  unsigned nickname_attempt = 0;
  std::string nickname_asked;          ///< by the person, last
  std::optional<Instant> welcomed_at;  ///< 001

  SendQueue queue;
  std::optional<SendWindow> window;  ///< made for `window_flood`
  Shared::Flood window_flood;
  Evidence evidence;
  std::uint64_t bytes = 0;  ///< written to this link
  std::uint32_t last_label = 0, last_batch = 0;
  std::vector<Query> queries;
  ContactWatch contacts;

  Instant connected_at{}, last_heard{};
  Timestamp connected_utc{};
  bool probed = false;  ///< a keepalive PING is unanswered
  TokenBucket ctcp_replies{3, std::chrono::milliseconds{3334}};
  std::string motd;
  std::vector<FormattedMessage> formatted;  ///< unanswered
  std::unique_ptr<Past> past;               ///< made when it is first needed
  TypingState typing;
  std::vector<std::pair<Instant, std::string>> metadata_syncs;
  Lazy<std::map<std::string, Metadata>> metadata;     ///< by folded nickname (metadata.hpp)
  Lazy<std::map<std::string, Timestamp>> read_up_to;  ///< by folded target (read_marker.hpp)
  Batches batches;
  Lazy<Split> split;
  Lazy<NetJoin> net_join;
  std::vector<HostChange> host_changes;
  std::vector<RecentBan> recent_bans;
  HeardLast heard_last;
  std::optional<Ending> farewell;  ///< what the server said before it closed
};

enum class Stage { offline, registering, ready, stopped };

struct State {
  State(const Shared& the_shared, Login the_login) : shared(the_shared), login(std::move(the_login)) {}

  const Shared& shared;
  Login login;
  Stage stage = Stage::offline;
  std::string trouble;  ///< why there is no link, for those who wait
  Fault trouble_fault = Fault::unavailable;
  std::optional<Instant> no_link_before;   ///< offline: when the next one is tried
  Rooms rooms;                             ///< by folded name
  std::size_t waiting = 0;                 ///< joins, leaves and rejoins with a deadline, over all rooms
  std::string away;                        ///< "" = here
  bool absent = false;                     ///< nobody is there, and has said nothing of it
  std::optional<Timestamp> heard_until{};  ///< when the last link that was ready said something last
  Contacts contacts;                       ///< by folded nickname
  Lazy<ReactionBook> reactions;
  bool told_of_losses = false;      ///< as in a room, of messages to people
  bool nickname_was_taken = false;  ///< the last link ended because of it: the next join may wish another one
  chat::Capabilities told_capabilities;
  Link link;
  std::string scratch;  ///< for folding without allocation

  chat::RoomId room_id(std::string_view channel) const { return irc::room_id(channel, shared.suffix); }
  chat::PersonId person_id(std::string_view nick) const { return irc::person_id(nick, shared.suffix); }
  /// Whoever is known by this identity on another server is somebody else.
  std::string occupant_id(std::string_view identity) const {
    return shared.occupant_id(std::string{identity} + shared.suffix);
  }
  /// The bytes that IRC knows a room or person by.
  template <class Id>
  std::string name_of(const Id& id) const {
    return decode(without_suffix(id.text, shared.suffix));
  }
  bool is_me(std::string_view nick) const { return same(link.isupport->casemap, nick, link.nickname); }
  std::string_view folded(std::string_view name) {
    fold(link.isupport->casemap, name, scratch);
    return scratch;
  }
};

}  // namespace dragoman::backends::irc
