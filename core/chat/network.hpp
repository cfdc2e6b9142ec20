#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/names.hpp"
#include "base/result.hpp"
#include "chat/account.hpp"
#include "chat/dialog.hpp"
#include "chat/finding.hpp"
#include "chat/session.hpp"
#include "chat/standing.hpp"

namespace dragoman::chat {

/// What disco and jabber:iq:agent say about a network.
struct Description {
  std::string kind;          ///< disco type of the gateway identity: "irc", "matrix", "webhook"
  std::string name;          ///< for people: "Libera.Chat"
  std::string prompt;        ///< jabber:iq:gateway: "Nickname"
  std::string instructions;  ///< what to fill in, for registration
  Capabilities capabilities;
  bool rooms = true;          ///< has rooms at all
  std::vector<Rank> ranks{};  ///< in rooms, at most 255; Standing::rank names one. They stay as they are
  /// A session costs nothing and its contacts speak first (hooks): whoever has an account or contacts has one always,
  /// so that what is said while they are away reaches their server, which keeps it for them.
  bool always_on = false;
  /// Rooms hide nobody: each nickname is shown with the address of its person (XEP-0045: non-anonymous).
  bool shows_people = false;
};

/// One [[network]] of the configuration: what its sessions share lives here (connect pacing, names, HTTP routes).
class Network {
 public:
  /// What an address of this network's domain means. Console is the network itself, or one part of it (a server's
  /// status window).
  struct Console {
    std::string server;  ///< with parts: which; else a name of it
  };
  using Address = std::variant<RoomId, PersonId, Console>;

  virtual ~Network() = default;
  virtual const Description& describe() const = 0;
  virtual void start() = 0;
  virtual void stop() = 0;
  /// Takes over the settings of `newer`, which was made from a later version of the same table and never started, while
  /// sessions run; the name too. False: something differs that needs another network in place of this one; nothing was
  /// changed then.
  virtual bool take_settings(const Network& /*newer*/) { return false; }
  /// Nothing of it runs any more (sessions that say goodbye): it may be destroyed.
  virtual bool idle() const { return true; }
  /// Tries for the operator whether the network can be reached, as a stranger who goes again at once: no account is
  /// used, nobody notices. `done` is called once, at the latest after a minute, maybe before this returns. The network
  /// is not started then, and outlives the call of `done`.
  virtual void probe(std::function<void(Findings)> done) { done({}); }

  /// Reads the unescaped localpart of a JID, or a name as people write it; Fault::malformed says why not.
  virtual Result<Address> parse(std::string_view text) const = 0;
  /// The same for what a person typed or pasted: also links that the network itself has ("irc://...").
  virtual Result<Address> parse_typed(std::string_view text) const { return parse(text); }
  /// The localpart (not yet XEP-0106-escaped) that parse() reads back.
  virtual std::string format(const RoomId& room) const = 0;
  virtual std::string format(const PersonId& person) const = 0;
  /// The person as an occupant of a room: what person_in_room() reads back.
  virtual std::string format_in_room(const PersonId& person) const { return format(person); }
  /// The person behind a nickname in this room, or Fault::not_found.
  virtual Result<PersonId> person_in_room(const RoomId& room, std::string_view nickname) const = 0;
  /// How many people are in a room that somebody of ours is in, also those who are not shown; nothing: everybody is.
  virtual std::optional<std::uint64_t> people_in(const RoomId&) const { return std::nullopt; }
  /// True when the two nicknames are one in this part of the network (casemapping).
  virtual bool same_name(std::string_view a, std::string_view b, const std::string& part) const = 0;

  // A network of several servers (IRC) has a session for each of them that somebody needs: they are its parts. All
  // other networks are one, whose only part has no name.

  virtual bool in_parts() const { return false; }
  /// The part that an address belongs to.
  virtual std::string part_of(const RoomId&) const { return {}; }
  virtual std::string part_of(const PersonId&) const { return {}; }
  /// How a part is called in sentences.
  virtual std::string part_name(const std::string& /*part*/) const { return describe().name; }
  /// Those that everybody is shown.
  virtual std::vector<std::string> parts() const { return {}; }
  /// Whether somebody with sessions in the parts `open` may have one in this part too; Fault::limited or forbidden and
  /// a sentence.
  virtual Result<void> may_open(const std::string& /*part*/, const std::vector<std::string>& /*open*/) const {
    return {};
  }

