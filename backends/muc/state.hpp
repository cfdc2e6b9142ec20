#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "backends/muc/cursor.hpp"
#include "backends/muc/effects.hpp"
#include "backends/muc/message_book.hpp"
#include "base/random.hpp"
#include "chat/command.hpp"
#include "chat/person.hpp"
#include "net/backoff.hpp"
#include "xmpp/jid.hpp"

// What a session knows. The behaviour is in one file for each subject: joining, losing, presence, renaming, messages,
// reading, sending, evidence, catch_up, liveness, settings, standing, invitations, questions, commands.

namespace dragoman::backends::muc {

/// A join is answered within 15 s, also when the last second is spent on the way.
inline constexpr auto join_deadline = std::chrono::seconds{14};
/// XEP-0410: we ask ourselves through the room whether we are in it.
inline constexpr auto self_ping_interval = std::chrono::minutes{5};

/// What all sessions of a network share; outlives them.
struct Shared {
  Names& names;
  Random& random;
  std::string domain;              ///< ours
  std::string label;               ///< what stands behind a nickname that is taken: "irc"
  std::string key;                 ///< a secret of this installation: ids of messages that nobody else can make
  std::string software;            ///< "dragoman 0.1.0"
  std::set<std::string> voices{};  ///< full addresses that sessions speak with
  std::set<std::string> ours{};    ///< the occupants that are voices of this network, by their addresses
};

/// Who a session is.
struct Voice {
  std::string owner;
  std::string nickname;  ///< wished
  xmpp::Jid address;     ///< full
  xmpp::Jid claimed;     ///< what comes for it is the voice's: the bare address, or the full one alone
  bool deaf = false;
  /// A deaf voice that may have spoken since then, before the start of the program: it looks before it speaks.
  std::optional<Timestamp> doubts_since{};
};

struct State;
/// An answer to a question of ours: an iq of type result or error, or why there is none.
using Answer = Result<xmpp::Element>;
/// What is done with it. It holds ids and text, never a pointer into the state.
using Then = std::function<void(State& state, const Answer& answer, Effects& effects)>;

struct Occupant {
  NameRef name;
  chat::Standing standing;
  std::string account;      ///< bare address; empty: the room shows none
  std::string occupant_id;  ///< empty: the room gives none
  std::string picture{};    ///< hash; empty: none, or not known
};

/// A message that we wrote and the room has not reflected yet.
struct Pending {
  enum class Kind { message, topic };
  chat::CommandId command{};
  std::string id;  ///< of its stanza
  Kind kind = Kind::message;
  Instant deadline{};               ///< without a reflection until then we ask whether we are in the room at all
  bool asked = false;               ///< that was done
  bool in_doubt = false;            ///< the link or the room was lost behind it: the archive will tell
  std::optional<Error> rejected{};  ///< as if we were no occupant: the self-ping will tell, or we know it
  chat::Command what{};             ///< of a message, to say it again when the room wants us to be slower
  Timestamp said{};
  unsigned tries = 0;
};

/// What an archive was asked for.
struct ArchiveQuery {
  enum class Purpose {
    catch_up,  ///< what was said while we were away: told as events
    book,      ///< the last messages, to know what later ones are about
    history,   ///< GetHistory
  };
  Purpose purpose = Purpose::catch_up;
  chat::CommandId command{};
  bool tells_changes = false;  ///< what took messages back and changed them follows as events
  std::string last_id{};       ///< of the last message that came
  std::vector<chat::MessageReceived> page{};
};

/// A room, from the wish to be in it until we have left.
struct Room {
  enum class Phase {
    away,      ///< not in it: there is no link, or it is tried again at `retry_at`
    arriving,  ///< our presence is written; those of others, ours, the history and the subject are coming
    present,
    leaving,
  };
  struct Waiting {
    chat::CommandId command;
    Instant deadline;
  };

  Room(chat::RoomId the_id, xmpp::Jid the_address, Random& random)
      : id(std::move(the_id)),
        address(std::move(the_address)),
        backoff(std::chrono::seconds{5}, std::chrono::minutes{5}, random) {}

  chat::RoomId id;
  xmpp::Jid address;
  RealmRef realm;
  std::string wished;  ///< nickname
  std::string nick;    ///< asked for, or ours
  unsigned nick_attempt = 0;
  bool keeps_nick = false;  ///< entered anew as what we were called
  std::string password;
  Phase phase = Phase::away;
  bool known = false;  ///< the owner has heard RoomJoined and no RoomLeft
  bool stays = false;  ///< we were in it: it is entered again by itself
  std::vector<Waiting> joins, leaves;
  std::optional<Instant> retry_at;
  net::Backoff backoff;

  // Arriving.
  Instant arrival_deadline{};
  bool self_seen = false;
  std::vector<xmpp::Element> history;  ///< told behind RoomJoined

  std::map<std::string, Occupant, std::less<>> occupants;  ///< by nickname, ourselves included
  std::string topic, topic_author;
  std::optional<Timestamp> topic_time;
  bool settings_known = false;
  std::string moderation;    ///< the version of XEP-0425 that it knows, by its namespace; empty: none
  bool has_archive = false;  ///< it knows XEP-0313
  chat::RoomSettings settings;

  // What was said.
  std::optional<Cursor> cursor;
  MessageBook book;
  MessageBook private_book;                     ///< of what occupants said to us alone
  bool book_filled = false;                     ///< with what was said before we came
  std::map<std::string, ArchiveQuery> queries;  ///< by query id
  bool catching_up = false;
  std::deque<xmpp::Element> held;  ///< what is said while we catch up
  std::deque<Pending> pending;
  struct Unsent {
    chat::CommandId command;
    chat::Command what;
    unsigned tries = 0;  ///< how often the room had no time for it
  };
  std::deque<Unsent> unsent;            ///< while we catch up, or pause; in the order in which it was asked for
  std::optional<Instant> paused_until;  ///< the room had no time for what we said
  std::map<std::string, std::string, std::less<>> proved;  ///< our messages of earlier: id of stanza -> MessageId

  // Liveness.
  std::optional<Instant> ping_at;
  bool pinging = false;
  unsigned pings_lost = 0;

  struct Renaming {
    chat::CommandId command;
    std::string nick;
    Instant deadline;
  };
  std::optional<Renaming> renaming;
};

struct State {
  State(Shared& the_shared, Voice the_voice)
      : shared(the_shared), voice(std::move(the_voice)), ids(the_shared.random) {}

  Shared& shared;
  Voice voice;
  IdSource ids;
  bool up = false, started = false, stopped = false;
  std::map<std::string, Room, std::less<>> rooms;  ///< by bare address
  std::map<QuestionId, Then> questions;
  QuestionId last_question = 0;
  std::map<std::string, chat::CommandId> private_pending;  ///< messages to one person, by the id of the stanza
  std::string status;                                      ///< of our presence
  chat::Availability availability = chat::Availability::available;
  std::function<std::string(const std::string& key)> kept;

  Room* find(std::string_view bare) {
    const auto found = rooms.find(bare);
    return found == rooms.end() ? nullptr : &found->second;
  }
};

}  // namespace dragoman::backends::muc