  /// Whether sessions of a bridge may each speak as a user of their own (Account::settings "voice"): people of its
  /// other rooms are there as themselves.
  virtual bool lends_voices() const { return false; }
  /// Who speaks in a session with this account of a bridge; Fault::unsupported: it lends no voices.
  virtual Result<PersonId> voice_of(const Account& /*account*/) {
    return failure(Fault::unsupported, "everybody speaks for themselves here");
  }
  /// Whether this is somebody for whom a bridge of this gateway speaks.
  virtual bool is_voice(const PersonId&) const { return false; }

  /// Within what a nickname means the same person in all rooms, as a realm of Names: the part, unless each room has
  /// nicknames of its own.
  virtual std::string realm_of(const RoomId& room) const { return part_of(room); }

  /// What is said to this person and by them is kept nowhere: it goes on only while both sides are there, and no
  /// archive, queue or bridge has it. For those whom passwords are told (services of IRC).
  virtual bool keeps_nothing_of(const PersonId&) const { return false; }

  /// The form that registers or changes an account, filled with what `account` has (no secrets).
  virtual Form account_form(const Account& account) const = 0;
  /// Checks answers and merges them into `account`; an empty password keeps the stored one.
  virtual Result<Account> read_account(const Fields& answers, const Account& account) const = 0;
  /// Logs in with an account that read_account has made, before it is kept: `done` is called once, never from inside
  /// this call, with the account as it is to be kept (the network may know its nickname only now), or with why not;
  /// "field: text" as in read_account. `before`: what the person has now, not `registered` when nothing. A network that
  /// asks nobody keeps the account as it is and answers itself that nothing is awaited: false. After stop() `done` is
  /// not called any more.
  virtual bool log_in(const Account& /*account*/, const Account& /*before*/,
                      std::function<void(Result<Account>)> /*done*/) {
    return false;
  }
  /// The account is being erased: what the network has of it (a login) is ended, what is kept of it is forgotten. Its
  /// sessions are stopped behind this.
  virtual void log_out(const Account& /*account*/) {}
  /// What else goes with the account when it is erased, as a sentence: who unregisters is asked whether they mean
  /// that too. Empty: nothing.
  virtual std::string lost_with(const Account& /*account*/) const { return {}; }
  /// What a person may set for one part alone (Account::part), filled with what `account` has for it; no fields:
  /// nothing. For a network that is one: what is about the connection and not about the account.
  virtual Form part_form(const Account& /*account*/) const { return {}; }
  /// Checks answers and merges them into Account::part_settings and part_password, as read_account does.
  virtual Result<Account> read_part(const Fields& /*answers*/, const Account& account) const { return account; }
  /// More dialogs than registration (settings, hooks, bridges).
  virtual std::vector<DialogOffer> dialogs() const = 0;
  virtual std::unique_ptr<Dialog> open_dialog(const std::string& name, const Account& account, Dialog::Show show) = 0;
  /// Those about one person of the network (a hook), for somebody who may have them: at the person's address, and as
  /// words in a chat with them ("!test").
  virtual std::vector<DialogOffer> dialogs_about(const PersonId&, const Account&) const { return {}; }
  /// One of them; nullptr: not for this account.
  virtual std::unique_ptr<Dialog> open_dialog_about(const PersonId&, const std::string& /*name*/, const Account&,
                                                    Dialog::Show) {
    return nullptr;
  }

  /// Opens a session for an account, in its part. `observer` outlives the session.
  virtual std::unique_ptr<Session> open(const Account& account, Observer& observer) = 0;

  Names& names() { return names_; }
  const Names& names() const { return names_; }
  /// Those that are borne in this room.
  RealmNames names_in(const RoomId& room) const { return {names_, names_.find_realm(realm_of(room))}; }

 private:
  Names names_;
};

/// The part of the network that a conversation belongs to.
inline std::string part_of(const Network& network, const Conversation& conversation) {
  return conversation.room.empty() ? network.part_of(conversation.person) : network.part_of(conversation.room);
}

}  // namespace dragoman::chat
